/** Fits smooth lenses to images. */

import { Cholesky } from "./_cholesky.ts";
import { AT, BOUNDS, LENS_NUMBERS } from "./lens_vector.ts";
import { type LensCamera, SmoothLens } from "./smooth_lens.ts";
import { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";

/** Options of {@linkcode LensFitter}. */
export interface LensFitterOptions {
  /** The camera. */
  readonly camera: LensCamera;
  /** The 19 numbers from which fits start, and which those that are not free keep. */
  readonly mean: Float64Array;
  /** Places of the free numbers. */
  readonly free: readonly number[];
  /** Factors of the mean Einstein radius from which fits start. @default {[1]} */
  readonly starts?: readonly number[] | undefined;
}

/** A fitted lens. */
export interface LensFit {
  /** The 19 numbers, as `LENS_NUMBERS`. */
  readonly vector: Float64Array;
  /** Their standard deviations by the curvature at the optimum; 0 for those that are not free. */
  readonly errors: Float64Array;
  /** Sum of squared residuals, in variances of the noise. */
  readonly chiSquare: number;
  /** Pixels that count, less free numbers. */
  readonly degreesOfFreedom: number;
  /** Whether the fit ended at an optimum, and not after the most steps. */
  readonly converged: boolean;
  /** Steps of all starts. */
  readonly steps: number;
  /** (image - fit) / noise, row-major; 0 for pixels that do not count. */
  readonly residuals: Float64Array;
  /** The part of the data that the fit can take up. @default {all that its free numbers span} */
  readonly freedom?: FitFreedom;
}

/** The part of an image of unit noise that a fit can take up. */
export interface FitFreedom {
  /** Images R such that the fit takes R' R d of a change d of the data. */
  readonly rows: readonly ArrayLike<number>[];
  /** The residuals, at the optimum of the linear problem. */
  readonly rest: Float64Array;
}

/** Damping at the start, its factor after a success, and its limits. */
const DAMPING = { first: 1e-2, success: 1 / 5, least: 1e-9, most: 1e8, trusted: 1e-5 } as const;
/** Growth of the damping after the first failure, and of that growth. */
const FAILURE = { factor: 4, growth: 1.5 } as const;
/** A fit ends after so many falls of chi-square below this, or one at trusted damping. */
const SMALL = { fall: 0.01, times: 2 } as const;
const MOST_STEPS = 60;
/** Keeps the curvature positive definite. */
const RIDGE = 1e-9;

/**
 * Finds the smooth lens that explains an image best, by Levenberg and Marquardt's method on the residuals of the
 * image of unit noise (Marquardt 1963, J. SIAM 11, 431; damping as in Nielsen 1999).
 *
 * A fitter holds the memory of one fit and is used again for each image of its camera.
 *
 * @example
 * ```ts
 * import { drawParameters, gridOf, LensFitter, lensVectorOf, RECIPES, SmoothLens } from "../mod.ts";
 *
 * const name = { seed: 1, lensClass: "no_sub", index: 0 } as const;
 * const parameters = drawParameters(RECIPES["model-b"], name), truth = lensVectorOf(parameters);
 * const camera = { grid: gridOf(parameters), subPixels: 1 }, lens = new SmoothLens(camera, []);
 * lens.evaluate(truth);
 * const fitter = new LensFitter({ camera, mean: truth.with(5, truth[5]! + 0.02), free: [5] });
 * const fit = fitter.fit({ flux: lens.image, time: 300, background: 0.01 });
 * if (Math.abs(fit.vector[5]! - truth[5]!) > 1e-3) throw new Error("the shear is not found");
 * ```
 */
export class LensFitter {
  /** The smooth lens, at the last fit. */
  readonly lens: SmoothLens;
  /** How many standard deviations each pixel of the last fit changes per count/s. */
  readonly slopes: Float64Array;
  readonly #mean: Float64Array;
  readonly #starts: readonly number[];
  readonly #residuals: Float64Array;

  /**
   * Makes a fitter.
   *
   * @param options Camera, numbers and starts.
   */
  constructor({ camera, mean, free, starts = [1] }: LensFitterOptions) {
    this.lens = new SmoothLens(camera, free);
    this.slopes = new Float64Array(camera.grid.count);
    this.#residuals = new Float64Array(camera.grid.count);
    this.#mean = mean;
    this.#starts = starts;
  }

  /**
   * Fits an image.
   *
   * @param observed The image, of the camera's size, or what was made of it before.
   * @returns The fit; `lens` and `slopes` are at it.
   */
  fit(observed: ObservedLens | StabilisedImage): LensFit {
    const image = observed instanceof StabilisedImage ? observed : new StabilisedImage(observed);
    let best: Descent | undefined, steps = 0;
    for (const factor of this.#starts) {
      const start = this.#mean.with(AT.einstein_radius, this.#mean[AT.einstein_radius]! * factor);
      const descent = this.#descend(image, start);
      steps += descent.steps;
      if (!best || descent.chiSquare < best.chiSquare) best = descent;
    }
    const { vector, converged } = best!, { free } = this.lens;
    this.#evaluate(image, vector);
    const residuals = this.#residuals.slice(),
      chiSquare = image.compare(this.lens.image, residuals);
    const { curvature } = this.#curvatureAt(residuals);
    const inverse = new Cholesky(curvature, free.length).invertFactor();
    const errors = new Float64Array(LENS_NUMBERS.length);
    free.forEach((at, i) => {
      const row = inverse.subarray(i * free.length, (i + 1) * free.length);
      errors[at] = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    });
    const degreesOfFreedom = image.pixels - free.length;
    return { vector, errors, chiSquare, degreesOfFreedom, converged, steps, residuals };
  }

  /** The derivatives of the residuals by the free numbers at the last fit, in standard deviations, negative. */
  weightedColumns(): Float64Array[] {
    return this.lens.columns().map((column) => column.map((value, i) => value * this.slopes[i]!));
  }

  /** Evaluates the lens; returns chi-square. */
  #evaluate(image: StabilisedImage, vector: Float64Array): number {
    this.lens.evaluate(vector);
    image.slopes(this.lens.image, this.slopes);
    return image.compare(this.lens.image, this.#residuals);
  }

  #descend(image: StabilisedImage, start: Float64Array): Descent {
    const { free } = this.lens, count = free.length;
    let vector = clamp(start, free), chiSquare = this.#evaluate(image, vector);
    let damping: number = DAMPING.first, factor: number = FAILURE.factor, small = 0, steps = 0;
    let at = this.#curvatureAt(this.#residuals);
    while (steps < MOST_STEPS && count > 0) {
      steps++;
      const { curvature, gradient } = at, damped = curvature.slice(), move = gradient.slice();
      for (let i = 0; i < count; i++) damped[i * count + i]! *= 1 + damping;
      new Cholesky(damped, count).solve(move);
      const next = vector.slice();
      free.forEach((place, i) => next[place]! += move[i]!);
      clamp(next, free);
      const found = this.#evaluate(image, next);
      if (found < chiSquare) {
        const fall = chiSquare - found;
        vector = next;
        chiSquare = found;
        damping = Math.max(damping * DAMPING.success, DAMPING.least);
        factor = FAILURE.factor;
        small = fall < SMALL.fall ? small + 1 : 0;
        if (small >= SMALL.times || small > 0 && damping < DAMPING.trusted) {
          return { vector, chiSquare, steps, converged: true };
        }
        at = this.#curvatureAt(this.#residuals);
      } else {
        damping *= factor;
        factor *= FAILURE.growth;
        if (damping > DAMPING.most) return { vector, chiSquare, steps, converged: true };
      }
    }
    return { vector, chiSquare, steps, converged: count === 0 };
  }

  /** Half the second derivatives of chi-square by the free numbers, and the negative half of the first. */
  #curvatureAt(
    residuals: Float64Array,
  ): { readonly curvature: Float64Array; readonly gradient: Float64Array } {
    const columns = this.weightedColumns(), count = columns.length;
    const curvature = new Float64Array(count * count), gradient = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      gradient[i] = dot(columns[i]!, residuals);
      for (let j = 0; j <= i; j++) {
        const value = dot(columns[i]!, columns[j]!);
        curvature[i * count + j] = curvature[j * count + i] = i === j ? value + RIDGE : value;
      }
    }
    return { curvature, gradient };
  }
}

/** The end of a descent from one start. */
interface Descent {
  readonly vector: Float64Array;
  readonly chiSquare: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** Brings the free numbers into their bounds, in place. */
function clamp(vector: Float64Array, free: readonly number[]): Float64Array {
  for (const at of free) {
    const [low, high] = BOUNDS[at]!;
    vector[at] = Math.min(Math.max(vector[at]!, low), high);
  }
  return vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let p = 0, q = 0, r = 0, s = 0, i = 0;
  for (; i + 4 <= a.length; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}
