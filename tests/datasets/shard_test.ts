import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { countEntries, type SourceOptions } from "../../src/datasets/mod.ts";
import { spanOf } from "../../src/shard.ts";
import {
  describe,
  idx,
  npy,
  pixel,
  ramp,
  readAll,
  streamOf,
  test,
  type Tree,
  withFolder,
  zip,
} from "./_fixtures.ts";

const COUNTS = [1, 2, 7, 100];

async function tree(): Promise<Tree> {
  const image = await pixel(7);
  return {
    photos: {
      a: { "1.png": image, "2.png": image, "notes.txt": "no image" },
      b: { "3.png": image, "stack.npy": npy("|u1", [4, 2, 2], ramp(16)), "broken.png": "no image" },
      "z.png": image,
    },
    "one.png": image,
    "cut.npy": npy("|u1", [9, 2, 2], ramp(20)),
    "digits-idx3-ubyte": idx([5, 2, 2], ramp(20)),
    "digits-idx3-ubyte.gz": gzipSync(idx([5, 2, 2], ramp(20))),
    "rows.csv": "label,a,b\nx,1,2\ny,3\n\nx,5,6\n",
    "two.npz": zip({ "x.npy": npy("|u1", [3, 2, 2], ramp(12)) }),
  };
}

const SOURCES = [
  "photos",
  "one.png",
  "none.png",
  "cut.npy",
  "digits-idx3-ubyte",
  "digits-idx3-ubyte.gz",
  "digits-idx3-ubyte#2",
  "rows.csv",
  "two.npz#x",
];

async function entriesOf(
  sources: readonly string[],
  options: SourceOptions,
): Promise<string[]> {
  return (await readAll(sources, options)).map((entry) =>
    describe(entry) + ("image" in entry ? `:${entry.image.data.join()}` : `:${entry.error.message}`)
  );
}

test("the parts of any sources, one after another, are the whole", async () => {
  await withFolder(await tree(), async (baseDirectory) => {
    const all = await entriesOf(SOURCES, { baseDirectory });
    assert.ok(all.length > 30);
    for (const sources of [SOURCES, ...SOURCES.map((source) => [source])]) {
      const whole = await entriesOf(sources, { baseDirectory });
      for (const of of COUNTS) {
        const parts: string[] = [];
        for (let index = 1; index <= of; index++) {
          parts.push(...await entriesOf(sources, { baseDirectory, shard: { index, of } }));
        }
        assert.deepEqual(parts, whole, `${of} parts of ${sources}`);
      }
    }
  });
});

test("the parts of stdin are contiguous, of one size, and told before the first image", async () => {
  await withFolder(await tree(), async (baseDirectory) => {
    const lines = ["one.png", "", '{"path":"photos/z.png","label":"z"}', "two.npz#x", "{bad"];
    const read = async (options: SourceOptions) => {
      const stdin = streamOf(lines.join("\n"), 7);
      return await entriesOf(["-"], { baseDirectory, stdin, ...options });
    };
    const whole = await read({});
    assert.equal(whole.length, 6);
    const spans: string[] = [], parts: string[] = [];
    for (const index of [1, 2, 3]) {
      const onSpan = ({ from, to }: { from: number; to: number }) => spans.push(`${from}-${to}`);
      parts.push(...await read({ shard: { index, of: 3 }, onSpan }));
    }
    assert.deepEqual(parts, whole);
    assert.deepEqual(spans, ["0-2", "2-4", "4-6"]);
  });
});

test("entries are passed over from anywhere, with a limit, in a part or without one", async () => {
  await withFolder(await tree(), async (baseDirectory) => {
    const whole = await entriesOf(SOURCES, { baseDirectory });
    for (let skip = 0; skip <= whole.length + 1; skip++) {
      const rest = await entriesOf(SOURCES, { baseDirectory, skip });
      assert.deepEqual(rest, whole.slice(skip), `from ${skip}`);
    }
    const shard = { index: 2, of: 3 }, limit = 20;
    const { from, to } = spanOf(shard, limit);
    const part = await entriesOf(SOURCES, { baseDirectory, shard, limit });
    assert.deepEqual(part, whole.slice(from, to));
    const rest = await entriesOf(SOURCES, { baseDirectory, shard, limit, skip: 3 });
    assert.deepEqual(rest, part.slice(3));
  });
});

test("entries are counted without reading images, where names and headers tell", async () => {
  await withFolder(await tree(), async (baseDirectory) => {
    const told = SOURCES.filter((source) => !["cut.npy", "rows.csv"].includes(source));
    const whole = await entriesOf(told, { baseDirectory });
    // notes.txt counts until it is read.
    assert.equal(await countEntries(told, { baseDirectory }), whole.length + 1);
    assert.equal(await countEntries(told, { baseDirectory, limit: 5 }), 5);
    for (const sources of [["-"], ["rows.csv"], ["none"], ["one.png", "no/such/folder/"]]) {
      const count = await countEntries(sources, { baseDirectory });
      assert.equal(count, sources[0] === "none" ? 1 : undefined, `${sources}`);
    }
  });
});
