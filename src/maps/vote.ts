/** Classification by nearest neighbours. */

import type { Neighbours } from "./nearest.ts";

/**
 * The majority class among each query's neighbours; in a tie, that of the nearest neighbour.
 *
 * @param neighbours The result of `nearest`.
 * @param k Neighbours per query.
 * @param classes The class of each point, from 0 to `count` - 1.
 * @param count Number of classes.
 * @returns One class per query.
 * @throws {TypeError} If the number of neighbours is not a multiple of k.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * import { vote } from "./vote.ts";
 *
 * const points = Float32Array.of(0, 1, 2, 10), classes = Uint32Array.of(0, 1, 1, 0);
 * const neighbours = nearest(points, Float32Array.of(0.1, 9), { dimensions: 1, k: 3 });
 * if (vote(neighbours, 3, classes, 2).join() !== "1,1") throw new Error("unexpected classes");
 * ```
 */
export function vote(
  { indices }: Neighbours,
  k: number,
  classes: Uint32Array,
  count: number,
): Uint32Array {
  const queries = indices.length / k;
  if (!Number.isInteger(queries)) {
    throw new TypeError(
      `Cannot vote as the number of neighbours must be a multiple of ${k}: ` +
        `current value is ${indices.length}`,
    );
  }
  const winners = new Uint32Array(queries), votes = new Uint32Array(count);
  for (let query = 0; query < queries; query++) {
    votes.fill(0);
    for (let i = query * k; i < (query + 1) * k; i++) votes[classes[indices[i]!]!]!++;
    let most = 0;
    for (let i = query * k; i < (query + 1) * k; i++) {
      const candidate = classes[indices[i]!]!;
      if (votes[candidate]! <= most) continue;
      most = votes[candidate]!;
      winners[query] = candidate;
    }
  }
  return winners;
}
