/** Whether the images of a training follow each other, as the frames of a film do. */

import { tf } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import { type Patches, tensorOf } from "./patch_features.ts";
import type { PatchMemory } from "./patch_memory.ts";
import { peakCount } from "./peak.ts";

/** Maximum number of images that are compared, the first ones, and of those among them that are scored. */
const COMPARED = 64, SCORED = 16;
/** Patches of an image whose distances are computed. */
const MAX_PATCHES = 400;
/** Fewest images that tell. */
const MIN_IMAGES = 20;
/** Images that are left out with each: its neighbours in time, or as many others. */
const LEFT_OUT = 8;
/** Random choices of others: the neighbours must exceed all of them, which has a probability of .01 by chance. */
const CHOICES = 99;

/** Indices of the images to compute features of; none if there are too few images to tell. */
export function scoredFrames(count: number): number[] {
  const compared = Math.min(count, COMPARED);
  if (compared < MIN_IMAGES) return [];
  const scored = Math.min(compared, SCORED);
  return Array.from({ length: scored }, (_, i) => Math.floor(i * compared / scored));
}

/**
 * Whether the scores of images rise more without their neighbours in the order of the training than without as many
 * other images. Then images are not exchangeable, and p-values of later ones too low.
 *
 * @param memory The memory.
 * @param features Computes the features of an image, by its index.
 */
export async function followEachOther(
  memory: PatchMemory,
  features: (image: number) => Promise<Patches>,
): Promise<boolean> {
  const count = Math.min(memory.imageCount, COMPARED), random = new Random(0);
  const sums = new Float64Array(CHOICES + 1);
  for (const image of scoredFrames(memory.imageCount)) {
    const distances = await distancesOf(await features(image), count, memory);
    const first = Math.max(0, Math.min(image - LEFT_OUT / 2, count - LEFT_OUT - 1));
    const others = allBut(image, count);
    for (let choice = 0; choice <= CHOICES; choice++) {
      const omitted = choice === 0
        ? others.filter((other) => other >= first && other <= first + LEFT_OUT)
        : Array.from(random.permutation(others.length).subarray(0, LEFT_OUT), (i) => others[i]!);
      sums[choice]! += peakWithout(new Set([image, ...omitted]), distances);
    }
  }
  return sums[0]! > Math.max(...sums.subarray(1));
}

function allBut(image: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => i !== image);
}

/** Per other image the distances of an image's patches to its patches. */
async function distancesOf(
  patches: Patches,
  images: number,
  memory: PatchMemory,
): Promise<Float32Array[]> {
  const found = tf.tidy(() => {
    const all = tensorOf(patches), count = all.shape[0];
    const some = spread(Uint32Array.from({ length: count }, (_, i) => i), MAX_PATCHES);
    const own = tf.gather(all, tf.tensor1d(Int32Array.from(some)));
    return Array.from({ length: images }, (_, other) => memory.distancesToImage(own, other));
  });
  const arrays = await Promise.all(found.map((tensor) => tensor.data()));
  tf.dispose(found);
  return arrays as Float32Array[];
}

/** The score `peak` where some images are left out. */
function peakWithout(
  omitted: ReadonlySet<number>,
  distances: readonly Float32Array[],
): number {
  const nearest = new Float32Array(distances[0]!.length).fill(Infinity);
  distances.forEach((values, other) => {
    if (omitted.has(other)) return;
    values.forEach((value, i) => nearest[i] = Math.min(nearest[i]!, value));
  });
  const highest = nearest.sort().subarray(nearest.length - peakCount(nearest.length));
  return highest.reduce((sum, value) => sum + value) / highest.length;
}
