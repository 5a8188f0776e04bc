/** The choice of patches, their memory, and the frames of a film. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../../src/compute/mod.ts";
import { followEachOther, scoredFrames } from "../../../src/models/patchcore/frames.ts";
import { gatherPatches } from "../../../src/models/patchcore/gather_patches.ts";
import { ImageFeatures } from "../../../src/models/patchcore/image_features.ts";
import { MAX_PATCHES, PATCHES_PER_IMAGE } from "../../../src/models/patchcore/limits.ts";
import { PatchMemory } from "../../../src/models/patchcore/patch_memory.ts";
import type { PlacedPart } from "../../../src/models/patchcore/placed_part.ts";
import { selectPatches } from "../../../src/models/patchcore/select_patches.ts";
import { Random } from "../../../src/random.ts";
import { ImageSet, SINGLE_PROCESS } from "../../../src/training/mod.ts";

function normals(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

function rowsOf(values: Float32Array, size: number): Float32Array[] {
  return Array.from(
    { length: values.length / size },
    (_, i) => values.subarray(i * size, (i + 1) * size),
  );
}

Deno.test("each chosen patch is the farthest from those chosen before", () => {
  const size = 5, all = normals(new Random(1), 60 * size), rows = rowsOf(all, size);
  const { features, distances } = selectPatches(all, size, 20), chosen = rowsOf(features, size);
  assert.equal(chosen.length, 20);
  for (let k = 1; k < 20; k++) {
    const reach = (row: Float32Array) =>
      Math.min(...chosen.slice(0, k).map((c) => distance(row, c)));
    assert.ok(Math.abs(reach(chosen[k]!) - Math.max(...rows.map(reach))) < 1e-5);
    assert.ok(Math.abs(distances[k]! - reach(chosen[k]!)) < 1e-5);
    assert.ok(distances[k]! <= distances[k - 1]!);
  }
});

Deno.test("patches that are alike are chosen once", () => {
  const { features, distances } = selectPatches(Float32Array.of(1, 2, 1, 2, 3, 4, 1, 2), 2, 100);
  assert.deepEqual([...features], [1, 2, 3, 4]);
  assert.equal(distances[0], Infinity);
});

/** A memory of `count` images with `each` patches of three numbers. */
function memoryOf(random: Random, count: number, each: number) {
  const patches = normals(random, count * each * 3), means = normals(random, count * 3);
  const images = Float32Array.from({ length: count * each }, (_, i) => Math.floor(i / each));
  return { patches, images, means };
}

Deno.test("distances are those to the nearest patch, with and without a fold", async () => {
  await openBackend("wasm");
  const random = new Random(2), values = memoryOf(random, 12, 4), query = normals(random, 9 * 3);
  const memory = new PatchMemory(values, 3), kept = rowsOf(values.patches, 3);
  for (const omitted of [undefined, { from: 0, to: 2 }, { from: 3, to: 7 }, { from: 11, to: 12 }]) {
    const found = await tf.tidy(() => memory.distances(tf.tensor2d(query, [9, 3]), omitted)).data();
    const left = kept.filter((_, i) =>
      !omitted || values.images[i]! < omitted.from || values.images[i]! >= omitted.to
    );
    for (const [i, row] of rowsOf(query, 3).entries()) {
      const wanted = Math.min(...left.map((other) => distance(row, other)));
      assert.ok(Math.abs(found[i]! - wanted) < 1e-5);
    }
  }
  const own = await tf.tidy(() => memory.distances(tf.tensor2d(values.patches, [48, 3]))).data();
  assert.deepEqual([...own], Array(48).fill(0), "a remembered patch is at no distance");
  memory.dispose();
});

Deno.test("folds are contiguous and have every image once", async () => {
  await openBackend("wasm");
  for (const count of [2, 3, 10, 11, 37, 100]) {
    const memory = new PatchMemory(memoryOf(new Random(3), count, 1), 3);
    for (let image = 0; image < count; image++) {
      const { from, to } = memory.foldOf(image);
      assert.ok(from <= image && image < to && to - from <= Math.ceil(count / 10), `${count}`);
      assert.deepEqual(memory.foldOf(from), { from, to });
    }
    memory.dispose();
  }
});

Deno.test("a memory of many images keeps 10,000 patches, most of the images that differ most", async () => {
  await openBackend("wasm");
  const random = new Random(4), shape = [12, 12, 1] as const, images = new ImageSet(shape);
  const count = 150;
  for (let i = 0; i < count; i++) {
    // The later an image, the stronger its contrasts.
    images.add(normals(random, 144).map((value) => value * (1 + i)));
  }
  const extractor = {
    size: 1,
    extract: ({ data }: PlacedPart) => Promise.resolve({ features: data, rows: 12, columns: 12 }),
    dispose() {},
  };
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const memory = await gatherPatches(new ImageFeatures(images, extractor), order, SINGLE_PROCESS);
  assert.equal(memory.images.length, MAX_PATCHES);
  const counts = Array.from(order, (i) => memory.images.filter((image) => image === i).length);
  assert.ok(counts.every((n) => n >= 1 && n <= PATCHES_PER_IMAGE), `${counts}`);
  assert.ok(counts[0]! < counts[count - 1]!, `${counts}`);
  assert.equal(memory.means.length, count);
});

Deno.test("features of an image are computed once, and of few images alone are kept", async () => {
  const shape = [16, 16, 1] as const, images = new ImageSet(shape), patches = 2 ** 20;
  for (let i = 0; i < 20; i++) images.add(new Float32Array(256).fill(i / 20));
  let computed = 0;
  const extractor = {
    size: 1,
    extract: ({ data }: PlacedPart) => {
      computed++;
      const features = new Float32Array(patches).fill(data[0]!);
      return Promise.resolve({ features, rows: 1024, columns: 1024 });
    },
    dispose() {},
  };
  const known = new ImageFeatures(images, extractor);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20; i++) assert.equal((await known.at(i)).features[0], Math.fround(i / 20));
  }
  // 16 of 4 MB.
  assert.equal(computed, 20 + 4);
});

Deno.test("each image keeps a patch, even where there are more images than patches are kept", async () => {
  await openBackend("wasm");
  const shape = [2, 2, 1] as const, count = MAX_PATCHES + 20, images = new ImageSet(shape);
  const random = new Random(9);
  for (let i = 0; i < count; i++) images.add(normals(random, 4));
  const extractor = {
    size: 1,
    extract: ({ data }: PlacedPart) => Promise.resolve({ features: data, rows: 2, columns: 2 }),
    dispose() {},
  };
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const memory = await gatherPatches(new ImageFeatures(images, extractor), order, SINGLE_PROCESS);
  assert.deepEqual(memory.images, Float32Array.from(order));
});

Deno.test("frames that follow each other are told from the same in another order", async () => {
  await openBackend("wasm");
  const random = new Random(6), count = 40, each = 30;
  // Each image drifts away from the one before it.
  const drift = new Float32Array(each * 3), frames: Float32Array[] = [];
  for (let i = 0; i < count; i++) {
    drift.forEach((value, j) => drift[j] = value + random.normal());
    frames.push(drift.map((value) => value + 0.1 * random.normal()));
  }
  const follow = async (order: readonly number[]) => {
    const own = order.map((i) => frames[i]!);
    const patches = new Float32Array(own.flatMap((frame) => [...frame]));
    const images = Float32Array.from({ length: count * each }, (_, i) => Math.floor(i / each));
    const memory = new PatchMemory({ patches, images, means: new Float32Array(count * 3) }, 3);
    const found = await followEachOther(
      memory,
      (i) => Promise.resolve({ features: own[i]!, rows: each, columns: 1 }),
    );
    memory.dispose();
    return found;
  };
  const all = Array.from({ length: count }, (_, i) => i);
  assert.equal(await follow(all), true);
  assert.equal(await follow([...random.permutation(count)]), false);
  assert.deepEqual(scoredFrames(19), [], "few images tell nothing");
});
