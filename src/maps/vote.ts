/** From nearest neighbours to classes. */

import type { Neighbours } from "./nearest.ts";

/**
 * The class that most of each query's neighbours have; of several the one with the nearest neighbour.
 *
 * @param neighbours What `nearest` found.
 * @param k How many neighbours each query has.
 * @param classes The class of each point, from 0 to less than `count`.
 * @param count How many classes there are.
 * @returns A class a query.
 * @throws {TypeError} If the neighbours are no multiple of k.
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
      `Cannot vote as the neighbours must be a multiple of ${k}: current number is ${indices.length}`,
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
