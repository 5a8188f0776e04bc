/** The patches of an image that a memory keeps. */

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
  const nearest = new Float32Array(total).fill(Infinity);
  let next = leastOf(squaresTo(mean, features, size));
  for (let k = 0; k < chosen; k++) {
    const patch = features.subarray(next * size, (next + 1) * size);
    found.features.set(patch, k * size);
    found.distances[k] = Math.sqrt(nearest[next]!);
    const squares = squaresTo(patch, features, size);
    let farthest = 0;
    for (let i = 0; i < total; i++) {
      nearest[i] = Math.min(nearest[i]!, squares[i]!);
      if (nearest[i]! > nearest[farthest]!) farthest = i;
    }
    next = farthest;
    // All others are like chosen ones.
    if (nearest[next] === 0) return firstOf(found, k + 1, size);
  }
  return found;
}

/** Squared distances of all patches to one. */
function squaresTo(patch: Float32Array, features: Float32Array, size: number): Float32Array {
  const squares = new Float32Array(features.length / size);
  for (let i = 0, at = 0; i < squares.length; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++, at++) {
      const difference = features[at]! - patch[j]!;
      sum += difference * difference;
    }
    squares[i] = sum;
  }
  return squares;
}

function leastOf(values: Float32Array): number {
  return values.reduce((least, value, i) => value < values[least]! ? i : least, 0);
}

/** The patches that were chosen first. */
export function firstOf(
  { features, distances }: SelectedPatches,
  count: number,
  size: number,
): SelectedPatches {
  return { features: features.slice(0, count * size), distances: distances.slice(0, count) };
}
