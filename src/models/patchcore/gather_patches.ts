/** From the images of a training to the patches that are remembered. */

import { tf } from "../../compute/mod.ts";
import { concatenate } from "../../concatenate.ts";
import type { ImageSet, ProcessGroup } from "../../training/mod.ts";
import { EventLoopYielder } from "../../yield_to_event_loop.ts";
import { exchangedNumbers, MAX_PATCHES, PATCHES_PER_IMAGE } from "./limits.ts";
import { type PatchExtractor, tensorOf } from "./patch_features.ts";
import type { MemoryValues } from "./patch_memory.ts";
import { placedPart } from "./placed_part.ts";
import { firstOf, type SelectedPatches, selectPatches } from "./select_patches.ts";

/** While images are read, so many times as many patches are held. */
const HELD = 2;

/** The patches that one image adds to a memory. */
interface Contribution extends SelectedPatches {
  /** The mean of all its patches. */
  readonly mean: Float32Array;
}

/**
 * Chooses the patches that a memory keeps: of each image up to 100 that represent it, and of these, where all images
 * have too many, those that are farthest from others of the same image. The choice within an image does not depend on
 * other images but for the one distance that is the least of all.
 *
 * @param images The images.
 * @param order Indices of those to remember, in the order of the memory.
 * @param extractor Computes features.
 * @param group The member, which takes its part of the images.
 * @returns The memory.
 */
export async function gatherPatches(
  images: ImageSet,
  order: Uint32Array,
  extractor: PatchExtractor,
  group: ProcessGroup,
): Promise<MemoryValues> {
  const yielder = new EventLoopYielder();
  let held: Contribution[] = [];
  for (let from = 0; from < order.length; from += group.size) {
    const own = order[from + group.rank];
    const found = own === undefined
      ? undefined
      : await contribution(images.at(own), images.shape, extractor);
    held.push(...exchange(found, Math.min(group.size, order.length - from), extractor.size, group));
    const count = held.reduce((sum, { distances }) => sum + distances.length, 0);
    if (count > HELD * MAX_PATCHES) held = keepFarthest(held, MAX_PATCHES, extractor.size);
    await yielder.yield();
  }
  held = keepFarthest(held, MAX_PATCHES, extractor.size);
  return {
    patches: concatenate(Float32Array, held.map(({ features }) => features)),
    images: Float32Array.from(held.flatMap(({ distances }, i) => Array(distances.length).fill(i))),
    means: concatenate(Float32Array, held.map(({ mean }) => mean)),
  };
}

async function contribution(
  canvas: Float32Array,
  shape: ImageSet["shape"],
  extractor: PatchExtractor,
): Promise<Contribution> {
  const patches = await extractor.extract(placedPart(canvas, shape));
  const middle = tf.tidy(() => tf.mean(tensorOf(patches), 0));
  const mean = Float32Array.from(await middle.data());
  middle.dispose();
  return { ...selectPatches(patches.features, extractor.size, PATCHES_PER_IMAGE), mean };
}

/** The contributions of all members, in the order of ranks. */
function exchange(
  own: Contribution | undefined,
  members: number,
  size: number,
  group: ProcessGroup,
): Contribution[] {
  if (group.size === 1) return own ? [own] : [];
  const length = exchangedNumbers(size), all = new Float32Array(members * length);
  // 0 stands for no patch, as chosen patches differ.
  const distances = PATCHES_PER_IMAGE * size;
  if (own) {
    const place = all.subarray(group.rank * length, (group.rank + 1) * length);
    place.set(own.features);
    place.set(own.distances, distances);
    place.set(own.mean, length - size);
  }
  group.allReduce(all);
  return Array.from({ length: members }, (_, i) => {
    const place = all.subarray(i * length, (i + 1) * length);
    const end = place.subarray(distances, length - size).indexOf(0);
    const count = end < 0 ? PATCHES_PER_IMAGE : end;
    return {
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
    return { ...firstOf(image, count, size), mean: image.mean };
  });
}
