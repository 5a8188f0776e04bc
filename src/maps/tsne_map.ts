/**
 * Maps by t-SNE.
 *
 * No library fits: wasm-bhtsne 1.2.5 takes no seed; @saehrimnir/druidjs 0.9.0 has no tree, so that memory
 * and time per step grow with the square of the number of points.
 */

import { Random } from "../random.ts";
import { type Affinities, computeAffinities } from "./_affinities.ts";
import { QuadTree } from "./_quad_tree.ts";
import { checkPoints, type RoundOptions, runRounds } from "./map_options.ts";
import type { Points } from "./nearest.ts";
import { type FlatMap, pcaMap } from "./pca_map.ts";

/** Options of {@linkcode tsneMap}. */
export interface TsneOptions extends RoundOptions {
  /** The effective number of neighbours per point. @default {30, or a third of the other points} */
  readonly perplexity?: number;
  /** Steps of gradient descent. @default {1000} */
  readonly rounds?: number;
}

/** Steps of early exaggeration, in which greater affinities let clusters form. */
const EARLY_ROUNDS = 250;
const EXAGGERATION = 12;
/** Standard deviation of the initial map along x, and of the noise added to it. */
const INITIAL_DEVIATION = 1e-4;
const JITTER = 1e-6;

/**
 * t-distributed stochastic neighbour embedding.
 *
 * Source: van der Maaten and Hinton 2008, Journal of Machine Learning Research 9, with the tree of van
 * der Maaten 2014 (arXiv 1301.3342, theta 0.5) for distant points. Follows scikit-learn's `TSNE`: starts
 * from principal components, early exaggeration 12 for 250 steps, learning rate count / 48 but at least
 * 50, momentum 0.5, then 0.8. Distances beyond a neighbourhood and the sizes of clusters are not
 * meaningful.
 *
 * Cost: the neighbour search grows with the square of the number of points, a step with count log count.
 *
 * @param points Coordinates, point by point.
 * @param options Number of points, and parameters.
 * @returns x and y of each point.
 * @throws {TypeError} If there are fewer than 4 points, or the length is not a multiple of their number.
 * @throws {RangeError} If the perplexity is below 1, or not below the number of points.
 *
 * @example
 * ```ts
 * import { tsneMap } from "./tsne_map.ts";
 *
 * // Two clusters of six points in three dimensions.
 * const points = Float32Array.from({ length: 36 }, (_, i) => (i < 18 ? 0 : 9) + Math.sin(i * i));
 * const { xy } = await tsneMap(points, { count: 12 });
 * const apart = (i: number, j: number) => Math.hypot(xy[2 * i]! - xy[2 * j]!, xy[2 * i + 1]! - xy[2 * j + 1]!);
 * if (apart(0, 5) > apart(0, 6)) throw new Error("clusters must stay apart");
 * ```
 */
export async function tsneMap(points: Points, options: TsneOptions): Promise<FlatMap> {
  const { count, seed = 0, rounds = 1000 } = options;
  checkPoints(points.length, count, 4);
  const perplexity = options.perplexity ?? Math.min(30, (count - 1) / 3);
  if (!(perplexity >= 1 && perplexity < count)) {
    throw new RangeError(
      `Cannot map points as perplexity must be from 1 to less than the ${count} points: ` +
        `current value is ${perplexity}`,
    );
  }
  const affinities = computeAffinities(points, count, perplexity);
  const descent = new Descent(initialMap(points, count, new Random(seed)), affinities);
  await runRounds(rounds, options, (round) => descent.step(round < EARLY_ROUNDS));
  return { xy: descent.xy };
}

function initialMap(points: Points, count: number, random: Random): Float64Array {
  const { xy } = pcaMap(points, count);
  let power = 0;
  for (let i = 0; i < count; i++) power += xy[2 * i]! ** 2;
  const scale = power > 0 ? INITIAL_DEVIATION / Math.sqrt(power / count) : 0;
  return xy.map((value) => value * scale + JITTER * random.normal());
}

/** Gradient descent with momentum, and a gain per coordinate (Jacobs 1988). */
class Descent {
  readonly xy: Float64Array;
  readonly #affinities: Affinities;
  readonly #tree: QuadTree;
  readonly #velocity: Float64Array;
  readonly #gains: Float64Array;
  readonly #repulsion: Float64Array;
  readonly #attraction: Float64Array;
  readonly #rate: number;

  constructor(xy: Float64Array, affinities: Affinities) {
    this.xy = xy;
    this.#affinities = affinities;
    this.#tree = new QuadTree(xy.length / 2);
    this.#velocity = new Float64Array(xy.length);
    this.#gains = new Float64Array(xy.length).fill(1);
    this.#repulsion = new Float64Array(xy.length);
    this.#attraction = new Float64Array(xy.length);
    this.#rate = Math.max(xy.length / 2 / EXAGGERATION / 4, 50);
  }

  step(early: boolean): void {
    const { xy } = this, gains = this.#gains, velocity = this.#velocity;
    const momentum = early ? 0.5 : 0.8, exaggeration = early ? EXAGGERATION : 1;
    this.#tree.build(xy);
    const total = this.#tree.repel(xy, this.#repulsion);
    this.#attract();
    for (let i = 0; i < xy.length; i++) {
      const gradient = 4 * (exaggeration * this.#attraction[i]! - this.#repulsion[i]! / total);
      const same = gradient * velocity[i]! > 0;
      gains[i] = Math.max(0.01, same ? gains[i]! * 0.8 : gains[i]! + 0.2);
      velocity[i] = momentum * velocity[i]! - this.#rate * gains[i]! * gradient;
      xy[i]! += velocity[i]!;
    }
  }

  /** For every point y_i, sums affinity * (y_i - y_j) / (1 + |y_i - y_j|²). */
  #attract(): void {
    const { starts, columns, values } = this.#affinities, { xy } = this;
    for (let i = 0; i < xy.length / 2; i++) {
      const x = xy[2 * i]!, y = xy[2 * i + 1]!;
      let forceX = 0, forceY = 0;
      for (let at = starts[i]!; at < starts[i + 1]!; at++) {
        const j = columns[at]!;
        const dx = x - xy[2 * j]!, dy = y - xy[2 * j + 1]!;
        const weight = values[at]! / (1 + dx * dx + dy * dy);
        forceX += weight * dx;
        forceY += weight * dy;
      }
      this.#attraction[2 * i] = forceX;
      this.#attraction[2 * i + 1] = forceY;
    }
  }
}
