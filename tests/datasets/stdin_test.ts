import assert from "node:assert/strict";
import { type Entry, readSources, type SourceOptions } from "../../src/datasets/mod.ts";
import { describe, idx, pixel, ramp, readAll, streamOf, test, withFolder } from "./_fixtures.ts";

async function readStdin(
  text: string | Uint8Array,
  options: SourceOptions & { readonly chunk?: number } = {},
): Promise<Entry[]> {
  const { chunk, ...rest } = options;
  return await readAll(["-"], { ...rest, stdin: streamOf(text, chunk) });
}

test("paths are read the same whatever the chunks and line ends", async () => {
  const names = ["a.png", "ü é.png", "日本.png", "missing", " b.png"];
  const tree = Object.fromEntries(
    await Promise.all(names.filter((n) => n !== "missing").map(async (n) => [n, await pixel(1)])),
  );
  await withFolder(tree, async (baseDirectory) => {
    const expected = names.map((n) => n === "missing" ? "missing!not_found" : n);
    for (const end of ["\n", "\r\n", "\n\n", "\r\n \r\n"]) {
      for (const last of ["", end]) {
        const text = names.join(end) + last;
        for (const chunk of [1, 2, 3, 5, 7, 1000]) {
          const entries = await readStdin(text, { baseDirectory, chunk });
          assert.deepEqual(entries.map(describe), expected);
        }
      }
    }
    for (const text of [names.join("\0"), names.join("\0") + "\0\0"]) {
      for (const chunk of [1, 4, 1000]) {
        const entries = await readStdin(text, { baseDirectory, chunk, nulSeparated: true });
        assert.deepEqual(entries.map(describe), expected);
      }
    }
  });
});

test("with -0 a name may hold newlines and start with a brace", async () => {
  await withFolder({ '{"\r\n': await pixel(1), "b\r": await pixel(2) }, async (baseDirectory) => {
    const entries = await readStdin('{"\r\n\0b\r', { baseDirectory, nulSeparated: true });
    assert.deepEqual(entries.map(describe), ['{"\r\n', "b\r"]);
  });
});

test("records pass their label and other fields, bad lines fail in their place", async () => {
  await withFolder({ "a.png": await pixel(1), sub: {} }, async (baseDirectory) => {
    const lines = [
      '{"path":"a.png","label":"sub","z":0.5,"deep":{"x":[1]}}',
      ' {"path":"a.png","label":3}',
      '{"path":"a.png","label":null}',
      "",
      '{"path":"a.png"',
      '{"label":"x"}',
      '{"path":"a.png","label":[]}',
      '{"path":"gone.png","label":"x","n":1}',
      "sub",
      "{" + "x".repeat(200),
    ];
    const entries = await readStdin(lines.join("\n"), { baseDirectory });
    assert.deepEqual(entries.map(describe), [
      "a.png=sub",
      "a.png=3",
      "a.png",
      '{"path":"a.png"!input',
      '{"label":"x"}!input',
      "a.png!input",
      "gone.png=x!not_found",
      "sub!input",
      "{" + "x".repeat(78) + "…!input",
    ]);
    assert.deepEqual(entries[0]?.fields, { z: 0.5, deep: { x: [1] } });
    assert.equal("fields" in entries[1]!, false);
    assert.deepEqual(entries[6]?.fields, { n: 1 });
    const failed = entries[4] as Entry & { error: Error };
    assert.equal(
      failed.error.message,
      "Cannot read line 6 of stdin as its path must be a string: current value is missing",
    );
  });
});

test("identifiers above 2^53 keep their digits, as labels and as other fields", async () => {
  await withFolder({ "a.png": await pixel(1) }, async (baseDirectory) => {
    const lines = [
      '{"path":"a.png","label":1237648720693755918,"id":4472832130942575872}',
      '{"path":"a.png","label":1237648720693755919,"z":1.50}',
      '{"path":"a.png","label":2.0}',
    ];
    const entries = await readStdin(lines.join("\n"), { baseDirectory });
    assert.deepEqual(
      entries.map(({ label }) => label),
      ["1237648720693755918", "1237648720693755919", "2"],
    );
    assert.deepEqual(
      entries.map(({ fields }) => JSON.stringify(fields)),
      ['{"id":4472832130942575872}', '{"z":1.50}', undefined],
    );
  });
});

test("images of containers can be named, in any order, and the container is opened once", async () => {
  const images = idx([5, 1, 2], ramp(10));
  const tree = { "x-images-idx3-ubyte": images, "x-labels-idx1-ubyte": idx([5], [9, 8, 7, 6, 5]) };
  await withFolder(tree, async (baseDirectory) => {
    const order = [0, 1, 2, 4, 3, 0, 7, 4];
    const text = order.map((i) => `x-images-idx3-ubyte#${i}`).join("\n") + "\nx-images-idx3-ubyte";
    const entries = await readStdin(text, { baseDirectory });
    assert.deepEqual(
      entries.map(describe),
      [...order, 0, 1, 2, 3, 4].map((i) =>
        `x-images-idx3-ubyte#${i}${i === 7 ? "!value" : `=${9 - i}`}`
      ),
    );
    for (const entry of entries) {
      if ("image" in entry) {
        const i = Number(entry.path.at(-1));
        assert.deepEqual([...entry.image.data], [2 * i, 2 * i + 1]);
      }
    }
  });
});

test("a record's label and fields win over its container's", async () => {
  const tree = { "images": idx([2, 1, 1], [5, 6]), "labels": idx([2], [1, 2]) };
  await withFolder(tree, async (baseDirectory) => {
    const text = '{"path":"images","label":"x","n":1}\n{"path":"images#1","label":"y"}\nimages#1';
    const entries = await readStdin(text, { baseDirectory });
    assert.deepEqual(entries.map(describe), [
      "images#0=x",
      "images#1=x",
      "images#1=y",
      "images#1=2",
    ]);
    assert.deepEqual(entries.map(({ fields }) => fields), [
      { n: 1 },
      { n: 1 },
      undefined,
      undefined,
    ]);
  });
});

test("an image is given out before the next line is there", async () => {
  await withFolder({ "a.png": await pixel(1) }, async (baseDirectory) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const entries = readSources(["-"], { baseDirectory, stdin: readable });
    for (let i = 0; i < 3; i++) {
      const next = entries.next();
      await writer.write(new TextEncoder().encode("a.png\n"));
      assert.equal((await next).value?.path, "a.png");
    }
    await entries.return(undefined);
    await writer.closed.catch(() => {});
  });
});

test("an abort ends the wait for the next line", async () => {
  let cancelled = false;
  const stdin = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
  const controller = new AbortController();
  const next = readSources(["-"], { stdin, signal: controller.signal }).next();
  setTimeout(() => controller.abort(new Error("interrupted")), 5);
  await assert.rejects(next, { message: "interrupted" });
  assert.equal(cancelled, true);
});

test("100,000 lines are read in flat memory, no further ahead than allowed", async () => {
  const chunk = new TextEncoder().encode('{"path":"gone","n":1}\n{bad\n'.repeat(100));
  let pulled = 0;
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled++ === 500) controller.close();
      else controller.enqueue(chunk);
    },
  }, { highWaterMark: 0 });
  let lines = 0;
  let before = 0;
  for await (const entry of readSources(["-"], { stdin })) {
    assert.equal("error" in entry, true);
    lines++;
    assert.ok(pulled * 200 <= lines + 500, `${pulled * 200} lines read for ${lines} taken`);
    if (lines === 20_000) before = Deno.memoryUsage().heapUsed;
  }
  assert.equal(lines, 100_000);
  const grown = (Deno.memoryUsage().heapUsed - before) / 2 ** 20;
  // 80,000 lines of which nothing may stay; garbage not yet collected is allowed for.
  assert.ok(grown < 40, `the heap grew by ${grown.toFixed(1)} MiB`);
});

test("a line without end is refused, not kept", async () => {
  const chunk = new Uint8Array(1 << 20).fill(97);
  let pulled = 0;
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (++pulled <= 40) controller.enqueue(chunk);
      else {
        controller.enqueue(new TextEncoder().encode("\ngone\n"));
        controller.close();
      }
    },
  }, { highWaterMark: 0 });
  const entries = await readAll(["-"], { stdin });
  assert.deepEqual(entries.map(describe), ["line 1!input", "gone!not_found"]);
});
