// Sersic profiles: light and derivatives of a block of rays. The numbers of a profile are sixteen doubles.

import {
  DX,
  DY,
  FALL,
  FALL_X,
  FALL_Y,
  LIGHT,
  LOG,
  POWER,
  SQUARE,
  STEEP_X,
  STEEP_Y,
  SUM_FALL,
  SUM_INDEX,
  SUM_LIGHT,
  SUM_X,
  SUM_XX,
  SUM_XY,
  SUM_Y,
  SUM_YY,
} from "./layout";
import { exp2, log2 } from "./math";
import { add, clearBlock, madd, nmadd, number, put } from "./simd";

/** (R / R_e)^2 is dx (a dx + b2 dy) + c dy^2, at least `least`. */
const A: usize = 0, B2: usize = 8, C: usize = 16, LEAST: usize = 24;
/** Half of 1 / index; log2 of the brightness at the centre; b log2(e). */
const HALF: usize = 32, START: usize = 40, FALLING: usize = 48;
/** Half of b / index; the derivative of b by the log of the index; ln 2. */
const FALL_FACTOR: usize = 56, B_BY_INDEX: usize = 64, LN2: usize = 72;
/** 2 a, 2 c. */
const A2: usize = 80, C2: usize = 88;

// @ts-ignore: decorator
@inline
function square(shape: usize, o: usize): v128 {
  const dx = v128.load(DX + o), dy = v128.load(DY + o);
  const along = madd(dx, number(shape + A), f64x2.mul(dy, number(shape + B2)));
  const s = madd(dx, along, f64x2.mul(f64x2.mul(dy, dy), number(shape + C)));
  return f64x2.pmax(s, number(shape + LEAST));
}

// @ts-ignore: decorator
@inline
function logOf(o: usize): v128 {
  return log2(v128.load(SQUARE + o));
}

// @ts-ignore: decorator
@inline
function powerOf(shape: usize, o: usize): v128 {
  return exp2(f64x2.mul(v128.load(LOG + o), number(shape + HALF)));
}

// @ts-ignore: decorator
@inline
function lightOf(shape: usize, o: usize): v128 {
  return exp2(nmadd(v128.load(POWER + o), number(shape + FALLING), number(shape + START)));
}

// @ts-ignore: decorator
@inline
function fallOf(shape: usize, o: usize): v128 {
  const factor = f64x2.mul(v128.load(POWER + o), number(shape + FALL_FACTOR));
  return f64x2.mul(v128.load(LIGHT + o), factor);
}

// @ts-ignore: decorator
@inline
function steep(o: usize): v128 {
  return f64x2.div(v128.load(FALL + o), v128.load(SQUARE + o));
}

// @ts-ignore: decorator
@inline
function fallX(shape: usize, o: usize): v128 {
  const y = f64x2.mul(v128.load(STEEP_Y + o), number(shape + B2));
  return madd(v128.load(STEEP_X + o), number(shape + A2), y);
}

// @ts-ignore: decorator
@inline
function fallY(shape: usize, o: usize): v128 {
  const y = f64x2.mul(v128.load(STEEP_Y + o), number(shape + C2));
  return madd(v128.load(STEEP_X + o), number(shape + B2), y);
}

/** light (1 - power) b' + fall ln(square). */
// @ts-ignore: decorator
@inline
function byIndex(shape: usize, o: usize): v128 {
  const light = v128.load(LIGHT + o);
  const rest = f64x2.mul(nmadd(light, v128.load(POWER + o), light), number(shape + B_BY_INDEX));
  const log = f64x2.mul(v128.load(LOG + o), number(shape + LN2));
  return madd(v128.load(FALL + o), log, rest);
}

// @ts-ignore: decorator
@inline
function product(a: usize, b: usize, o: usize): v128 {
  return f64x2.mul(v128.load(a + o), v128.load(b + o));
}

/** Clears the sums of a profile. */
// @ts-ignore: decorator
@inline
export function clearProfile(sums: usize): void {
  clearBlock(sums + SUM_LIGHT);
  clearBlock(sums + SUM_FALL);
  clearBlock(sums + SUM_INDEX);
  clearBlock(sums + SUM_X);
  clearBlock(sums + SUM_Y);
  clearBlock(sums + SUM_XX);
  clearBlock(sums + SUM_XY);
  clearBlock(sums + SUM_YY);
}

/** Adds four rays to the sums, from DX and DY; FALL_X and FALL_Y remain. */
// @ts-ignore: decorator
@inline
export function addProfile(shape: usize, sums: usize, o: usize): void {
  const p = o + 16, s = sums + o;
  put(SQUARE + o, square(shape, o), square(shape, p));
  put(LOG + o, logOf(o), logOf(p));
  put(POWER + o, powerOf(shape, o), powerOf(shape, p));
  put(LIGHT + o, lightOf(shape, o), lightOf(shape, p));
  put(FALL + o, fallOf(shape, o), fallOf(shape, p));
  const low = steep(o), high = steep(p), lowX = v128.load(DX + o), highX = v128.load(DX + p);
  const lowY = v128.load(DY + o), highY = v128.load(DY + p);
  put(STEEP_X + o, f64x2.mul(low, lowX), f64x2.mul(high, highX));
  put(STEEP_Y + o, f64x2.mul(low, lowY), f64x2.mul(high, highY));
  put(FALL_X + o, fallX(shape, o), fallX(shape, p));
  put(FALL_Y + o, fallY(shape, o), fallY(shape, p));
  add(s + SUM_LIGHT, v128.load(LIGHT + o), v128.load(LIGHT + p));
  add(s + SUM_FALL, v128.load(FALL + o), v128.load(FALL + p));
  add(s + SUM_INDEX, byIndex(shape, o), byIndex(shape, p));
  add(s + SUM_X, v128.load(FALL_X + o), v128.load(FALL_X + p));
  add(s + SUM_Y, v128.load(FALL_Y + o), v128.load(FALL_Y + p));
  add(s + SUM_XX, product(STEEP_X, DX, o), product(STEEP_X, DX, p));
  add(s + SUM_XY, product(STEEP_X, DY, o), product(STEEP_X, DY, p));
  add(s + SUM_YY, product(STEEP_Y, DY, o), product(STEEP_Y, DY, p));
}
