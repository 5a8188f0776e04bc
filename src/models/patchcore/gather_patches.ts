/** From the images of a training to the patches that are remembered. */

import { tf } from "../../compute/mod.ts";
import { concatenate } from "../../concatenate.ts";
import type { ProcessGroup } from "../../training/mod.ts";
import { EventLoopYielder } from "../../yield_to_event_loop.ts";
import type { ImageFeatures } from "./image_features.ts";
import { exchangedNumbers, MAX_PATCHES, PATCHES_PER_IMAGE } from "./limits.ts";
import { type Patches, tensorOf } from "./patch_features.ts";
import type { MemoryValues } from "./patch_memory.ts";
import { firstOf, type SelectedPatches, selectPatches } from "./select_patches.ts";

/** While images are read, so many times as many patches are held. */
const HELD = 2;

/** The patches that one image adds to a memory. */
interface Contribution extends SelectedPatches {
  /** The index of the image. */
  readonly index: number;
  /** The mean of all its patches. */
  readonly mean: Float32Array;
}

/**
 * Chooses the patches that a memory keeps: of each image up to 100 that represent it, and of these, where all images
 * have too many, those that are farthest from others of the same image. The choice within an image does not depend on
 * other images but for the one distance that is the least of all.
 *
 * @param features Features of the images.
 * @param order Indices of those to remember, in the order in which members take them in turns.
 * @param group The member.
 * @returns The memory, in the order of the indices.
 */
export async function gatherPatches(
  features: ImageFeatures,
  order: Uint32Array,
  group: ProcessGroup,
): Promise<MemoryValues> {
  const yielder = new EventLoopYielder();
  let held: Contribution[] = [];
  for (let from = 0; from < order.length; from += group.size) {
    const own = order[from + group.rank];
    const found = own === undefined
      ? undefined
      : await contribution(own, await features.at(own), features.size);
    const indices = order.subarray(from, from + group.size);
    held.push(...exchange(found, indices, features.size, group));
    const count = held.reduce((sum, { distances }) => sum + distances.length, 0);
    if (count > HELD * MAX_PATCHES) held = keepFarthest(held, MAX_PATCHES, features.size);
    await yielder.yield();
  }
  held = keepFarthest(held, MAX_PATCHES, features.size)
    .toSorted((a, b) => a.index - b.index);
  return {
    patches: concatenate(Float32Array, held.map(({ features }) => features)),
    images: Float32Array.from(held.flatMap(({ distances }, i) => Array(distances.length).fill(i))),
    means: concatenate(Float32Array, held.map(({ mean }) => mean)),
  };
}

async function contribution(index: number, patches: Patches, size: number): Promise<Contribution> {
  const middle = tf.tidy(() => tf.mean(tensorOf(patches), 0));
  const mean = Float32Array.from(await middle.data());
  middle.dispose();
  return { index, ...selectPatches(patches.features, size, PATCHES_PER_IMAGE), mean };
}

/** The contributions of all members, in the order of ranks, of the images at these indices. */
function exchange(
  own: Contribution | undefined,
  indices: Uint32Array,
  size: number,
  group: ProcessGroup,
): Contribution[] {
  if (group.size === 1) return own ? [own] : [];
  const length = exchangedNumbers(size), all = new Float32Array(indices.length * length);
  // 0 stands for no patch, as chosen patches differ.
  const distances = PATCHES_PER_IMAGE * size;
  if (own) {
    const place = all.subarray(group.rank * length, (group.rank + 1) * length);
    place.set(own.features);
    place.set(own.distances, distances);
    place.set(own.mean, length - size);
  }
  group.allReduce(all);
  return Array.from(indices, (index, i) => {
    const place = all.subarray(i * length, (i + 1) * length);
    const end = place.subarray(distances, length - size).indexOf(0);
    const count = end < 0 ? PATCHES_PER_IMAGE : end;
    return {
      index,
      features: place.slice(0, count * size),
      distances: place.slice(distances, distances + count),
      mean: place.slice(length - size),
    };
  });
}

/** Drops the patches that are nearest to others of their image, until few enough are left. */
function keepFarthest(
  held: readonly Contribution[],
  most: number,
  size: number,
): Contribution[] {
  const all = concatenate(Float32Array, held.map(({ distances }) => distances)).sort().reverse();
  // The first patches, one per image, stay.
  const least = Math.min(all[most] ?? 0, Number.MAX_VALUE);
  return held.map((image) => {
    const count = image.distances.filter((distance) => distance > least).length;
    return { ...image, ...firstOf(image, count, size) };
  });
}
