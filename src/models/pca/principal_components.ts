/** The principal components of many vectors. */

import { doubleRows, tf } from "../../compute/mod.ts";
import { StrayError } from "../../errors.ts";
import { EventLoopYielder } from "../../yield_to_event_loop.ts";
import type { Random } from "../../random.ts";

/** Vectors, read in parts. */
export interface Rows {
  /** Number of vectors. */
  readonly count: number;
  /** Length of a vector. */
  readonly size: number;
  /** A copy of the vectors `from` to less than `to`, one after the other. */
  read(from: number, to: number): Float32Array;
}

/** Principal components. */
export interface Components {
  /** The mean of the vectors. */
  readonly mean: Float32Array;
  /** Unit vectors, one after the other, in order of falling variance. */
  readonly directions: Float32Array;
  /** The variance along each, as `explained_variance_` of scikit-learn. */
  readonly variances: Float32Array;
}

/** Longest vectors for which a covariance matrix is computed. */
const MAX_COVARIANCE = 2048;
/** Residuals of directions: with a covariance matrix, and where float32 sums limit them. */
const EXACT = 1e-9, LARGE_ROWS = 1e-5;
/** Numbers per product. */
const PART_SAMPLES = 1 << 20;
/** Minimum number of directions beyond those wanted: they speed up convergence. */
const SPARE = 10;
/** Products with the covariance per round, and most rounds. */
const STEPS = 4, MAX_ROUNDS = 60;

/** Vectors of one length, in float64. */
type Block = readonly Float64Array[];

/**
 * Finds principal components by subspace iteration with Rayleigh-Ritz steps from random directions
 * (Halko, Martinsson and Tropp 2011, arXiv 0909.4061, section 4.5).
 *
 * Vectors of up to 2,048 numbers are multiplied once, into a covariance matrix; longer ones take two
 * passes per iteration over the vectors themselves, without a matrix of their size squared. Half as
 * many directions again as wanted are computed.
 *
 * @param rows The vectors, at least 2.
 * @param count Number of directions, at most the number and the length of the vectors.
 * @param random Source of the initial directions.
 * @param tolerance Largest residual of a direction, relative to the largest variance. @default {1e-9; 1e-5 for
 * vectors of more than 2,048 numbers}
 * @returns The components; the largest number of a direction by size is positive.
 * @throws {StrayError} `value` If float32 cannot hold the sums of squares.
 */
export async function principalComponents(
  rows: Rows,
  count: number,
  random: Random,
  tolerance = rows.size <= MAX_COVARIANCE ? EXACT : LARGE_ROWS,
): Promise<Components> {
  // Scoring does not need it.
  const { symmetricEigen } = await import("../../symmetric_eigen.ts");
  const { size } = rows;
  const yielder = new EventLoopYielder();
  const mean = meanOf(rows);
  const explicit = size <= MAX_COVARIANCE;
  const apply = explicit ? await covariance(rows, mean) : (block: Block) => pass(rows, mean, block);
  const most = Math.min(size, Math.max(count + SPARE, Math.ceil(1.5 * count)));
  let block: Block = orthonormalise(
    Array.from({ length: most }, () => Float64Array.from({ length: size }, () => random.normal())),
  );
  let variances: Float64Array = new Float64Array(most);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (let step = 0; round > 0 && step < STEPS; step++) {
      block = orthonormalise(await apply(block));
      await yielder.yield();
    }
    const image = await apply(block);
    requireFinite(image);
    const { values, vectors } = symmetricEigen(block.map((a) => image.map((b) => dot(a, b))));
    await yielder.yield();
    block = combine(vectors, block);
    variances = Float64Array.from(values);
    const rest = combine(vectors, image).slice(0, count).map((vector, i) =>
      distance(vector, values[i]!, block[i]!)
    );
    if (most === size || rest.every((length) => length <= tolerance * values[0]!)) break;
  }
  const directions = new Float32Array(count * size);
  block.slice(0, count).forEach((vector, i) => directions.set(facing(vector), i * size));
  const scale = rows.count / (rows.count - 1);
  return {
    mean: Float32Array.from(mean),
    directions,
    variances: Float32Array.from(variances.subarray(0, count), (value) => value * scale),
  };
}

/** Sums of products are made in float32. */
function requireFinite(block: Block): void {
  if (block.every((vector) => vector.every(Number.isFinite))) return;
  throw new StrayError(
    "value",
    "Cannot find principal components as samples must have squares that float32 can add up",
    { hint: "bring samples to [0, 1] by --scale" },
  );
}

function meanOf({ count, size, read }: Rows): Float64Array {
  const sum = new Float64Array(size);
  const most = Math.max(1, Math.floor(PART_SAMPLES / size));
  for (let start = 0; start < count; start += most) {
    const part = read(start, Math.min(count, start + most));
    for (let i = 0; i < part.length; i += size) {
      for (let j = 0; j < size; j++) sum[j]! += part[i + j]!;
    }
  }
  return sum.map((value) => value / count);
}

/** Sums a function of parts of the vectors, their mean subtracted. */
async function sumOver(
  { count, size, read }: Rows,
  mean: Float64Array,
  use: (part: tf.Tensor2D) => tf.Tensor,
  length: number,
): Promise<Float64Array> {
  const sum = new Float64Array(length);
  const yielder = new EventLoopYielder();
  const most = Math.max(1, Math.floor(PART_SAMPLES / size));
  for (let start = 0; start < count; start += most) {
    const part = read(start, Math.min(count, start + most));
    for (let i = 0; i < part.length; i += size) {
      for (let j = 0; j < size; j++) part[i + j]! -= mean[j]!;
    }
    const product = tf.tidy(() => use(tf.tensor2d(part, [part.length / size, size])));
    const values = await product.data();
    product.dispose();
    await yielder.yield();
    for (let i = 0; i < length; i++) sum[i]! += values[i]! / count;
  }
  return sum;
}

/** Makes a function that multiplies by the covariance matrix. */
async function covariance(rows: Rows, mean: Float64Array): Promise<(block: Block) => Block> {
  const { size } = rows;
  const matrix = await sumOver(rows, mean, (part) => tf.matMul(part, part, true), size * size);
  const lines = await doubleRows(matrix, size);
  return (block) => lines.products(block);
}

/** The product with the covariance, in one pass over the vectors. */
async function pass(rows: Rows, mean: Float64Array, block: Block): Promise<Block> {
  const { size } = rows;
  const directions = new Float32Array(block.length * size);
  block.forEach((vector, i) => directions.set(vector, i * size));
  const sum = await sumOver(rows, mean, (part) => {
    const along = tf.matMul(part, tf.tensor2d(directions, [block.length, size]), false, true);
    return tf.matMul(along, part, true);
  }, directions.length);
  return block.map((_, i) => sum.subarray(i * size, (i + 1) * size));
}

/** Distance of a vector from another one times a factor. */
function distance(a: Float64Array, factor: number, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - factor * b[i]!) ** 2;
  return Math.sqrt(sum);
}

function dot(a: Float64Array, b: Float64Array): number {
  // Four sums, as each addition waits for the one before.
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

/** Gram-Schmidt, twice because of rounding; linearly dependent vectors become 0. */
function orthonormalise(block: Block): Block {
  const done: Float64Array[] = [];
  for (const vector of block) {
    const rest = Float64Array.from(vector);
    const before = Math.sqrt(dot(rest, rest));
    for (let time = 0; time < 2; time++) {
      for (const other of done) {
        const share = dot(rest, other);
        for (let i = 0; i < rest.length; i++) rest[i]! -= share * other[i]!;
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    done.push(length > 1e-13 * before ? rest.map((value) => value / length) : rest.fill(0));
  }
  return done;
}

/** Sums of vectors, weighted by each row of weights. */
function combine(weights: readonly Float64Array[], block: Block): Float64Array[] {
  return weights.map((row) => {
    const sum = new Float64Array(block[0]!.length);
    row.forEach((weight, j) => {
      const vector = block[j]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!;
    });
    return sum;
  });
}

/** The vector or its opposite. */
function facing(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}
