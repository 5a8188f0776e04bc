/** Maps by UMAP. */

import { Random } from "../random.ts";
import { checkPoints, type RoundOptions, runRounds } from "./map_options.ts";
import type { Points } from "./nearest.ts";
import type { FlatMap } from "./pca_map.ts";

/** Options of {@linkcode umapMap}. */
export interface UmapOptions extends RoundOptions {
  /** Neighbours per point. @default {15, or all others} */
  readonly neighbours?: number;
  /** Minimum distance between points, in units of the map. @default {0.1} */
  readonly leastDistance?: number;
}

/**
 * Uniform manifold approximation and projection.
 *
 * Source: McInnes, Healy and Melville 2018, arXiv 1802.03426; the package `umap-js` with Euclidean
 * distances. Unlike the authors' Python program, it starts from random positions.
 *
 * @param points Coordinates, point by point.
 * @param options Number of points, and parameters.
 * @returns x and y of each point.
 * @throws {TypeError} If there are fewer than 4 points, or the length is not a multiple of their number.
 *
 * @example
 * ```ts
 * import { umapMap } from "./umap_map.ts";
 *
 * const points = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
 * const a = await umapMap(points, { count: 20, seed: 3 }), b = await umapMap(points, { count: 20, seed: 3 });
 * if (a.xy.length !== 40 || a.xy.join() !== b.xy.join()) throw new Error("one seed, one map");
 * ```
 */
export async function umapMap(points: Points, options: UmapOptions): Promise<FlatMap> {
  const { count, seed = 0, leastDistance = 0.1 } = options;
  checkPoints(points.length, count, 4);
  const { UMAP } = await import("umap-js");
  const random = new Random(seed);
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: options.neighbours ?? Math.min(15, count - 1),
    minDist: leastDistance,
    random: () => random.uniform(),
  });
  const size = points.length / count;
  const rows = Array.from(
    { length: count },
    (_, i) => Array.from(points.subarray(i * size, (i + 1) * size)),
  );
  await runRounds(umap.initializeFit(rows), options, () => umap.step());
  return { xy: Float64Array.from(umap.getEmbedding().flat()) };
}
