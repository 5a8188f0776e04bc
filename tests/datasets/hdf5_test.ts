import assert from "node:assert/strict";
import { type Entry, isFailed } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { describe, imageOf, npy, readAll, withFolder } from "./_fixtures.ts";

const FOLDER = new URL("./fixtures/", import.meta.url).pathname;

async function read(name: string): Promise<Entry[]> {
  return await readAll([name], { baseDirectory: FOLDER });
}

/** The samples of an entry's image. */
function samples(entry: Entry | undefined): number[] {
  return [...imageOf(entry).data];
}

Deno.test("HDF5 with one set of images needs no name; labels have a customary one", async () => {
  const entries = await read("galaxies.h5");
  assert.deepEqual(
    entries.map(({ path, label }) => `${path} ${label}`),
    [0, 1, 2, 3, 4, 5].map((i) => `galaxies.h5#images#${i} ${i % 3}`),
  );
  const wanted = Array.from({ length: 60 }, (_, i) => ((60 * 2 + i) * 7) % 256);
  assert.deepEqual(samples(entries[2]), wanted);
  const [one] = await read("galaxies.h5#images#2");
  assert.deepEqual(samples(one), wanted);
  assert.equal(one?.label, "2");
  assert.deepEqual(samples((await read("galaxies.h5#2"))[0]), wanted);
});

Deno.test("HDF5 keeps floats, 16 bits, booleans and channels first; 64-bit labels keep digits", async () => {
  const floats = await read("several.h5#train/x");
  assert.deepEqual(samples(floats[6]), Array.from({ length: 30 }, (_, i) => (180 + i) / 8 - 3));
  assert.deepEqual(floats.slice(0, 2).map(({ label }) => label), [
    "1237648720693755918",
    "1237648720693755919",
  ]);
  const [, deep] = await read("several.h5#deep");
  assert.deepEqual(samples(deep), Array.from({ length: 30 }, (_, i) => (30 + i) * 1000));
  const [mask] = await read("several.h5#mask");
  assert.deepEqual(samples(mask).slice(0, 3), [255, 0, 255]);
  assert.equal(mask?.label, "cat");
  const [first] = await read("several.h5#first");
  assert.deepEqual(samples(first).slice(0, 6), [0, 30, 60, 1, 31, 61]);
});

Deno.test("HDF5 parts that are missing, ambiguous or no images are refused", async () => {
  const cases = [
    ["several.h5", "value", /must be one of deep \(3, 5, 6\), .*: current value is missing$/],
    ["several.h5#nope", "value", /current value is "nope"$/],
    ["several.h5#names", "format", /current value is string$/],
    ["several.h5#train/y", "shape", /its shape must be/],
    ["galaxies.h5#images#6", "value", /less than 6: current value is 6$/],
  ] as const;
  for (const [name, code, message] of cases) {
    await assert.rejects(read(name), { code, message }, name);
  }
});

Deno.test("an HDF5 file that is cut or changed is read or refused, never more than that", async () => {
  const folder = await Deno.makeTempDir();
  const bytes = await Deno.readFile(`${FOLDER}several.h5`);
  const file = `${folder}/a.h5`;
  let refused = 0;
  const attempt = async (changed: Uint8Array) => {
    await Deno.writeFile(file, changed);
    try {
      const entries = await readAll([`${file}#train/x`]);
      if (entries.some(isFailed)) refused++;
    } catch (error) {
      assert.ok(error instanceof StrayError, String(error));
      refused++;
    }
  };
  for (let length = 20; length < bytes.length; length += Math.ceil(bytes.length / 60)) {
    await attempt(bytes.subarray(0, length));
  }
  assert.ok(refused >= 55);
  for (let i = 0; i < bytes.length; i += 37) {
    const changed = bytes.slice();
    changed[i] = (changed[i] as number) ^ (1 << (i % 8));
    await attempt(changed);
  }
  await Deno.remove(folder, { recursive: true });
  assert.equal((await read("galaxies.h5")).length, 6);
});

Deno.test("vectors in an HDF5 file are the same images as in npy", async () => {
  const { default: h5wasm } = await import("h5wasm");
  const { FS } = await h5wasm.ready;
  const values = [1, 2, 3, 4, 5, 6];
  const written = new h5wasm.File("/vectors.h5", "w");
  written.create_dataset({ name: "x", data: Float32Array.from(values), shape: [2, 3] });
  written.close();
  const tree = { "a.h5": FS!.readFile("/vectors.h5"), "a.npy": npy("<f4", [2, 3], values) };
  FS!.unlink("/vectors.h5");
  await withFolder(tree, async (folder) => {
    const options = { baseDirectory: folder, vectors: true };
    const entries = await readAll(["a.h5#x"], options);
    assert.deepEqual(entries.map(describe), ["a.h5#x#0", "a.h5#x#1"]);
    assert.deepEqual(entries.map(imageOf), (await readAll(["a.npy"], options)).map(imageOf));
    assert.equal(imageOf(entries[0]).vector, true);
  });
});
