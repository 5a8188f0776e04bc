// Sums over rays become pixels: the image and all columns.

import {
  DEFLECTION,
  LENS,
  LENS_SUMS,
  RING,
  SOURCE,
  SUM_FALL,
  SUM_HALO1,
  SUM_HALO2,
  SUM_HALO_X,
  SUM_HALO_Y,
  SUM_INDEX,
  SUM_LIGHT,
  SUM_RING,
  SUM_SHEAR1,
  SUM_SHEAR2,
  SUM_X,
  SUM_XX,
  SUM_XY,
  SUM_Y,
  SUM_YY,
  SUMS,
} from "./layout";
import { madd, nmadd, number } from "./simd";

/** Pixel area per ray. */
const WEIGHT: usize = DEFLECTION + 64;
/** Numbers of a profile beside those of sersic.ts: see `_sersic_shape.ts`. */
const SLOPE: usize = 96, SLOPE_SLOPE: usize = 104, H1: usize = 112, H2: usize = 120;

/** Planes: those of the numbers of a lens by their places, then the image and its fall with the deflection. */
const IMAGE: i32 = 19, GRADIENT_X: i32 = 20, GRADIENT_Y: i32 = 21;

/** Writes a block of sums times a factor. */
// @ts-ignore: decorator
@inline
function write(to: usize, sums: usize, factor: v128): void {
  v128.store(to, f64x2.mul(v128.load(sums), factor));
  v128.store(to + 16, f64x2.mul(v128.load(sums + 16), factor));
  v128.store(to + 32, f64x2.mul(v128.load(sums + 32), factor));
  v128.store(to + 48, f64x2.mul(v128.load(sums + 48), factor));
}

/** Writes the derivatives of two pixels by the ellipse, from the moments. */
// @ts-ignore: decorator
@inline
function writeByEllipse(shape: usize, sums: usize, to1: usize, to2: usize): void {
  const xx = v128.load(sums + SUM_XX), xy = v128.load(sums + SUM_XY);
  const yy = v128.load(sums + SUM_YY), d = f64x2.sub(xx, yy), e = f64x2.add(xy, xy);
  const h1 = number(shape + H1), h2 = number(shape + H2), slope = number(shape + SLOPE);
  const along = madd(h1, d, f64x2.mul(h2, e));
  const round = f64x2.mul(slope, f64x2.add(xx, yy));
  const common = nmadd(along, number(shape + SLOPE_SLOPE), round), weight = number(WEIGHT);
  v128.store(to1, f64x2.mul(weight, nmadd(h1, common, f64x2.mul(slope, d))));
  v128.store(to2, f64x2.mul(weight, nmadd(h2, common, f64x2.mul(slope, e))));
}

/** Writes the columns of a profile whose first sum is `sums`. */
// @ts-ignore: decorator
@inline
function writeProfile(
  shape: usize,
  sums: usize,
  amplitude: usize,
  radius: usize,
  index: usize,
  ellipse: usize,
  stride: usize,
): void {
  const weight = number(WEIGHT);
  write(amplitude, sums + SUM_LIGHT, weight);
  write(radius, sums + SUM_FALL, f64x2.add(weight, weight));
  write(index, sums + SUM_INDEX, weight);
  const other = ellipse + stride;
  writeByEllipse(shape, sums, ellipse, other);
  writeByEllipse(shape, sums + 16, ellipse + 16, other + 16);
  writeByEllipse(shape, sums + 32, ellipse + 32, other + 32);
  writeByEllipse(shape, sums + 48, ellipse + 48, other + 48);
}

/** to = to * a + b * factor, for two doubles. */
// @ts-ignore: decorator
@inline
function join(to: usize, a: usize, factorA: v128, b: usize, factorB: v128): void {
  v128.store(to, madd(v128.load(a), factorA, f64x2.mul(v128.load(b), factorB)));
}

/** Writes the sum of two blocks, each times a factor. */
// @ts-ignore: decorator
@inline
function writeSum(to: usize, a: usize, factorA: v128, b: usize, factorB: v128): void {
  join(to, a, factorA, b, factorB);
  join(to + 16, a + 16, factorA, b + 16, factorB);
  join(to + 32, a + 32, factorA, b + 32, factorB);
  join(to + 48, a + 48, factorA, b + 48, factorB);
}

/** Writes the image and all columns of eight pixels; `to` is their place in the first plane. */
export function writePixels(to: usize, stride: usize, isHaloFree: bool): void {
  const weight = number(WEIGHT), ring = f64x2.mul(weight, number(RING));
  const minus = f64x2.neg(weight), minusRing = f64x2.neg(ring);
  write(to, SUMS + SUM_RING, weight);
  if (isHaloFree) {
    write(to + stride, SUMS + SUM_HALO1, ring);
    write(to + 2 * stride, SUMS + SUM_HALO2, ring);
    // The light of the lens moves with the halo.
    writeSum(to + 3 * stride, SUMS + SUM_HALO_X, minusRing, LENS_SUMS + SUM_X, weight);
    writeSum(to + 4 * stride, SUMS + SUM_HALO_Y, minusRing, LENS_SUMS + SUM_Y, weight);
  }
  write(to + 5 * stride, SUMS + SUM_SHEAR1, weight);
  write(to + 6 * stride, SUMS + SUM_SHEAR2, weight);
  const lens = to + 7 * stride, source = to + 12 * stride;
  const second = stride + stride, third = second + stride;
  writeProfile(LENS, LENS_SUMS, lens, lens + stride, lens + second, lens + third, stride);
  write(source + stride, SUMS + SUM_X, weight);
  write(source + second, SUMS + SUM_Y, weight);
  const radius = source + third, index = radius + stride;
  writeProfile(SOURCE, SUMS, source, radius, index, index + stride, stride);
  writeSum(to + IMAGE * stride, SUMS + SUM_LIGHT, weight, LENS_SUMS + SUM_LIGHT, weight);
  write(to + GRADIENT_X * stride, SUMS + SUM_X, minus);
  write(to + GRADIENT_Y * stride, SUMS + SUM_Y, minus);
}
