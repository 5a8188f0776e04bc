/** The patches of an image that a memory keeps. */

/** Numbers of two patches that are compared before their distance so far is. */
const PART = 16;

/** Patches in the order of choice. */
export interface SelectedPatches {
  /** Their features, one after the other. */
  readonly features: Float32Array;
  /**
   * Distance of each to the nearest one chosen before it, descending; infinite for the first. The patches whose
   * distance is at least `d` represent all patches of the image to within `d`.
   */
  readonly distances: Float32Array;
}

/**
 * Chooses patches that represent all patches of an image: first the one nearest to their mean, then again and again
 * the one farthest from those chosen (the greedy solution of the k-centre problem: Gonzalez 1985, Theoretical Computer
 * Science 38, 293).
 *
 * @param features Features of all patches, one after the other.
 * @param size Numbers per patch.
 * @param count Maximum number of patches to choose.
 */
export function selectPatches(
  features: Float32Array,
  size: number,
  count: number,
): SelectedPatches {
  const total = features.length / size, chosen = Math.min(count, total);
  const mean = new Float32Array(size);
  for (let i = 0; i < features.length; i++) mean[i % size]! += features[i]! / total;
  const found = { features: new Float32Array(chosen * size), distances: new Float32Array(chosen) };
  const toMean = new Float32Array(total).fill(Infinity);
  approach(toMean, mean, features);
  let next = leastOf(toMean);
  const nearest = new Float32Array(total).fill(Infinity);
  for (let k = 0; k < chosen; k++) {
    const patch = features.subarray(next * size, (next + 1) * size);
    found.features.set(patch, k * size);
    found.distances[k] = Math.sqrt(nearest[next]!);
    approach(nearest, patch, features);
    next = greatestOf(nearest);
    // All others are like chosen ones.
    if (nearest[next] === 0) return firstOf(found, k + 1, size);
  }
  return found;
}

/** Lowers the squared distances of all patches to that to one, where it is less. */
function approach(nearest: Float32Array, patch: Float32Array, features: Float32Array): void {
  const size = patch.length;
  for (let i = 0, first = 0; i < nearest.length; i++, first += size) {
    const limit = nearest[i]!;
    let sum = 0;
    // Most patches are known to be farther after a part of their numbers.
    for (let j = 0; j < size && sum < limit;) {
      const end = Math.min(j + PART, size);
      for (; j < end; j++) {
        const difference = features[first + j]! - patch[j]!;
        sum += difference * difference;
      }
    }
    if (sum < limit) nearest[i] = sum;
  }
}

function leastOf(values: Float32Array): number {
  return values.reduce((least, value, i) => value < values[least]! ? i : least, 0);
}

function greatestOf(values: Float32Array): number {
  return values.reduce((greatest, value, i) => value > values[greatest]! ? i : greatest, 0);
}

/** The patches that were chosen first. */
export function firstOf(
  { features, distances }: SelectedPatches,
  count: number,
  size: number,
): SelectedPatches {
  return { features: features.slice(0, count * size), distances: distances.slice(0, count) };
}
