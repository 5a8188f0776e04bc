import assert from "node:assert/strict";
import { isFailed, readSources } from "../../src/datasets/mod.ts";
import { decode } from "../../src/images/mod.ts";
import { keepMemory, makeBudget, type MemoryBudget, withMemory } from "../../src/memory_budget.ts";
import {
  concat,
  describe,
  idx,
  npy,
  readAll,
  test,
  withFolder,
  zip,
} from "../datasets/_fixtures.ts";

const MIB = 1 << 20;
/** A square of zeros: 24 MB as float32, which take 61 MB while they are read. */
const SIDE = 2500;
const BYTES = 4 * SIDE * SIDE;

/** An HDF5 file of one image. */
async function hdf5(): Promise<Uint8Array> {
  const { default: h5wasm } = await import("h5wasm");
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File("/large.h5", "w");
  file.create_dataset({ name: "x", data: new Float32Array(SIDE * SIDE), shape: [1, SIDE, SIDE] });
  file.close();
  const bytes = FS!.readFile("/large.h5");
  FS!.unlink("/large.h5");
  return bytes;
}

/** Whether all memory is given back. */
function isWhole(budget: MemoryBudget): boolean {
  return budget[0] === budget[2] && budget[1] === budget[2];
}

test("large images of arrays take part in the memory budget", async () => {
  const large = npy("<f4", [2, SIDE, SIDE + 200], new Uint8Array(2 * BYTES + 1600 * SIDE));
  const tree = {
    "a.npy": large,
    "b.npz": zip({ "x.npy": large }, { deflate: true }),
    "c.h5": await hdf5(),
    "d-idx3-ubyte": concat(idx([1, 6000, 2600], []), new Uint8Array(6000 * 2600)),
    "small.npy": npy("<u1", [2, 2], [1, 2, 3, 4]),
  };
  await withFolder(tree, async (baseDirectory) => {
    const sources = Object.keys(tree);
    const wanted = ["a.npy#0", "a.npy#1", "b.npz#x#0", "b.npz#x#1", "c.h5#x", "d-idx3-ubyte"];
    const little = makeBudget(64 * MIB), enough = makeBudget(256 * MIB);
    const refused = await readAll(sources, { baseDirectory, memory: little });
    assert.deepEqual(refused.map(describe), [
      ...wanted.map((name) => `${name}!too_large`),
      "small.npy",
    ]);
    for (const entry of refused.filter(isFailed)) {
      assert.match(entry.error.message, /^Cannot read ".*" as it must fit in 64 MB of memory: it/);
      assert.match(entry.error.hint ?? "", /^allow more with --max-memory \d+M if/);
    }
    const read = await readAll(sources, { baseDirectory, memory: enough });
    assert.deepEqual(read.map(describe), [...wanted, "small.npy"]);
    assert.ok(isWhole(little) && isWhole(enough));
  });
});

test("a large image of an array waits for memory that others use", async () => {
  const tree = { "a.npy": npy("<f4", [SIDE, SIDE + 200], new Uint8Array(BYTES + 800 * SIDE)) };
  await withFolder(tree, async (baseDirectory) => {
    const memory = makeBudget(128 * MIB);
    let isUsed = true;
    const use = withMemory(memory, 100 * MIB, "work", async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      isUsed = false;
    });
    const [entry] = await readAll(["a.npy"], { baseDirectory, memory });
    assert.ok(!isUsed && !isFailed(entry!));
    await use;
    assert.ok(isWhole(memory));
  });
});

test("an array that must be in memory as a whole takes its part as long as it is open", async () => {
  const shape = [10, 1200, 1200];
  const tree = { "a.npy": npy("<f4", shape, new Uint8Array(57_600_000), { fortran: true }) };
  await withFolder(tree, async (baseDirectory) => {
    const memory = makeBudget(128 * MIB);
    let count = 0;
    for await (const entry of readSources(["a.npy"], { baseDirectory, memory })) {
      assert.ok(!isFailed(entry));
      assert.equal(memory[0], 128 - 55);
      if (++count === 3) break;
    }
    assert.ok(isWhole(memory));
    await assert.rejects(readAll(["a.npy"], { baseDirectory, memory: makeBudget(64 * MIB) }), {
      code: "too_large",
      message: /"a\.npy" as an array in Fortran order must fit in memory: its 57600000 bytes are/,
      hint: /^save it with numpy\.ascontiguousarray, or allow more with --max-memory$/,
    });
  });
});

test("images of libvips take part in the memory budget", async () => {
  for (const name of ["large.avif", "large.jxl"]) {
    const bytes = await Deno.readFile(new URL(`./corpus/${name}`, import.meta.url));
    const memory = makeBudget(128 * MIB);
    await assert.rejects(decode(bytes, { memory, name }), {
      code: "too_large",
      message: new RegExp(`^Cannot decode "${name}" as it must fit in 128 MB of memory: it takes`),
    });
    const enough = makeBudget(1024 * MIB);
    assert.equal((await decode(bytes, { memory: enough, name })).width, 3500);
    assert.ok(isWhole(memory) && isWhole(enough));
  }
});

test("what is kept leaves a quarter of a budget for work, which is refused once it cannot fit", async () => {
  const budget = makeBudget(100 * MIB);
  assert.equal(keepMemory(budget, 76 * MIB), undefined);
  const giveBack = keepMemory(budget, 75 * MIB)!;
  assert.equal(keepMemory(budget, 1), undefined);
  await assert.rejects(withMemory(budget, 26 * MIB, "do it", () => Promise.resolve()), {
    message: "Cannot do it as it must fit in 25 MB of memory: it takes about 26 MB",
    hint: "allow more with --max-memory if the machine has as much",
  });
  let size = 0;
  await withMemory(budget, "all", "do it", () => Promise.resolve(void (size = budget[1]!)));
  assert.equal(size, 0);
  giveBack();
  assert.ok(isWhole(budget));
  // Work that waits when memory is kept does not wait for ever.
  const held = Promise.withResolvers<void>();
  const first = withMemory(budget, 50 * MIB, "work", () => held.promise);
  const second = withMemory(budget, 90 * MIB, "work more", () => Promise.resolve());
  const back = keepMemory(budget, 20 * MIB)!;
  await assert.rejects(second, { code: "too_large" });
  held.resolve();
  await first;
  back();
  assert.ok(isWhole(budget));
});
