import assert from "node:assert/strict";
import {
  describe,
  gzip,
  imageOf,
  npy,
  pixel,
  readAll,
  test,
  withFolder,
  zip,
} from "./_fixtures.ts";

const NOT_HERE = Deno.build.os === "windows"; // which has no named pipes of this kind

/** Makes a named pipe, and feeds it once. */
async function withPipe(
  name: string,
  bytes: Uint8Array,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (folder) => {
    const made = await new Deno.Command("mkfifo", { args: [`${folder}/${name}`] }).output();
    assert.ok(made.success);
    const writer = new Deno.Command("sh", {
      args: ["-c", 'exec cat > "$0"', `${folder}/${name}`],
      stdin: "piped",
    }).spawn();
    const fed = new Blob([bytes.slice()]).stream().pipeTo(writer.stdin).catch(() => {});
    try {
      await use(folder);
    } finally {
      await fed;
      await writer.status;
    }
  });
}

const COUNT = 300;
/** More than a reader takes at a time. */
const IMAGES = npy("|u1", [COUNT, 20, 20], Array.from({ length: COUNT * 400 }, (_, i) => i % 251));

for (
  const [what, name, bytes] of [
    ["an array", "pipe", IMAGES],
    ["a packed array", "pipe", gzip(IMAGES)],
    ["an array named as an image", "pipe.png", IMAGES],
  ] as const
) {
  test(`${what} comes whole through a pipe, which can be opened only once`, async () => {
    await withPipe(name, bytes, async (baseDirectory) => {
      const entries = await readAll([name], { baseDirectory });
      assert.equal(entries.length, COUNT);
      for (const [i, entry] of entries.entries()) {
        assert.equal(entry.path, `${name}#${i}`);
        assert.equal(imageOf(entry).data[0], i * 400 % 251);
      }
    });
  }, NOT_HERE);
}

test("one image of an array can be had from a pipe", async () => {
  await withPipe("pipe", IMAGES, async (baseDirectory) => {
    const entries = await readAll(["pipe#299"], { baseDirectory });
    assert.deepEqual(entries.map(describe), ["pipe#299"]);
    assert.equal(imageOf(entries[0]).data[0], 299 * 400 % 251);
  });
}, NOT_HERE);

test("an image comes through a pipe, whatever it is called", async () => {
  for (const name of ["pipe", "pipe.png"]) {
    await withPipe(name, await pixel(7), async (baseDirectory) => {
      assert.equal(imageOf((await readAll([name], { baseDirectory }))[0]).data[0], 7);
    });
  }
}, NOT_HERE);

test("npz, which is read from its end, is refused from a pipe", async () => {
  const bytes = zip({ "x.npy": npy("|u1", [2, 1, 1], [1, 2]) });
  await withPipe("pipe", bytes, async (baseDirectory) => {
    const [entry] = await readAll(["pipe"], { baseDirectory });
    assert.throws(() => imageOf(entry), {
      code: "format",
      message: /"pipe" as npz must .* a pipe$/,
    });
  });
}, NOT_HERE);

test("a pipe that is not wanted after all is closed", async () => {
  await withPipe("pipe", IMAGES, async (baseDirectory) => {
    await withFolder({ "a.png": await pixel(1) }, async (other) => {
      const entries = await readAll([`${other}/a.png`, "pipe"], { baseDirectory, limit: 1 });
      assert.equal(entries.length, 1);
    });
  });
}, NOT_HERE);

test("a long file that is no image is refused by its first bytes", async () => {
  await withFolder({ "long": "", "long.png": "" }, async (baseDirectory) => {
    for (const name of ["long", "long.png"]) {
      await Deno.truncate(`${baseDirectory}/${name}`, 2 ** 31); // takes no room on the disk
      const started = Deno.memoryUsage().rss;
      const [entry] = await readAll([name], { baseDirectory });
      assert.throws(() => imageOf(entry), {
        code: "format",
        message: /first bytes are 00 00 00 00/,
      });
      assert.ok(Deno.memoryUsage().rss - started < 2 ** 28, "it must not be read whole");
    }
  });
});
