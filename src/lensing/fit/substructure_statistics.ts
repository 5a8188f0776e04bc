/** Whether what a fit leaves looks like mass. */

import { Cholesky, inverseTraces } from "./_cholesky.ts";
import type { LensFit, LensFitter } from "./lens_fitter.ts";
import { massTemplates, type SoughtMass } from "./mass_templates.ts";

/** Multiplies matrices of float32, row-major: C (m x n) = A (m x k) * B (k x n), or B given as n x k. */
export interface MatrixMultiplier {
  /**
   * Multiplies.
   *
   * @param a m x k.
   * @param b k x n, or n x k where `transposeB`.
   * @param size The sizes.
   * @returns C.
   */
  multiply(
    a: Float32Array,
    b: Float32Array,
    size: {
      readonly m: number;
      readonly n: number;
      readonly k: number;
      readonly transposeB?: boolean;
    },
  ): Float32Array;
}

/** The residuals, seen by masses that could explain them: the fit's own freedom is projected out. */
export interface Projection {
  /** Number of masses. */
  readonly count: number;
  /** Products of the projected templates, `count` x `count`, row-major. */
  readonly information: Float32Array;
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
 */
export function project(
  fitter: LensFitter,
  { vector, residuals, freedom }: LensFit,
  masses: readonly SoughtMass[],
  products: MatrixMultiplier,
): Projection {
  const { pixels, values } = massTemplates(fitter, vector, masses);
  const count = masses.length, size = pixels.length;
  const basis = freedom?.rows ?? orthonormal(fitter.weightedColumns());
  const free = basis.length, rows = new Float32Array(free * size);
  basis.forEach((row, k) => pixels.forEach((i, j) => rows[k * size + j] = row[i]!));
  const rest = Float64Array.from(freedom?.rest ?? residuals);
  for (const row of freedom ? [] : basis) {
    let share = 0;
    for (let i = 0; i < rest.length; i++) share += row[i]! * rest[i]!;
    for (let i = 0; i < rest.length; i++) rest[i]! -= share * row[i]!;
  }
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
  return { count, information, sums };
}

/** Orthonormal vectors that span columns; the curvature's ridge is no part of it. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const row = column.slice(), before = Math.sqrt(squares(row));
    // Twice, because of rounding.
    for (const other of [...basis, ...basis]) {
      let share = 0;
      for (let i = 0; i < row.length; i++) share += row[i]! * other[i]!;
      for (let i = 0; i < row.length; i++) row[i]! -= share * other[i]!;
    }
    const length = Math.sqrt(squares(row));
    if (length > 1e-7 * before) basis.push(row.map((value) => value / length));
  }
  return basis;
}

function squares(row: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! * row[i]!;
  return sum;
}

/**
 * How much more the residuals look like mass than noise does: nearly a standard normal deviate for a smooth lens.
 *
 * For masses of any sign and variance v, W = v G (1 + v G)^-1 weighs directions by how well they can be measured. Q
 * = v s' (1 + v G)^-1 s has mean tr W and variance 2 tr W^2 for noise alone, and z = (Q - tr W) / sqrt(2 tr W^2).
 *
 * @param projection The residuals.
 * @param variance Variance of a mass, in fourth powers of the Einstein radius.
 */
export function excessPower({ count, information, sums }: Projection, variance: number): number {
  const factor = new Cholesky(plusIdentity(information, count, variance), count);
  const power = variance * squares(factor.solveLower(sums.slice()));
  const { first, second } = inverseTraces(factor.invertFactor(), count);
  const mean = count - first, meanOfSquare = count - 2 * first + second;
  return (power - mean) / Math.sqrt(2 * meanOfSquare);
}

/** 1 + v G, row-major. */
function plusIdentity(information: Float32Array, count: number, variance: number): Float64Array {
  const matrix = Float64Array.from(information, (value) => value * variance);
  for (let i = 0; i < count; i++) matrix[i * count + i]! += 1;
  return matrix;
}

/**
 * The greatest fall of chi-square that one mass, above 0, can bring.
 *
 * @param projection The residuals.
 */
export function bestPoint({ count, information, sums }: Projection): number {
  let greatest = 0, best = 0;
  for (let i = 0; i < count; i++) greatest = Math.max(greatest, information[i * count + i]!);
  for (let i = 0; i < count; i++) {
    const own = information[i * count + i]!;
    // A mass that the fit can imitate tells nothing.
    if (own > 1e-6 * greatest && sums[i]! > 0) best = Math.max(best, sums[i]! ** 2 / own);
  }
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
  { count, information, sums }: Projection,
  mean: Float64Array,
  variance: Float64Array,
): number {
  const deviation = variance.map(Math.sqrt), matrix = new Float64Array(count * count);
  const rest = new Float64Array(count);
  let shift = 0;
  for (let i = 0; i < count; i++) {
    let along = 0;
    for (let j = 0; j < count; j++) {
      const value = information[i * count + j]!;
      along += value * mean[j]!;
      matrix[i * count + j] = value * deviation[i]! * deviation[j]!;
    }
    matrix[i * count + i]! += 1;
    shift += mean[i]! * (sums[i]! - along / 2);
    rest[i] = deviation[i]! * (sums[i]! - along);
  }
  const factor = new Cholesky(matrix, count);
  return shift + 0.5 * squares(factor.solveLower(rest)) - 0.5 * factor.logDeterminant;
}

/**
 * The log of the mean likelihood ratio of each of some masses, against none.
 *
 * @param projection The residuals.
 * @param mass The mass, in squares of the Einstein radius.
 */
export function logRatioOfOne({ count, information, sums }: Projection, mass: number): number {
  const logs = Array.from(
    sums,
    (sum, i) => mass * sum - 0.5 * mass * mass * information[i * count + i]!,
  );
  return logSumExp(logs) - Math.log(count);
}

/** log(exp(a) + exp(b) + ...), without overflow. */
export function logSumExp(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0));
}
