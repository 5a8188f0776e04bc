/** The greatest eigenvalues of a symmetric matrix, with their eigenvectors. */

import { Random } from "../random.ts";

/** Vectors that are iterated beside the wanted ones: the more, the faster these come out. */
const EXTRA = 10;
/** Largest residual, as a share of the greatest eigenvalue. */
const TOLERANCE = 1e-10;
const MOST_ROUNDS = 1000;

/** Eigenvalues in descending order, and their eigenvectors, one after the other, of length 1. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * The greatest eigenvalues of a positive semidefinite matrix, by subspace iteration with Rayleigh and
 * Ritz's projection (Golub and Van Loan, "Matrix Computations", 8.2).
 *
 * @param matrix `size` x `size`, symmetric.
 * @param size Rows.
 * @param wanted How many; at most `size`.
 * @returns Values and vectors. Always the same for one matrix.
 */
export function greatestEigen(matrix: Float64Array, size: number, wanted: number): Eigen {
  const block = Math.min(size, wanted + EXTRA);
  const random = new Random(1);
  let basis: Float64Array = Float64Array.from({ length: block * size }, () => random.normal());
  orthonormalise(basis, size);
  for (let round = 0;; round++) {
    const image = new Float64Array(block * size);
    for (let v = 0; v < block; v++) multiply(matrix, basis, image, v * size, size);
    const small = new Float64Array(block * block);
    for (let a = 0; a < block; a++) {
      for (let b = 0; b < block; b++) small[a * block + b] = dot(basis, a, image, b, size);
    }
    const { values, vectors } = jacobi(small, block);
    const ritz = combine(vectors, basis, block, size);
    const images = combine(vectors, image, block, size);
    const residual = largestResidual(ritz, images, values, wanted, size);
    if (block === size || residual <= TOLERANCE * values[0]! || round === MOST_ROUNDS) {
      return { values: values.slice(0, wanted), vectors: ritz.slice(0, wanted * size) };
    }
    orthonormalise(images, size);
    basis = images;
  }
}

/** All eigenvalues of a small symmetric matrix, by Jacobi's rotations; in descending order. */
function jacobi(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice(), v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0, all = 0;
    for (let i = 0; i < size * size; i++) {
      const square = a[i]! * a[i]!;
      all += square;
      if (Math.floor(i / size) !== i % size) off += square;
    }
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q, size);
  }
  const order = Array.from({ length: size }, (_, i) => i)
    .sort((p, q) => a[q * size + q]! - a[p * size + p]!);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => vectors.set(v.subarray(from * size, (from + 1) * size), to * size));
  return { values: Float64Array.from(order, (i) => a[i * size + i]!), vectors };
}

/** Makes the element (p, q) of `a` zero; the rows of `v` are rotated along. */
function rotate(a: Float64Array, v: Float64Array, p: number, q: number, size: number): void {
  const apq = a[p * size + q]!;
  if (apq === 0) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1), s = t * c;
  const turn = (m: Float64Array, i: number, j: number) => {
    const x = m[i]!, y = m[j]!;
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, p * size + k, q * size + k);
}

/** Row `i` of the result is the sum of the basis vectors, weighted by row `i` of `weights`. */
function combine(weights: Float64Array, basis: Float64Array, block: number, size: number) {
  const out = new Float64Array(block * size);
  for (let i = 0; i < block; i++) {
    for (let j = 0; j < block; j++) {
      const weight = weights[i * block + j]!;
      for (let k = 0; k < size; k++) out[i * size + k]! += weight * basis[j * size + k]!;
    }
  }
  return out;
}

function largestResidual(
  vectors: Float64Array,
  images: Float64Array,
  values: Float64Array,
  wanted: number,
  size: number,
): number {
  let largest = 0;
  for (let v = 0; v < wanted; v++) {
    let sum = 0;
    for (let k = v * size; k < (v + 1) * size; k++) {
      sum += (images[k]! - values[v]! * vectors[k]!) ** 2;
    }
    largest = Math.max(largest, Math.sqrt(sum));
  }
  return largest;
}

/** Gram and Schmidt, twice, so that rounding does no harm; a vector that vanishes becomes another. */
function orthonormalise(basis: Float64Array, size: number): void {
  const random = new Random(2);
  for (let v = 0; v < basis.length / size; v++) {
    const row = basis.subarray(v * size, (v + 1) * size);
    for (let pass = 0; pass < 3; pass++) {
      const before = Math.sqrt(dot(row, 0, row, 0, size));
      for (let u = 0; u < v; u++) {
        const share = dot(basis, u, basis, v, size);
        for (let k = 0; k < size; k++) row[k]! -= share * basis[u * size + k]!;
      }
      const length = Math.sqrt(dot(row, 0, row, 0, size));
      if (length > 1e-14 * before) { for (let k = 0; k < size; k++) row[k]! /= length; }
      else for (let k = 0; k < size; k++) row[k] = random.normal();
    }
  }
}

function multiply(
  matrix: Float64Array,
  x: Float64Array,
  out: Float64Array,
  at: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * x[at + j]!;
    out[at + i] = sum;
  }
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i * size + k]! * b[j * size + k]!;
  return sum;
}
