import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  DATA_SETS,
  type DataFile,
  fetchDataSet,
  fetchFile,
  type FetchOptions,
} from "../../src/fetch/mod.ts";
import { type Behaviour, content, dataFile, type Log, withServer } from "./_server.ts";

const BYTES = content(300_000, 7);
const FILE = dataFile("a.bin", BYTES);

/** The setting of a test. */
interface Place {
  readonly folder: string;
  readonly server: string;
  readonly log: Log;
  readonly notes: string[];
  /** Fetches `FILE`, or what else is wanted of the server. */
  fetch(file?: DataFile, options?: FetchOptions, servers?: readonly string[]): Promise<boolean>;
  /** Bytes of each file in the folder. */
  sizes(): Promise<Record<string, number>>;
}

function test(
  name: string,
  behaviour: Behaviour,
  use: (place: Place) => Promise<void>,
  files: Readonly<Record<string, Uint8Array>> = { "a.bin": BYTES },
): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "stray" });
    const notes: string[] = [];
    const onNote = (line: string) => void notes.push(line);
    try {
      await withServer(files, behaviour, (server, log) =>
        use({
          folder,
          server,
          log,
          notes,
          fetch: (file = FILE, options = {}, servers = [server]) =>
            fetchFile(file, servers, `${folder}/${file.name}`, { onNote, ...options }),
          sizes: async () => {
            const sizes: Record<string, number> = {};
            for await (const { name } of Deno.readDir(folder)) {
              sizes[name] = (await Deno.stat(`${folder}/${name}`)).size;
            }
            return sizes;
          },
        }));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

test("a file is fetched whole, and the next time it is there", {}, async (place) => {
  const seen: number[] = [];
  const onBytes = (_: string, bytes: number, total?: number) => {
    assert.equal(total, BYTES.length);
    seen.push(bytes);
  };
  assert.equal(await place.fetch(FILE, { onBytes }), true);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
  assert.deepEqual([seen[0], seen.at(-1)], [0, BYTES.length]);
  assert.equal(await place.fetch(), false);
  assert.deepEqual(place.log, ["a.bin"]);
  assert.deepEqual(await place.sizes(), { "a.bin": BYTES.length });
});

test("a download goes on where it ended", {}, async (place) => {
  await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES.subarray(0, 123_457));
  assert.equal(await place.fetch(), true);
  assert.deepEqual(place.log, ["a.bin from 123457"]);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
  assert.deepEqual(await place.sizes(), { "a.bin": BYTES.length });
});

test("a part that is whole is only checked", {}, async (place) => {
  await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES);
  assert.equal(await place.fetch(), true);
  assert.deepEqual(place.log, []);
  await Deno.remove(`${place.folder}/a.bin`);
  // The same without knowing the length: the server says that there is no more.
  const { bytes: _, ...unknown } = FILE;
  await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES);
  assert.equal(await place.fetch(unknown), true);
  assert.deepEqual(place.log, ["a.bin from 300000"]);
});

test(
  "an old part of another file is found out, and the download starts over",
  {},
  async (place) => {
    for (const old of [content(1000, 3), content(400_000, 3)]) {
      await Deno.writeFile(`${place.folder}/a.bin.part`, old);
      assert.equal(await place.fetch(), true);
      assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
      await Deno.remove(`${place.folder}/a.bin`);
    }
    assert.deepEqual(place.log, ["a.bin from 1000", "a.bin", "a.bin"]);
    assert.match(place.notes[0]!, /unusable: starting over$/);
  },
);

test("a server without ranges sends the whole again", { noRanges: true }, async (place) => {
  await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES.subarray(0, 1000));
  assert.equal(await place.fetch(), true);
  assert.deepEqual(place.log, ["a.bin from 1000"]);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
  assert.match(place.notes.join(), /cannot resume the last download/);
});

test(
  "a damaged download is refused, and nothing of it is kept",
  {},
  async (place) => {
    const wanted = { ...FILE, digest: FILE.digest.replace(/^./, (d) => d === "0" ? "1" : "0") };
    await assert.rejects(place.fetch(wanted), {
      name: "StrayError",
      code: "hash",
      message: `Cannot use "a.bin" from ${place.server}a.bin as its sha256 hash must be ` +
        `${wanted.digest}: current value is ${FILE.digest}`,
    });
    assert.deepEqual(await place.sizes(), {});
    assert.deepEqual(place.log, ["a.bin"]); // a fresh download is not tried twice
    const md5 = dataFile("a.bin", BYTES.subarray(1), "md5");
    await assert.rejects(place.fetch({ ...md5, bytes: BYTES.length }), {
      code: "hash",
      message: /as its md5 hash must be [0-9a-f]{32}: current value is [0-9a-f]{32}$/,
    });
    assert.deepEqual(await place.sizes(), {});
  },
);

test("a file that is too long or too short is refused", {}, async (place) => {
  for (const bytes of [1000, 400_000]) {
    await assert.rejects(place.fetch({ ...dataFile("a.bin", content(9)), bytes }), {
      code: "hash",
    });
    assert.deepEqual(await place.sizes(), {});
  }
});

test("an old part that is longer than the whole leaves nothing behind", { noRanges: true }, async (
  place,
) => {
  const { bytes: _, ...unknown } = FILE;
  await Deno.writeFile(`${place.folder}/a.bin.part`, content(400_000, 3));
  assert.equal(await place.fetch(unknown), true);
  assert.deepEqual(place.log, ["a.bin from 400000"]);
});

test(
  "a file of unknown length is taken up to a bound, and nothing of a longer one is kept",
  { dripMs: 20, noRanges: true },
  async (place) => {
    const { bytes: _, ...unknown } = FILE;
    let most = 0;
    const onBytes = (_: string, bytes: number) => void (most = Math.max(most, bytes));
    await assert.rejects(place.fetch({ ...unknown, most: 100_000 }, { onBytes }), { code: "hash" });
    assert.ok(most < 250_000, `${most} bytes were taken`);
    assert.deepEqual(await place.sizes(), {});
    assert.equal(await place.fetch(unknown), true);
  },
);

test("two programs do not fetch into one file", { dripMs: 50 }, async (place) => {
  const first = place.fetch();
  await new Promise((resolve) => setTimeout(resolve, 120));
  await assert.rejects(place.fetch(), { code: "write", message: /as another program fetches it$/ });
  assert.equal(await first, true);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
});

test(
  "a file much longer than it should be is not taken whole",
  {},
  async (place) => {
    let most = 0;
    const onBytes = (_: string, bytes: number) => void (most = Math.max(most, bytes));
    await assert.rejects(place.fetch(dataFile("a.bin", content(9)), { onBytes }), { code: "hash" });
    assert.ok(most < 4_000_000, `${most} bytes were taken`);
  },
  { "a.bin": new Uint8Array(30_000_000) },
);

test("broken connections are gone on with", { breakAfter: 100_000 }, async (place) => {
  assert.equal(await place.fetch(), true);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
  assert.deepEqual(place.log, ["a.bin", "a.bin from 100000", "a.bin from 200000"]);
  assert.match(
    place.notes[0]!,
    /^a\.bin: the connection broke after 100000 bytes \(.*\): resuming$/,
  );
});

test("a server that breaks off too often is given up, its bytes kept", { breakAfter: 1000 }, async (
  place,
) => {
  await assert.rejects(place.fetch(), {
    code: "network",
    message: /^Cannot fetch "a\.bin" from .* as /,
    hint: /^\d+ bytes are kept: run it again to resume/,
  });
  const { "a.bin.part": kept, ...others } = await place.sizes();
  assert.deepEqual(others, {});
  assert.equal(kept, 1000 * place.log.length);
  assert.ok(place.log.length < 10);
});

test("a server that breaks off at once is given up at once", { breakAfter: 0 }, async (place) => {
  await assert.rejects(place.fetch(), { code: "network" });
  assert.deepEqual(place.log, ["a.bin"]);
});

test("a slow server is waited for, as long as something comes", { dripMs: 150 }, async (place) => {
  assert.equal(await place.fetch(FILE, { stallMs: 1000 }), true);
});

test("a server that stalls is given up, its bytes kept", { stallAfter: 1000 }, async (place) => {
  await assert.rejects(place.fetch(FILE, { stallMs: 100 }), {
    code: "network",
    message: /as no data arrived for 0\.1 s$/,
  });
  assert.deepEqual(Object.keys(await place.sizes()), ["a.bin.part"]);
});

for (const status of [403, 404, 500, 503]) {
  test(`status ${status} is said, and nothing is written`, { status }, async (place) => {
    await assert.rejects(place.fetch(), {
      code: "network",
      message: new RegExp(`as the server responded ${status}`),
      hint: "try another server with --mirror URL",
    });
    assert.deepEqual(await place.sizes(), {});
    // A part of earlier is not lost by it.
    await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES.subarray(0, 10));
    await assert.rejects(place.fetch(), { code: "network", hint: /^10 bytes are kept/ });
    assert.deepEqual(await place.sizes(), { "a.bin.part": 10 });
  });
}

test("the next server is tried", {}, async (place) => {
  const servers = ["http://127.0.0.1:1/", `${place.server}none/../`, place.server];
  assert.equal(await place.fetch(FILE, {}, servers), true);
  const notes = place.notes.join("\n");
  assert.match(notes, /^Cannot fetch "a\.bin" from http:\/\/127\.0\.0\.1:1\/a\.bin as .*: trying/);
  await assert.rejects(place.fetch(dataFile("b.bin", BYTES), {}, [servers[0]!]), {
    code: "network",
  });
});

test("redirects are followed, with the range", { redirects: true }, async (place) => {
  await Deno.writeFile(`${place.folder}/a.bin.part`, BYTES.subarray(0, 5));
  assert.equal(await place.fetch(FILE, {}, [`${place.server}old/`]), true);
  assert.deepEqual(place.log, ["a.bin from 5"]);
  assert.deepEqual(await Deno.readFile(`${place.folder}/a.bin`), BYTES);
});

const PACKED = new Uint8Array(gzipSync(BYTES));
test(
  "a .gz is not unpacked on the way, whatever the server calls it",
  { encoding: "gzip" },
  async (place) => {
    assert.equal(await place.fetch(dataFile("a.gz", PACKED)), true);
    assert.deepEqual(await Deno.readFile(`${place.folder}/a.gz`), PACKED);
  },
  { "a.gz": PACKED },
);

test("a file of other content that is there is left alone", {}, async (place) => {
  await Deno.writeTextFile(`${place.folder}/a.bin`, "mine");
  await assert.rejects(place.fetch(), { code: "hash", message: /as a different file exists: / });
  assert.equal(await Deno.readTextFile(`${place.folder}/a.bin`), "mine");
  assert.deepEqual(place.log, []);
});

test("an abort keeps what came, and the next call goes on", { stallAfter: 5000 }, async (place) => {
  const abort = new AbortController();
  const onBytes = (_: string, bytes: number) => {
    if (bytes >= 5000) abort.abort();
  };
  await assert.rejects(place.fetch(FILE, { signal: abort.signal, onBytes }), {
    name: "AbortError",
  });
  assert.deepEqual(await place.sizes(), { "a.bin.part": 5000 });
  await withServer({ "a.bin": BYTES }, {}, async (server, log) => {
    assert.equal(await place.fetch(FILE, {}, [server]), true);
    assert.deepEqual(log, ["a.bin from 5000"]);
  });
});

test("a data set comes file by file into a new folder", {}, async ({ folder, server, log }) => {
  const set = { ...DATA_SETS["mnist"]!, servers: [server], files: [FILE, dataFile("b", PACKED)] };
  const out = `${folder}/new/er`;
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeFile(`${out}/b`, PACKED);
  assert.deepEqual(await Array.fromAsync(fetchDataSet(set, out)), [
    { name: "a.bin", fetched: true },
    { name: "b", fetched: false },
  ]);
  assert.deepEqual(log, ["a.bin"]);
  await assert.rejects(Array.fromAsync(fetchDataSet(set, `${out}/b`)), { code: "write" });
});

test("a mirror takes the place of the servers, with or without a slash", {}, async (place) => {
  const set = { ...DATA_SETS["mnist"]!, servers: ["http://127.0.0.1:1/"], files: [FILE] };
  for (const mirror of [place.server, place.server.slice(0, -1), `${place.server}?x#y`]) {
    await Array.fromAsync(fetchDataSet(set, place.folder, { mirror }));
    await Deno.remove(`${place.folder}/a.bin`);
  }
  for (const mirror of ["", "example.org/x", "file:///mirror/"]) {
    await assert.rejects(Array.fromAsync(fetchDataSet(set, place.folder, { mirror })), {
      code: "usage",
      message: /must be an HTTP or HTTPS address/,
    });
  }
});

Deno.test("the table is sound", () => {
  for (const [name, { servers, files, homepage }] of Object.entries(DATA_SETS)) {
    assert.match(name, /^[a-z-]+$/);
    assert.ok(URL.canParse(homepage) && servers.length > 0 && files.length > 0, name);
    for (const server of servers) assert.match(server, /^https?:\/\/[^?#]+\/$/);
    assert.equal(new Set(files.map((file) => file.name)).size, files.length);
    assert.equal(new Set(files.map((file) => file.digest)).size, files.length);
    for (const { name, algorithm, digest } of files) {
      assert.match(name, /^[\w-]+\.(gz|npz)$/);
      assert.match(digest, algorithm === "md5" ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
    }
  }
});
