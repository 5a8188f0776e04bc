/** Fits smooth lenses to images. */

import { Cholesky } from "./_cholesky.ts";
import { BOUNDS, LENS_NUMBERS } from "./lens_vector.ts";
import { type LensCamera, type NormalEquations, SmoothLens } from "./smooth_lens.ts";
import { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";

/** Options of {@linkcode LensFitter}. */
export interface LensFitterOptions {
  /** The camera. */
  readonly camera: LensCamera;
  /** The 19 numbers from which fits start, and which those that are not free keep. */
  readonly mean: Float64Array;
  /** Further numbers to start from, one after the other, until a fit is likely. @default {[]} */
  readonly starts?: readonly Float64Array[] | undefined;
  /** Places of the free numbers. */
  readonly free: readonly number[];
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

/** Damping at the start, and its limits; trusted where the steps are nearly undamped. */
const DAMPING = { first: 0.3, least: 1e-9, most: 1e8, trusted: 1e-5 } as const;
/** Factors of the damping after a success: the least, the greatest, and the power of their formula. */
const SUCCESS = { least: 0.1, most: 2, power: 5 } as const;
/** Growth of the damping after the first failure, and of that growth. */
const FAILURE = { factor: 6, growth: 1.5 } as const;
/**
 * A fit ends where undamped steps promise a fall of chi-square below the first number, or after so many falls below the
 * second, or one at trusted damping.
 */
const SMALL = { promise: 2e-4, fall: 0.01, times: 2 } as const;
/** Steps with one ray per pixel end where they promise to lower chi-square by less than this share. */
const COARSE_SHARE = 0.1;
const MOST_STEPS = 60;
/** Keeps the curvature positive definite. */
const RIDGE = 1e-9;

/**
 * Finds the smooth lens that explains an image best, by Levenberg and Marquardt's method on the residuals of the
 * image of unit noise (Marquardt 1963, J. SIAM 11, 431; damping as in Nielsen 1999, IMM-REP-1999-05).
 *
 * The first steps take one ray per pixel, the last ones all. A fitter holds the memory of one fit and is used again for
 * each image of its camera.
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
  readonly #starts: readonly Float64Array[];
  readonly #residuals: Float64Array;
  /** The same lens with one ray per pixel, for steps far from the optimum. */
  readonly #coarse: SmoothLens | undefined;
  /** The numbers at which the lens was last evaluated. */
  #evaluated: Float64Array | undefined;

  /**
   * Makes a fitter.
   *
   * @param options Camera, numbers and starts.
   */
  constructor({ camera, mean, free, starts = [] }: LensFitterOptions) {
    this.lens = new SmoothLens(camera, free);
    if (camera.subPixels > 1) this.#coarse = new SmoothLens({ ...camera, subPixels: 1 }, free);
    this.slopes = new Float64Array(camera.grid.count);
    this.#residuals = new Float64Array(camera.grid.count);
    this.#starts = [mean, ...starts];
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
    for (const numbers of this.#starts) {
      const start = numbers.slice();
      const coarse = this.#coarse && this.#descend(image, this.#coarse, start);
      const descent = this.#descend(image, this.lens, coarse?.vector ?? start, coarse?.damping);
      steps += descent.steps + (coarse?.steps ?? 0);
      if (!best || descent.chiSquare < best.chiSquare) best = descent;
      if (best.chiSquare <= likelyChiSquare(image.pixels - this.lens.free.length)) break;
    }
    const { vector, converged, chiSquare } = best!, { free } = this.lens;
    if (this.#evaluated !== vector) this.#evaluate(image, this.lens, vector);
    const residuals = this.#residuals.slice(), { curvature } = this.#curvatureAt(image, this.lens);
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

  /** Evaluates a lens; returns chi-square. */
  #evaluate(image: StabilisedImage, lens: SmoothLens, vector: Float64Array): number {
    lens.evaluate(vector);
    if (lens === this.lens) this.#evaluated = vector;
    return image.compare(lens.image, this.#residuals);
  }

  #descend(
    image: StabilisedImage,
    lens: SmoothLens,
    start: Float64Array,
    firstDamping: number = DAMPING.first,
  ): Descent {
    const { free } = lens, share = lens === this.lens ? 0 : COARSE_SHARE;
    let vector = clamp(start, free), chiSquare = this.#evaluate(image, lens, vector);
    let damping = Math.min(firstDamping, DAMPING.first),
      factor: number = FAILURE.factor,
      small = 0,
      steps = 0;
    let at = this.#curvatureAt(image, lens);
    while (promiseOf(at) > SMALL.promise + share * chiSquare) {
      if (steps === MOST_STEPS) return { vector, chiSquare, damping, steps, converged: false };
      steps++;
      const { move, promise } = step(at, damping), next = vector.slice();
      free.forEach((place, i) => next[place]! += move[i]!);
      clamp(next, free);
      const found = this.#evaluate(image, lens, next);
      if (found < chiSquare) {
        const fall = chiSquare - found;
        vector = next;
        chiSquare = found;
        damping = Math.max(damping * successFactor(fall / promise), DAMPING.least);
        factor = FAILURE.factor;
        small = fall < SMALL.fall ? small + 1 : 0;
        if (small >= SMALL.times || small > 0 && damping < DAMPING.trusted) break;
        at = this.#curvatureAt(image, lens);
      } else {
        damping *= factor;
        factor *= FAILURE.growth;
        if (damping > DAMPING.most) break;
      }
    }
    return { vector, chiSquare, damping, steps, converged: true };
  }

  /** Half the second derivatives of chi-square at the last evaluation, and the negative half of the first. */
  #curvatureAt(image: StabilisedImage, lens: SmoothLens): NormalEquations {
    image.slopes(lens.image, this.slopes);
    const { curvature, gradient } = lens.normalEquations(this.slopes, this.#residuals);
    for (let i = 0; i < gradient.length; i++) {
      const at = i * gradient.length + i;
      curvature[at] = curvature[at]! * (1 + RIDGE) + RIDGE;
    }
    return { curvature, gradient };
  }
}

/** Chi-square up to which a fit is likely: 5 standard deviations above its mean. */
function likelyChiSquare(degreesOfFreedom: number): number {
  return degreesOfFreedom + 5 * Math.sqrt(2 * degreesOfFreedom);
}

/** The fall of chi-square that an undamped step promises. */
function promiseOf({ curvature, gradient }: NormalEquations): number {
  const half = new Cholesky(curvature.slice(), gradient.length).solveLower(gradient.slice());
  return half.reduce((sum, value) => sum + value * value, 0);
}

/** A damped step, and the fall of chi-square that it promises. */
function step(
  { curvature, gradient }: NormalEquations,
  damping: number,
): { readonly move: Float64Array; readonly promise: number } {
  const count = gradient.length, damped = curvature.slice(), move = gradient.slice();
  for (let i = 0; i < count; i++) damped[i * count + i]! *= 1 + damping;
  new Cholesky(damped, count).solve(move);
  let promise = 0;
  for (let i = 0; i < count; i++) {
    promise += move[i]! * (gradient[i]! + damping * curvature[i * count + i]! * move[i]!);
  }
  return { move, promise };
}

/** Factor of the damping after a success, by the fall over its promise. */
function successFactor(gain: number): number {
  const { least, most, power } = SUCCESS;
  return Math.min(Math.max(1 - (2 * gain - 1) ** power, least), most);
}

/** The end of a descent from one start. */
interface Descent {
  readonly vector: Float64Array;
  readonly chiSquare: number;
  readonly damping: number;
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
