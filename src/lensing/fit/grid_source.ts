/** Fits of lenses whose source is more than a Sersic profile. */

import { OrthonormalRows } from "./_orthonormal_rows.ts";
import { type SplineColumns, splineColumns } from "./_spline_columns.ts";
import { SplineSource } from "./_spline_source.ts";
import { addColumns, SplineSystem } from "./_spline_system.ts";
import type { FitFreedom, LensFit, LensFitter } from "./lens_fitter.ts";
import { AT, BOUNDS, LENS_NUMBERS } from "./lens_vector.ts";
import { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";
import type { MatrixMultiplier } from "./matrix_multiplier.ts";

/** Options of {@linkcode fitWithGridSource}. */
export interface GridSourceOptions {
  /** Multiplies matrices. */
  readonly products: MatrixMultiplier;
  /** Splines along a side of the grid, at least 4. @default {24} */
  readonly nodes?: number | undefined;
  /**
   * Distance of neighbours over the effective radius of the Sersic source, above 0; at least 0.3 pixels are taken.
   *
   * @default {0.25}
   */
  readonly spacing?: number | undefined;
  /**
   * Factor of the prior's strength in `freedom`, at least 1: a weaker prior there takes up more of what looks like
   * mass, and of what is source.
   *
   * @default {1}
   */
  readonly looseness?: number | undefined;
  /** Greatest number of steps, at least 4. @default {20} */
  readonly mostSteps?: number | undefined;
}

/** A fitted lens with a source on a grid. */
export interface GridSourceFit extends LensFit {
  /** Splines along a side. */
  readonly nodes: number;
  /** Distance of neighbours, arcsec. */
  readonly spacing: number;
  /** Centre of the grid: right and up, arcsec. */
  readonly centre: readonly [number, number];
  /** Brightness of the splines beside the Sersic source, counts/s per arcsec^2; rows from the bottom. */
  readonly coefficients: Float64Array;
  /** Prior standard deviation of a coefficient over the brightness of the Sersic source. */
  readonly strength: number;
  /** Log of the probability of the data for all splines, at the best numbers of the lens, but for a constant. */
  readonly logEvidence: number;
  /** How many numbers the data determine: those of the lens, and a part of the coefficients. */
  readonly effectiveNumbers: number;
  /** The part of the data that the fit can take up, for `project`. */
  readonly freedom: FitFreedom;
}

/** Strength of the prior at the start. */
const FIRST_STRENGTH = 0.2;
/** Smallest distance of splines, pixels. */
const LEAST_SPACING = 0.3;
/** Damping of the numbers at first, its factor after a step of full length, its limits, and next to none at the end. */
const DAMPING = {
  first: 1e-3,
  success: 0.3,
  short: 2,
  failure: 10,
  least: 1e-8,
  most: 10,
} as const;
const NO_DAMPING = 1e-12;
/** Squared signal to noise, as bright as the Sersic source, below which a spline is left out. */
const FAINT = 1e-3;
/** Shares of a step that are tried. */
const SHARES = [1, 0.4, 0.16, 0.06, 0.02];
/** Steps at which the strength is chosen again. */
const STRENGTH_STEPS = 4;
/** A fit ends after a smaller fall of chi-square and prior together. */
const SMALL_FALL = 0.1;

/**
 * Refines a fit by cubic B-splines on a grid around its Sersic source: source, lens and strength of the prior together.
 *
 * Each spline has a normal prior whose width follows the brightness of the Sersic source, so that the grid adds light
 * where there is some; the evidence chooses its strength (Suyu et al. 2006, MNRAS 371, 983). Steps are those of Gauss
 * and Newton; the splines are eliminated from each (Warren and Dye 2003, ApJ 590, 673).
 *
 * Cost: one to three seconds for 24 x 24 splines and 64 x 64 pixels; it grows with the cube of the number of splines.
 *
 * @param fitter The fitter of the fit. Afterwards image, gradients and slopes of its lens are those of the whole source.
 * @param fit A fit.
 * @param observed The image.
 * @param options Size of the grid.
 * @returns The fit. Its degrees of freedom are pixels less effective numbers.
 */
export function fitWithGridSource(
  fitter: LensFitter,
  fit: LensFit,
  observed: ObservedLens | StabilisedImage,
  { products, nodes = 24, spacing: relative = 0.25, mostSteps = 20, looseness = 1 }:
    GridSourceOptions,
): GridSourceFit {
  const image = observed instanceof StabilisedImage ? observed : new StabilisedImage(observed);
  const { grid } = fitter.lens.camera;
  const radius = Math.exp(fit.vector[AT.ln_source_radius]!);
  const spacing = Math.max(relative * radius, LEAST_SPACING * grid.pixelScale);
  const source = new SplineSource(fitter.lens.camera, fit.vector, { nodes, spacing });
  const state = new GridState(fitter, image, source);
  state.evaluate(fit.vector, new Float64Array(source.count));
  source.used = visible(state.splines(fit.vector), source.count);
  let vector = fit.vector, values = new Float64Array(source.count), strength = FIRST_STRENGTH;
  let chiSquare = state.evaluate(vector, values), converged = false, steps = 0;
  let damping: number = DAMPING.first;
  while (!converged && steps < mostSteps) {
    const system = new SplineSystem(
      new OrthonormalRows(state.columns(), damping),
      state.splines(vector),
      state.residuals,
      values,
    );
    if (steps < STRENGTH_STEPS) strength = system.chooseStrength(strength);
    const aim = system.solve(system.factor(strength));
    const before = chiSquare + prior(values, strength);
    let fall = 0;
    for (const share of SHARES) {
      const nextVector = moved(vector, aim.moves, share, fitter.lens.free);
      const next = values.map((value, k) => value + share * (aim.values[k]! - value));
      const found = state.evaluate(nextVector, next);
      fall = before - found - prior(next, strength);
      if (!(fall > 0)) continue;
      [vector, values, chiSquare] = [nextVector, next, found];
      damping *= share === 1 ? DAMPING.success : DAMPING.short;
      break;
    }
    steps++;
    if (!(fall > 0)) {
      chiSquare = state.evaluate(vector, values);
      damping *= DAMPING.failure;
    }
    converged = steps >= STRENGTH_STEPS && fall > 0 && fall < SMALL_FALL || damping > DAMPING.most;
  }
  const ending = state.end(vector, values, strength, looseness, products);
  return {
    ...{ vector, chiSquare, converged, steps: fit.steps + steps, nodes, spacing, strength },
    ...ending,
    degreesOfFreedom: image.pixels - ending.effectiveNumbers,
    centre: [fit.vector[AT.source_x]!, fit.vector[AT.source_y]!],
    coefficients: source.coefficients(values),
    residuals: state.residuals,
  };
}

/** A lens and the splines, evaluated together. */
class GridState {
  /** Residuals of the last evaluation. */
  readonly residuals: Float64Array;
  readonly #fitter: LensFitter;
  readonly #observed: StabilisedImage;
  readonly #source: SplineSource;
  readonly #light: Float64Array;

  constructor(fitter: LensFitter, observed: StabilisedImage, source: SplineSource) {
    this.#fitter = fitter;
    this.#observed = observed;
    this.#source = source;
    this.#light = new Float64Array(source.image.length);
    this.residuals = new Float64Array(source.image.length);
  }

  /** Computes image, slopes and residuals; returns chi-square. */
  evaluate(vector: Float64Array, values: Float64Array): number {
    const { lens, slopes } = this.#fitter, source = this.#source, light = this.#light;
    lens.evaluate(vector);
    source.evaluate(vector, source.coefficients(values));
    light.set(source.image);
    lens.blur(light);
    for (let i = 0; i < light.length; i++) light[i] = light[i]! + lens.image[i]!;
    this.#observed.slopes(light, slopes);
    return this.#observed.compare(light, this.residuals);
  }

  /** The derivatives by the free numbers, in standard deviations. */
  columns(): Float64Array[] {
    const { lens, slopes } = this.#fitter;
    return lens.columns().map((column, k) => {
      const own = this.#source.column(lens.free[k]!)?.slice();
      if (own) lens.blur(own);
      return column.map((value, i) => (value + (own?.[i] ?? 0)) * slopes[i]!);
    });
  }

  /** The columns of the splines. */
  splines(vector: Float64Array): SplineColumns {
    const { lens: { camera: { grid, psf } }, slopes } = this.#fitter, source = this.#source;
    return splineColumns(source.shares(vector), source.count, slopes, grid, psf);
  }

  /** Errors, effective numbers and freedom; gives the lens the light of the splines. */
  end(
    vector: Float64Array,
    values: Float64Array,
    strength: number,
    looseness: number,
    products: MatrixMultiplier,
  ): Pick<GridSourceFit, "errors" | "effectiveNumbers" | "logEvidence" | "freedom"> {
    const { lens } = this.#fitter, { residuals } = this, source = this.#source;
    const columns = this.columns(), numbers = new OrthonormalRows(columns, NO_DAMPING);
    const splines = this.splines(vector), count = values.length;
    const system = new SplineSystem(numbers, splines, residuals, values);
    const factor = system.factor(strength), inverse = factor.invertFactor();
    const errors = new Float64Array(LENS_NUMBERS.length);
    system.errors(factor).forEach((error, k) => errors[lens.free[k]!] = error);
    const effectiveNumbers = lens.free.length + system.effectiveSplines(inverse, strength);
    const loose = looseness === 1 ? factor : system.factor(strength * looseness);
    const looseInverse = looseness === 1 ? inverse : loose.invertFactor();
    const { length } = residuals, size = { m: count, n: length, k: count };
    const rows = count === 0 ? new Float32Array(0) : products.multiply(
      transposed(looseInverse, count),
      system.splinesWithoutNumbers(splines, length),
      size,
    );
    const freedom = {
      rows: [
        ...numbers.rows,
        ...Array.from({ length: count }, (_, k) => rows.subarray(k * length, (k + 1) * length)),
      ],
      rest: restOf(residuals, columns, splines, values, system.solve(loose)),
    };
    const squares = residuals.reduce((sum, rest) => sum + rest * rest, prior(values, strength));
    const logEvidence = -squares / 2 - factor.logDeterminant / 2 - count * Math.log(strength);
    lens.image.set(this.#light);
    add(lens.gradientX, source.gradientX);
    add(lens.gradientY, source.gradientY);
    return { errors, effectiveNumbers, logEvidence, freedom };
  }
}

/** The splines that the data can tell something about. */
function visible({ values, starts }: SplineColumns, count: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, k) => k);
  return all.filter((k) => {
    let sum = 0;
    for (let at = starts[k]!; at < starts[k + 1]!; at++) sum += values[at]! * values[at]!;
    return sum > FAINT;
  });
}

/** The numbers after a share of a step, within their bounds. */
function moved(
  vector: Float64Array,
  moves: Float64Array,
  share: number,
  free: readonly number[],
): Float64Array {
  const next = vector.slice();
  free.forEach((at, k) => {
    const [low, high] = BOUNDS[at]!;
    next[at] = Math.min(Math.max(next[at]! + share * moves[k]!, low), high);
  });
  return next;
}

/** Twice the negative log of the prior, but for a constant. */
function prior(values: Float64Array, strength: number): number {
  return values.reduce((sum, value) => sum + value * value, 0) / (strength * strength);
}

/** Residuals after the last step, as the linear problem has it. */
function restOf(
  residuals: Float64Array,
  columns: readonly Float64Array[],
  splines: SplineColumns,
  values: Float64Array,
  aim: ReturnType<SplineSystem["solve"]>,
): Float64Array {
  const rest = residuals.slice();
  columns.forEach((column, k) => {
    for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - aim.moves[k]! * column[i]!;
  });
  addColumns(splines, values.map((value, k) => value - aim.values[k]!), rest);
  return rest;
}

/** The transpose of a square matrix, in float32. */
function transposed(matrix: Float64Array, size: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[j * size + i] = matrix[i * size + j]!;
  }
  return out;
}

function add(into: Float64Array, more: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + more[i]!;
}
