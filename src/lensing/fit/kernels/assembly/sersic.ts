// Sersic profiles: light and derivatives of a block of rays. The numbers of a profile are sixteen doubles.
//
// Values stay in registers from the position to the light: a chain of them through memory takes longer.

import {
  FALL_X,
  FALL_Y,
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
function squareOf(shape: usize, dx: v128, dy: v128): v128 {
  const along = madd(dx, number(shape + A), f64x2.mul(dy, number(shape + B2)));
  const s = madd(dx, along, f64x2.mul(f64x2.mul(dy, dy), number(shape + C)));
  return f64x2.pmax(s, number(shape + LEAST));
}

/** (R / R_e)^(1 / index). */
// @ts-ignore: decorator
@inline
function powerOf(shape: usize, log: v128): v128 {
  return exp2(f64x2.mul(log, number(shape + HALF)));
}

// @ts-ignore: decorator
@inline
function lightOf(shape: usize, power: v128): v128 {
  return exp2(nmadd(power, number(shape + FALLING), number(shape + START)));
}

/** Half the fall of the light with the log of the radius. */
// @ts-ignore: decorator
@inline
function fallOf(shape: usize, light: v128, power: v128): v128 {
  return f64x2.mul(light, f64x2.mul(power, number(shape + FALL_FACTOR)));
}

/** The sum of two coordinates, each times a number of the profile. */
// @ts-ignore: decorator
@inline
function combine(shape: usize, factorX: usize, x: v128, factorY: usize, y: v128): v128 {
  return madd(x, number(shape + factorX), f64x2.mul(y, number(shape + factorY)));
}

/** light (1 - power) b' + fall ln(square). */
// @ts-ignore: decorator
@inline
function byIndex(shape: usize, light: v128, power: v128, fall: v128, log: v128): v128 {
  const rest = f64x2.mul(nmadd(light, power, light), number(shape + B_BY_INDEX));
  return madd(fall, f64x2.mul(log, number(shape + LN2)), rest);
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

/** Adds four rays, by their positions from the centre, to the sums; leaves FALL_X and FALL_Y. */
// @ts-ignore: decorator
@inline
export function addProfile(
  shape: usize,
  sums: usize,
  o: usize,
  lowX: v128,
  highX: v128,
  lowY: v128,
  highY: v128,
): void {
  const lowSquare = squareOf(shape, lowX, lowY), highSquare = squareOf(shape, highX, highY);
  const lowLog = log2(lowSquare), highLog = log2(highSquare);
  const lowPower = powerOf(shape, lowLog), highPower = powerOf(shape, highLog);
  const low = lightOf(shape, lowPower), high = lightOf(shape, highPower);
  const lowFall = fallOf(shape, low, lowPower), highFall = fallOf(shape, high, highPower);
  const lowSteep = f64x2.div(lowFall, lowSquare), highSteep = f64x2.div(highFall, highSquare);
  const lowSteepX = f64x2.mul(lowSteep, lowX), highSteepX = f64x2.mul(highSteep, highX);
  const lowSteepY = f64x2.mul(lowSteep, lowY), highSteepY = f64x2.mul(highSteep, highY);
  const lowFallX = combine(shape, A2, lowSteepX, B2, lowSteepY);
  const highFallX = combine(shape, A2, highSteepX, B2, highSteepY);
  const lowFallY = combine(shape, B2, lowSteepX, C2, lowSteepY);
  const highFallY = combine(shape, B2, highSteepX, C2, highSteepY);
  const lowIndex = byIndex(shape, low, lowPower, lowFall, lowLog);
  const highIndex = byIndex(shape, high, highPower, highFall, highLog);
  const s = sums + o;
  put(FALL_X + o, lowFallX, highFallX);
  put(FALL_Y + o, lowFallY, highFallY);
  add(s + SUM_LIGHT, low, high);
  add(s + SUM_FALL, lowFall, highFall);
  add(s + SUM_INDEX, lowIndex, highIndex);
  add(s + SUM_X, lowFallX, highFallX);
  add(s + SUM_Y, lowFallY, highFallY);
  add(s + SUM_XX, f64x2.mul(lowSteepX, lowX), f64x2.mul(highSteepX, highX));
  add(s + SUM_XY, f64x2.mul(lowSteepX, lowY), f64x2.mul(highSteepX, highY));
  add(s + SUM_YY, f64x2.mul(lowSteepY, lowY), f64x2.mul(highSteepY, highY));
}
