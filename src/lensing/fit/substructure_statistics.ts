/** Whether what a fit leaves looks like mass. */

import { Cholesky, dot, inverseTraces, lowRankFactor } from "./_cholesky.ts";
import type { FitFreedom, LensFit, LensFitter } from "./lens_fitter.ts";
import { massTemplates, type SoughtMass } from "./mass_templates.ts";
import type { MatrixMultiplier } from "./matrix_multiplier.ts";

/** Variance of a mass for which `excessPower` is the best test, in fourth powers of the Einstein radius. */
const MASS_VARIANCE = 8.6e-8;
/** Masses of which `logRatioOfAny` takes the mean, in squares of the Einstein radius. */
const MASSES = [3e-4, 1e-3, 2e-3, 4e-3, 8e-3].flatMap((mass) => [mass, -mass]);
/** Greatest information, in terms of that variance, that a factor may leave out. */
const LEFT_OUT = 0.05;

/** The residuals, seen by masses that could explain them: the fit's own freedom is projected out. */
export interface Projection {
  /** Number of masses. */
  readonly count: number;
  /** Rows of `factor`: how many combinations of the masses can be measured. */
  readonly rank: number;
  /** A factor R of the information R' R that the image has on the masses, rank x count, row-major. */
  readonly factor: Float64Array;
  /** Trace of the information that the factor leaves out. */
  readonly rest: number;
  /** The diagonal of the information. */
  readonly diagonal: Float64Array;
  /** Products of the templates and the residuals. */
  readonly sums: Float64Array;
}

/**
 * Projects the freedom of a fit out of templates.
 *
 * With templates T, derivatives J of the fit and residuals r in standard deviations, H = J J': information G = T T' -
 * T J' H^-1 J T' and sums s = T r - T J' H^-1 J r, the score of a linear model whose nuisance parameters are
 * marginalised.
 *
 * @param fitter At the fit.
 * @param fit The fit.
 * @param masses The masses that are sought.
 * @param products Multiplies matrices.
 * @param leftOut Greatest trace of the information that may be left out. @default {little beside `excessPower`}
 */
export function project(
  fitter: LensFitter,
  fit: LensFit,
  masses: readonly SoughtMass[],
  products: MatrixMultiplier,
  leftOut = LEFT_OUT / MASS_VARIANCE,
): Projection {
  const { vector, freedom = freedomOf(fitter, fit) } = fit, { rows: basis, rest } = freedom;
  const { pixels, values } = massTemplates(fitter, vector, masses, products);
  const count = masses.length, size = pixels.length;
  const free = basis.length, rows = new Float32Array(free * size);
  basis.forEach((row, k) => pixels.forEach((i, j) => rows[k * size + j] = row[i]!));
  const sums = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += values[k * size + j]! * rest[pixels[j]!]!;
    sums[k] = sum;
  }
  const information = products.multiply(values, values, {
    ...{ m: count, n: count, k: size, transposeB: true },
  });
  if (free > 0) {
    const shares = products.multiply(values, rows, {
      ...{ m: count, n: free, k: size, transposeB: true },
    });
    const taken = products.multiply(shares, shares, {
      ...{ m: count, n: count, k: free, transposeB: true },
    });
    for (let i = 0; i < information.length; i++) information[i]! -= taken[i]!;
  }
  const diagonal = Float64Array.from({ length: count }, (_, i) => information[i * count + i]!);
  const { rank, factor, rest: left } = lowRankFactor(information, count, leftOut);
  return { count, rank, factor, rest: left, diagonal, sums };
}

/**
 * The freedom of the free numbers.
 *
 * @param fitter At the fit.
 * @param fit The fit.
 * @returns Orthonormal rows, and the residuals without them.
 */
export function freedomOf(fitter: LensFitter, { residuals }: LensFit): FitFreedom {
  const rows = orthonormal(fitter.weightedColumns()), rest = residuals.slice();
  for (const row of rows) {
    const share = dot(row, rest);
    for (let i = 0; i < rest.length; i++) rest[i]! -= share * row[i]!;
  }
  return { rows, rest };
}

/** Orthonormal vectors that span columns; the curvature's ridge is no part of it. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const row = column.slice(), before = Math.sqrt(squares(row));
    // Twice, because of rounding.
    for (const other of [...basis, ...basis]) {
      const share = dot(row, other);
      for (let i = 0; i < row.length; i++) row[i]! -= share * other[i]!;
    }
    const length = Math.sqrt(squares(row));
    if (length > 1e-7 * before) basis.push(row.map((value) => value / length));
  }
  return basis;
}

function squares(row: Float64Array): number {
  return dot(row, row);
}

/**
 * How much more the residuals look like mass than noise does: nearly a standard normal deviate for a smooth lens.
 *
 * For masses of any sign and variance v, W = v G (1 + v G)^-1 weighs directions by how well they can be measured. Q
 * = v s' (1 + v G)^-1 s has mean tr W and variance 2 tr W^2 for noise alone, and z = (Q - tr W) / sqrt(2 tr W^2).
 *
 * @param projection The residuals.
 * @param variance Variance of a mass, in fourth powers of the Einstein radius.
 * @returns z; 0 where nothing can be measured.
 */
export function excessPower(projection: Projection, variance = MASS_VARIANCE): number {
  const { count, rank, rest, sums } = projection;
  if (rank === 0) return 0;
  const deviation = new Float64Array(count).fill(Math.sqrt(variance));
  const { inner, power } = weigh(projection, deviation, sums.map((sum) => sum * deviation[0]!));
  const { first, second } = inverseTraces(inner.invertFactor(), rank);
  const mean = rank - first + variance * rest, meanOfSquare = rank - 2 * first + second;
  return (power - mean) / Math.sqrt(2 * meanOfSquare);
}

/** The matrix 1 + R D^2 R', and u' (1 + D G D)^-1 u: by Woodbury's identity, of the smaller matrix. */
function weigh(
  { count, rank, factor }: Projection,
  deviation: Float64Array,
  u: Float64Array,
): { readonly inner: Cholesky; readonly power: number } {
  const scaled = factor.map((value, i) => value * deviation[i % count]!);
  const matrix = new Float64Array(rank * rank), seen = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    const row = scaled.subarray(i * count, (i + 1) * count);
    seen[i] = dot(row, u);
    for (let j = 0; j <= i; j++) {
      matrix[i * rank + j] = dot(row, scaled.subarray(j * count, (j + 1) * count)) +
        (i === j ? 1 : 0);
    }
  }
  const inner = new Cholesky(matrix, rank);
  return { inner, power: squares(u) - squares(inner.solveLower(seen)) };
}

/**
 * The greatest fall of chi-square that one mass, above 0, can bring.
 *
 * @param projection The residuals.
 */
export function bestPoint({ diagonal, sums }: Projection): number {
  const greatest = diagonal.reduce((most, own) => Math.max(most, own), 0);
  let best = 0;
  diagonal.forEach((own, i) => {
    // A mass that the fit can imitate tells nothing.
    if (own > 1e-6 * greatest && sums[i]! > 0) best = Math.max(best, sums[i]! ** 2 / own);
  });
  return best;
}

/**
 * The log of the likelihood ratio of masses of a normal distribution, against none.
 *
 * @param projection The residuals.
 * @param mean Mean of each mass, in squares of the Einstein radius.
 * @param variance Variance of each, in its fourth powers.
 */
export function logRatioOfMasses(
  projection: Projection,
  mean: Float64Array,
  variance: Float64Array,
): number {
  const { count, rank, factor, sums } = projection, deviation = variance.map(Math.sqrt);
  const rest = Float64Array.from(sums);
  let shift = dot(mean, sums);
  for (let i = 0; i < rank; i++) {
    const row = factor.subarray(i * count, (i + 1) * count), along = dot(row, mean);
    shift -= along * along / 2;
    for (let j = 0; j < count; j++) rest[j]! -= along * row[j]!;
  }
  for (let j = 0; j < count; j++) rest[j]! *= deviation[j]!;
  if (rank === 0) return 0;
  const { inner, power } = weigh(projection, deviation, rest);
  return shift + 0.5 * power - 0.5 * inner.logDeterminant;
}

/**
 * The log of the mean likelihood ratio of each of some masses, against none.
 *
 * @param projection The residuals.
 * @param mass The mass, in squares of the Einstein radius.
 */
export function logRatioOfOne({ count, diagonal, sums }: Projection, mass: number): number {
  const logs = Array.from(sums, (sum, i) => mass * sum - 0.5 * mass * mass * diagonal[i]!);
  return logSumExp(logs) - Math.log(count);
}

/**
 * The log of the mean likelihood ratio of one mass of either sign and any size between 3e-4 and 8e-3, against none.
 *
 * Unlike `excessPower` it tells lenses that cannot have such a mass from those in which none could be seen.
 *
 * @param projection The residuals.
 */
export function logRatioOfAny(projection: Projection): number {
  const logs = MASSES.map((mass) => logRatioOfOne(projection, mass));
  return logSumExp(logs) - Math.log(logs.length);
}

/** log(exp(a) + exp(b) + ...), without overflow. */
export function logSumExp(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0));
}

/** Estimated masses. */
export interface EstimatedMasses {
  /** Posterior means, in squares of the Einstein radius. */
  readonly mean: Float64Array;
  /** Each mean over its standard deviation under noise alone. */
  readonly significance: Float64Array;
}

/**
 * Estimates all masses at once, from a normal prior of mean 0.
 *
 * The posterior mean is m = v (1 + v G)^-1 s, whose variance under noise alone is v^2 (1 + v G)^-1 G (1 + v G)^-1.
 *
 * @param projection The residuals.
 * @param variance Variance of a mass, in fourth powers of the Einstein radius.
 * @returns The masses.
 */
export function estimateMasses(
  projection: Projection,
  variance = MASS_VARIANCE,
): EstimatedMasses {
  const { count, rank, factor, sums } = projection;
  const mean = sums.map((sum) => variance * sum), noise = new Float64Array(count);
  if (rank > 0) {
    const deviation = new Float64Array(count).fill(Math.sqrt(variance));
    const { inner } = weigh(projection, deviation, sums);
    const seen = new Float64Array(rank), column = new Float64Array(rank);
    for (let k = 0; k < rank; k++) seen[k] = dot(factor.subarray(k * count, (k + 1) * count), sums);
    inner.solve(seen);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < rank; k++) column[k] = factor[k * count + i]!;
      mean[i]! -= variance * variance * dot(column, seen);
      noise[i] = variance * Math.sqrt(squares(inner.solve(column)));
    }
  }
  return {
    mean,
    significance: mean.map((mass, i) => noise[i]! > 0 ? mass / noise[i]! : 0),
  };
}
