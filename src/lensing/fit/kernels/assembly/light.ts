// The light of source and lens in each pixel, and its derivatives by all numbers of the lens.

import { deriveHalo } from "./halo";
import {
  AX,
  AX1,
  AX2,
  AXX,
  AXY,
  AY,
  AY1,
  AY2,
  AYY,
  DEFLECTION,
  FALL_X,
  FALL_Y,
  LENS,
  LENS_SUMS,
  NEXT_AX,
  NEXT_AY,
  NEXT_PX,
  NEXT_PY,
  PX,
  PY,
  RING,
  SOURCE,
  SUMS,
  SUM_HALO1,
  SUM_HALO2,
  SUM_HALO_X,
  SUM_HALO_Y,
  SUM_RING,
  SUM_SHEAR1,
  SUM_SHEAR2,
} from "./layout";
import { writePixels } from "./pixels";
import { addProfile, clearProfile } from "./sersic";
import { add, BLOCK, clearBlock, copyBlock, madd, moveBlock, nmadd, number } from "./simd";

/** Second shear; 1 - and 1 + the first shear. */
const SHEAR2: usize = DEFLECTION + 8;
const LESS: usize = DEFLECTION + 16, MORE: usize = DEFLECTION + 24;
/** Centres. */
const SOURCE_X: usize = DEFLECTION + 32, SOURCE_Y: usize = DEFLECTION + 40;
const LENS_X: usize = DEFLECTION + 48, LENS_Y: usize = DEFLECTION + 56;

// @ts-ignore: decorator
@inline
function sourceX(o: usize): v128 {
  const x = f64x2.sub(f64x2.mul(v128.load(PX + o), number(LESS)), number(SOURCE_X));
  const sheared = nmadd(v128.load(PY + o), number(SHEAR2), x);
  return nmadd(v128.load(AX + o), number(RING), sheared);
}

// @ts-ignore: decorator
@inline
function sourceY(o: usize): v128 {
  const y = f64x2.sub(f64x2.mul(v128.load(PY + o), number(MORE)), number(SOURCE_Y));
  const sheared = nmadd(v128.load(PX + o), number(SHEAR2), y);
  return nmadd(v128.load(AY + o), number(RING), sheared);
}

// @ts-ignore: decorator
@inline
function lensX(o: usize): v128 {
  return f64x2.sub(v128.load(PX + o), number(LENS_X));
}

// @ts-ignore: decorator
@inline
function lensY(o: usize): v128 {
  return f64x2.sub(v128.load(PY + o), number(LENS_Y));
}

/** The fall of the light along a vector. */
// @ts-ignore: decorator
@inline
function fallAlong(x: usize, y: usize, o: usize): v128 {
  const part = f64x2.mul(v128.load(FALL_Y + o), v128.load(y + o));
  return madd(v128.load(FALL_X + o), v128.load(x + o), part);
}

// @ts-ignore: decorator
@inline
function fallByShear1(o: usize): v128 {
  const part = f64x2.mul(v128.load(FALL_X + o), v128.load(PX + o));
  return nmadd(v128.load(FALL_Y + o), v128.load(PY + o), part);
}

/** Adds four rays of the source. */
// @ts-ignore: decorator
@inline
function addSource(o: usize): void {
  const p = o + 16, s = SUMS + o;
  addProfile(SOURCE, SUMS, o, sourceX(o), sourceX(p), sourceY(o), sourceY(p));
  add(s + SUM_RING, fallAlong(AX, AY, o), fallAlong(AX, AY, p));
  add(s + SUM_SHEAR1, fallByShear1(o), fallByShear1(p));
  add(s + SUM_SHEAR2, fallAlong(PY, PX, o), fallAlong(PY, PX, p));
}

/** Adds four rays to the derivatives by the halo. */
// @ts-ignore: decorator
@inline
function addHalo(o: usize): void {
  const p = o + 16, s = SUMS + o;
  add(s + SUM_HALO1, fallAlong(AX1, AY1, o), fallAlong(AX1, AY1, p));
  add(s + SUM_HALO2, fallAlong(AX2, AY2, o), fallAlong(AX2, AY2, p));
  add(s + SUM_HALO_X, fallAlong(AXX, AXY, o), fallAlong(AXX, AXY, p));
  add(s + SUM_HALO_Y, fallAlong(AXY, AYY, o), fallAlong(AXY, AYY, p));
}

/** Adds four rays of the light of the lens. */
// @ts-ignore: decorator
@inline
function addLens(o: usize): void {
  const p = o + 16;
  addProfile(LENS, LENS_SUMS, o, lensX(o), lensX(p), lensY(o), lensY(p));
}

/** Copies the positions of the rays that come next. */
// @ts-ignore: decorator
@inline
function fetch(ray: usize, x: usize, y: usize): void {
  copyBlock(NEXT_PX, x + ray);
  copyBlock(NEXT_PY, y + ray);
}

// @ts-ignore: decorator
@inline
function fetchDeflection(ray: usize, ax: usize, ay: usize): void {
  copyBlock(NEXT_AX, ax + ray);
  copyBlock(NEXT_AY, ay + ray);
}

/**
 * Computes the image and all columns before the PSF.
 *
 * @param pixels A multiple of eight.
 * @param rays Rays per pixel.
 * @param stride Bytes from a plane of pixels to the next, a block more than the pixels take; x, y, ax and ay have a
 *   plane per ray.
 * @param x, y Positions of the rays.
 * @param ax, ay Deflections of the halo; without meaning where the halo is free: it is computed then.
 * @param planes Receives 22 planes: see above.
 * @param isHaloFree Whether derivatives by the halo are wanted.
 * @param isRound Whether they are those of a round halo.
 * @param isDark Whether the lens has no light.
 */
export function light(
  pixels: i32,
  rays: i32,
  stride: usize,
  x: usize,
  y: usize,
  ax: usize,
  ay: usize,
  planes: usize,
  isHaloFree: bool,
  isRound: bool,
  isDark: bool,
): void {
  const bytes = <usize> pixels << 3;
  clearProfile(LENS_SUMS);
  fetch(0, x, y);
  if (!isHaloFree) fetchDeflection(0, ax, ay);
  for (let at: usize = 0; at < bytes; at += BLOCK) {
    clearProfile(SUMS);
    clearBlock(SUMS + SUM_RING);
    clearBlock(SUMS + SUM_SHEAR1);
    clearBlock(SUMS + SUM_SHEAR2);
    clearBlock(SUMS + SUM_HALO1);
    clearBlock(SUMS + SUM_HALO2);
    clearBlock(SUMS + SUM_HALO_X);
    clearBlock(SUMS + SUM_HALO_Y);
    if (!isDark) clearProfile(LENS_SUMS);
    let ray = at;
    for (let k: i32 = 0; k < rays; k++) {
      ray = k + 1 < rays ? ray + stride : at + BLOCK;
      moveBlock(PX, NEXT_PX);
      moveBlock(PY, NEXT_PY);
      if (isHaloFree) {
        fetch(ray, x, y);
        deriveHalo(isRound);
      } else {
        moveBlock(AX, NEXT_AX);
        moveBlock(AY, NEXT_AY);
        fetch(ray, x, y);
        fetchDeflection(ray, ax, ay);
      }
      addSource(0);
      addSource(32);
      if (isHaloFree) {
        addHalo(0);
        addHalo(32);
      }
      if (!isDark) {
        addLens(0);
        addLens(32);
      }
    }
    writePixels(planes + at, stride, isHaloFree);
  }
}
