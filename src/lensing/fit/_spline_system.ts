/** The linear problem of one step: brightness of splines and numbers of the lens together. */

import { Cholesky, dot } from "./_cholesky.ts";
import type { OrthonormalRows } from "./_orthonormal_rows.ts";
import type { SplineColumns } from "./_spline_columns.ts";

/** Limits of the strength, and the factor between two that are compared. */
const LEAST = 1e-3, MOST = 30, FACTOR = 2;

/**
 * Least squares for residuals r + B v = Q' q + B v', where q is free and each of v' has a normal prior of variance s^2
 * about 0: q is eliminated, which leaves (S + 1 / s^2) v' = y with S = B (1 - Q' Q) B'.
 *
 * Source: Warren and Dye 2003, ApJ 590, 673; the evidence for s: Suyu et al. 2006, MNRAS 371, 983.
 */
export class SplineSystem {
  /** Number of splines. */
  readonly count: number;
  readonly #numbers: OrthonormalRows;
  /** B Q', number by number. */
  readonly #shared: readonly Float64Array[];
  /** Q d. */
  readonly #seen: Float64Array;
  /** S, row-major. */
  readonly #information: Float64Array;
  /** y. */
  readonly #sums: Float64Array;

  /**
   * @param numbers Q: rows that the numbers span.
   * @param columns B: the splines, in units of the brightness that is expected of each.
   * @param residuals r, of all pixels.
   * @param values v, about which the problem is linear.
   */
  constructor(
    numbers: OrthonormalRows,
    columns: SplineColumns,
    residuals: Float64Array,
    values: Float64Array,
  ) {
    const count = this.count = values.length;
    this.#numbers = numbers;
    const data = residuals.slice();
    addColumns(columns, values, data);
    this.#shared = numbers.rows.map((row) => timesColumns(columns, row));
    this.#seen = Float64Array.from(numbers.rows, (row) => dot(row, data));
    const sums = this.#sums = timesColumns(columns, data);
    const information = this.#information = productsOfColumns(columns);
    this.#shared.forEach((shared, l) => {
      for (let i = 0; i < count; i++) {
        const own = shared[i]!;
        sums[i]! -= own * this.#seen[l]!;
        for (let j = 0, at = i * count; j <= i; j++, at++) information[at]! -= own * shared[j]!;
      }
    });
  }

  /** Factors S + 1 / s^2. */
  factor(strength: number): Cholesky {
    const matrix = this.#information.slice(), { count } = this;
    for (let i = 0; i < count; i++) matrix[i * count + i]! += 1 / (strength * strength);
    return new Cholesky(matrix, count);
  }

  /** The solution for a strength. */
  solve(factor: Cholesky): { readonly values: Float64Array; readonly moves: Float64Array } {
    const values = factor.solve(this.#sums.slice());
    const rest = this.#seen.map((seen, l) => seen - dot(this.#shared[l]!, values));
    return { values, moves: this.#numbers.coefficients(rest) };
  }

  /**
   * The strength with the greatest evidence, to about a tenth.
   *
   * @param start A strength nearby.
   */
  chooseStrength(start: number): number {
    let best = start, value = this.#evidence(best), lower = NaN, upper = NaN;
    for (const factor of [FACTOR, 1 / FACTOR]) {
      for (;;) {
        const next = best * factor;
        const found = next > LEAST && next < MOST ? this.#evidence(next) : -Infinity;
        const isBetter = found > value;
        // The neighbour on the other side is the one before, or is still to come.
        if (factor > 1) [lower, upper] = isBetter ? [value, NaN] : [lower, found];
        else [lower, upper] = isBetter ? [NaN, value] : [found, upper];
        if (!isBetter) break;
        best = next;
        value = found;
      }
      if (Number.isFinite(lower)) break;
    }
    // The vertex of the parabola through three points.
    const bend = lower + upper - 2 * value;
    return bend < 0 && bend > -Infinity ? best * FACTOR ** ((lower - upper) / (2 * bend)) : best;
  }

  /** The log of the probability of the data, but for a constant. */
  #evidence(strength: number): number {
    const factor = this.factor(strength), half = factor.solveLower(this.#sums.slice());
    return dot(half, half) / 2 - factor.logDeterminant / 2 - this.count * Math.log(strength);
  }

  /** The number of splines that the data determine, and not the prior. */
  effectiveSplines(inverse: Float64Array, strength: number): number {
    return this.count - dot(inverse, inverse) / (strength * strength);
  }

  /**
   * Standard deviations of the numbers, the splines marginalised.
   *
   * @param factor The factor for the strength.
   */
  errors(factor: Cholesky): Float64Array {
    const seen = this.#shared.map((shared) => factor.solveLower(shared.slice()));
    const { length } = seen, errors = new Float64Array(length);
    // Rows of the inverse of R', one number at a time.
    const inverse = seen.map((_, l) => {
      const unit = new Float64Array(length);
      unit[l] = 1;
      return this.#numbers.coefficients(unit);
    });
    for (let k = 0; k < length; k++) {
      let variance = 0;
      for (let l = 0; l < length; l++) {
        for (let m = 0; m < length; m++) {
          const covariance = (l === m ? 1 : 0) + dot(seen[l]!, seen[m]!);
          variance += inverse[l]![k]! * covariance * inverse[m]![k]!;
        }
      }
      errors[k] = Math.sqrt(variance);
    }
    return errors;
  }

  /**
   * B - (B Q') Q, the splines without the part that the numbers span.
   *
   * @param columns B.
   * @param length Number of all pixels: the rest is not dark where the splines are.
   * @returns A row of all pixels per spline.
   */
  splinesWithoutNumbers(
    { pixels, starts, places, values }: SplineColumns,
    length: number,
  ): Float32Array {
    const rest = new Float32Array(this.count * length);
    for (let k = 0; k < this.count; k++) {
      for (let at = starts[k]!; at < starts[k + 1]!; at++) {
        rest[k * length + pixels[places[at]!]!] = values[at]!;
      }
    }
    this.#numbers.rows.forEach((row, l) => {
      for (let k = 0, at = 0; k < this.count; k++) {
        const own = this.#shared[l]![k]!;
        for (let i = 0; i < length; i++, at++) rest[at] = rest[at]! - own * row[i]!;
      }
    });
    return rest;
  }
}

/**
 * Adds a sum of columns to an image.
 *
 * @param columns The columns.
 * @param factors Factor of each.
 * @param image Row-major.
 */
export function addColumns(
  { pixels, starts, places, values }: SplineColumns,
  factors: Float64Array,
  image: Float64Array,
): void {
  for (let k = 0; k < factors.length; k++) {
    const factor = factors[k]!;
    for (let at = starts[k]!; at < starts[k + 1]!; at++) {
      image[pixels[places[at]!]!]! += factor * values[at]!;
    }
  }
}

/** Products of columns with an image. */
function timesColumns(
  { pixels, starts, places, values }: SplineColumns,
  image: Float64Array,
): Float64Array {
  const packed = Float64Array.from(pixels, (i) => image[i]!);
  return Float64Array.from({ length: starts.length - 1 }, (_, k) => {
    let sum = 0;
    for (let at = starts[k]!; at < starts[k + 1]!; at++) sum += values[at]! * packed[places[at]!]!;
    return sum;
  });
}

/**
 * Products of all pairs of columns, the lower triangle of a matrix.
 *
 * In float64: rounding in float32 comes near the least eigenvalues, which a weak prior leaves small.
 */
function productsOfColumns({ pixels, starts, places, values }: SplineColumns): Float64Array {
  const count = starts.length - 1, out = new Float64Array(count * count);
  const row = new Float64Array(pixels.length);
  for (let i = 0; i < count; i++) {
    row.fill(0);
    for (let at = starts[i]!; at < starts[i + 1]!; at++) row[places[at]!] = values[at]!;
    for (let j = 0, to = i * count; j <= i; j++, to++) {
      const end = starts[j + 1]!;
      let sum = 0, other = 0, at = starts[j]!;
      // Two sums, as each addition waits for the one before.
      for (; at + 1 < end; at += 2) {
        sum += values[at]! * row[places[at]!]!;
        other += values[at + 1]! * row[places[at + 1]!]!;
      }
      if (at < end) sum += values[at]! * row[places[at]!]!;
      out[to] = sum + other;
    }
  }
  return out;
}
