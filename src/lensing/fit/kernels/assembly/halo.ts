// The deflection of an isothermal ellipsoid of Einstein radius 1, with its derivatives, of a block of rays.
//
// With u, v the position along its axes, f^2 = 1 - q^2 and psi^2 = q^2 u^2 + v^2 the deflection is
// sqrt(q) / f (arctan(f u / psi), artanh(f v / psi)) (Kormann, Schneider and Bartelmann 1994, A&A 284, 285).
// Both arguments are halved twice, then follow polynomials.

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
  HALO,
  HALO_BLOCKS,
  NEXT_PX,
  NEXT_PY,
  PX,
  PY,
} from "./layout";
import { BLOCK, copyBlock, madd, moveBlock, nmadd, number, put } from "./simd";

/** Centre; cosine and sine of the angle; q, q^2, f^2; the squared core radius, arcsec^2. */
const CENTRE_X: usize = HALO, CENTRE_Y: usize = HALO + 8, COS: usize = HALO + 16;
const SIN: usize = HALO + 24, Q: usize = HALO + 32, Q2: usize = HALO + 40, F2: usize = HALO + 48;
const SOFTENING: usize = HALO + 56;
/** 4 sqrt(q), sqrt(q). */
const FACTOR: usize = HALO + 64, ROOT: usize = HALO + 72;
/** Stretching: of the deflection, and of the position along and across; see `stretchAlong`. */
const STRETCH: usize = HALO + 80, STRETCH_U: usize = HALO + 88, STRETCH_V: usize = HALO + 96;
/** Cosine and sine of twice the angle, and both over 2 t. */
const COS2: usize = HALO + 104, SIN2: usize = HALO + 112;
const TURN_COS: usize = HALO + 120, TURN_SIN: usize = HALO + 128;
/** 1, 1/2, 1/3. */
const ONE: usize = HALO + 136, HALF: usize = HALO + 144, THIRD: usize = HALO + 152;
/** One over the range of each polynomial; twelve coefficients each, the highest power first. */
const ARCTAN_RANGE: usize = HALO + 160, ARTANH_RANGE: usize = HALO + 168;
const ARCTAN: usize = HALO + 176, ARTANH: usize = HALO + 272;

const U: usize = HALO_BLOCKS, V: usize = HALO_BLOCKS + BLOCK, R2: usize = HALO_BLOCKS + 2 * BLOCK;
const R: usize = HALO_BLOCKS + 3 * BLOCK, PSI: usize = HALO_BLOCKS + 4 * BLOCK;
const S: usize = HALO_BLOCKS + 5 * BLOCK, W: usize = HALO_BLOCKS + 6 * BLOCK;
const ALONG: usize = HALO_BLOCKS + 7 * BLOCK, ACROSS: usize = HALO_BLOCKS + 8 * BLOCK;
const TWICE: usize = HALO_BLOCKS + 9 * BLOCK, INWARD: usize = HALO_BLOCKS + 10 * BLOCK;

// @ts-ignore: decorator
@inline
function right(o: usize): v128 {
  return f64x2.sub(v128.load(PX + o), number(CENTRE_X));
}

// @ts-ignore: decorator
@inline
function up(o: usize): v128 {
  return f64x2.sub(v128.load(PY + o), number(CENTRE_Y));
}

// @ts-ignore: decorator
@inline
function alongAxis(o: usize): v128 {
  return madd(right(o), number(COS), f64x2.mul(up(o), number(SIN)));
}

// @ts-ignore: decorator
@inline
function acrossAxis(o: usize): v128 {
  return nmadd(right(o), number(SIN), f64x2.mul(up(o), number(COS)));
}

// @ts-ignore: decorator
@inline
function squaredRadius(o: usize): v128 {
  const u = v128.load(U + o), v = v128.load(V + o);
  return madd(u, u, madd(v, v, number(SOFTENING)));
}

// @ts-ignore: decorator
@inline
function psiOf(o: usize): v128 {
  const u = v128.load(U + o), v = v128.load(V + o);
  return f64x2.sqrt(madd(f64x2.mul(u, u), number(Q2), madd(v, v, number(SOFTENING))));
}

// @ts-ignore: decorator
@inline
function halvedAlong(o: usize): v128 {
  return f64x2.div(v128.load(U + o), f64x2.add(v128.load(PSI + o), v128.load(R + o)));
}

// @ts-ignore: decorator
@inline
function halvedAcross(o: usize): v128 {
  const below = madd(v128.load(R + o), number(Q), v128.load(PSI + o));
  return f64x2.div(v128.load(V + o), below);
}

/** The polynomial of twelve coefficients. */
// @ts-ignore: decorator
@inline
function polynomial(at: usize, x: v128): v128 {
  let p = madd(number(at), x, number(at + 8));
  p = madd(p, x, number(at + 16));
  p = madd(p, x, number(at + 24));
  p = madd(p, x, number(at + 32));
  p = madd(p, x, number(at + 40));
  p = madd(p, x, number(at + 48));
  p = madd(p, x, number(at + 56));
  p = madd(p, x, number(at + 64));
  p = madd(p, x, number(at + 72));
  p = madd(p, x, number(at + 80));
  return madd(p, x, number(at + 88));
}

/** 4 sqrt(q) s arctan(y) / (y c), with c = 1 + sqrt(1 + f^2 s^2) and y = f s / c. */
// @ts-ignore: decorator
@inline
function arctanOf(o: usize): v128 {
  const s = v128.load(S + o), square = f64x2.mul(f64x2.mul(s, s), number(F2));
  const c = f64x2.add(f64x2.sqrt(f64x2.add(square, number(ONE))), number(ONE));
  const inverse = f64x2.div(number(ONE), c);
  const y2 = f64x2.mul(f64x2.mul(square, number(ARCTAN_RANGE)), f64x2.mul(inverse, inverse));
  const factor = f64x2.mul(f64x2.mul(s, number(FACTOR)), inverse);
  return f64x2.mul(polynomial(ARCTAN, y2), factor);
}

/** The same with artanh, and c = 1 + sqrt(1 - f^2 w^2). */
// @ts-ignore: decorator
@inline
function artanhOf(o: usize): v128 {
  const w = v128.load(W + o), square = f64x2.mul(f64x2.mul(w, w), number(F2));
  const c = f64x2.add(f64x2.sqrt(f64x2.sub(number(ONE), square)), number(ONE));
  const inverse = f64x2.div(number(ONE), c);
  const y2 = f64x2.mul(f64x2.mul(square, number(ARTANH_RANGE)), f64x2.mul(inverse, inverse));
  const factor = f64x2.mul(f64x2.mul(w, number(FACTOR)), inverse);
  return f64x2.mul(polynomial(ARTANH, y2), factor);
}

/** The part to the right of a vector along and across. */
// @ts-ignore: decorator
@inline
function toRight(along: usize, across: usize, o: usize): v128 {
  const rest = f64x2.mul(v128.load(across + o), number(SIN));
  return f64x2.sub(f64x2.mul(v128.load(along + o), number(COS)), rest);
}

/** The part up. */
// @ts-ignore: decorator
@inline
function upward(along: usize, across: usize, o: usize): v128 {
  return madd(
    v128.load(along + o),
    number(SIN),
    f64x2.mul(v128.load(across + o), number(COS)),
  );
}

/** Twice the convergence over the squared radius: the shear is tangential, and as large. */
// @ts-ignore: decorator
@inline
function twiceOf(o: usize): v128 {
  return f64x2.div(number(ROOT), f64x2.mul(v128.load(PSI + o), v128.load(R2 + o)));
}

/** Derivative along the axis by -ln q: that of the closed form, in which the arctangent comes back. */
// @ts-ignore: decorator
@inline
function stretchAlong(o: usize): v128 {
  const position = f64x2.mul(v128.load(U + o), v128.load(INWARD + o));
  return madd(
    v128.load(ALONG + o),
    number(STRETCH),
    f64x2.mul(position, number(STRETCH_U)),
  );
}

// @ts-ignore: decorator
@inline
function stretchAcross(o: usize): v128 {
  const position = f64x2.mul(v128.load(V + o), v128.load(INWARD + o));
  return madd(
    v128.load(ACROSS + o),
    number(STRETCH),
    f64x2.mul(position, number(STRETCH_V)),
  );
}

/** Turning the ellipsoid turns the deflection, and the point the other way. */
// @ts-ignore: decorator
@inline
function turnRight(o: usize): v128 {
  return f64x2.sub(f64x2.mul(up(o), v128.load(INWARD + o)), v128.load(AY + o));
}

// @ts-ignore: decorator
@inline
function turnUp(o: usize): v128 {
  return nmadd(right(o), v128.load(INWARD + o), v128.load(AX + o));
}

/** c (c^2 / 3 - 1/2) of the cosine of the position's angle. */
// @ts-ignore: decorator
@inline
function roundRight1(o: usize): v128 {
  const c = f64x2.div(right(o), v128.load(R + o)), c2 = f64x2.mul(c, c);
  return f64x2.mul(c, f64x2.sub(f64x2.mul(c2, number(THIRD)), number(HALF)));
}

// @ts-ignore: decorator
@inline
function roundUp1(o: usize): v128 {
  const s = f64x2.div(up(o), v128.load(R + o)), s2 = f64x2.mul(s, s);
  return f64x2.mul(s, nmadd(s2, number(THIRD), number(HALF)));
}

/** -c^3 / 3. */
// @ts-ignore: decorator
@inline
function cube(c: v128): v128 {
  return f64x2.neg(f64x2.mul(f64x2.mul(c, c), f64x2.mul(c, number(THIRD))));
}

/** Computes the deflections of four rays. */
// @ts-ignore: decorator
@inline
function deflect(o: usize): void {
  const p = o + 16;
  put(U + o, alongAxis(o), alongAxis(p));
  put(V + o, acrossAxis(o), acrossAxis(p));
  put(R2 + o, squaredRadius(o), squaredRadius(p));
  put(R + o, f64x2.sqrt(v128.load(R2 + o)), f64x2.sqrt(v128.load(R2 + p)));
  put(PSI + o, psiOf(o), psiOf(p));
  put(S + o, halvedAlong(o), halvedAlong(p));
  put(W + o, halvedAcross(o), halvedAcross(p));
  put(ALONG + o, arctanOf(o), arctanOf(p));
  put(ACROSS + o, artanhOf(o), artanhOf(p));
  put(AX + o, toRight(ALONG, ACROSS, o), toRight(ALONG, ACROSS, p));
  put(AY + o, upward(ALONG, ACROSS, o), upward(ALONG, ACROSS, p));
}

/** Computes the derivatives by the position. */
// @ts-ignore: decorator
@inline
function deriveByPosition(o: usize): void {
  const p = o + 16;
  put(TWICE + o, twiceOf(o), twiceOf(p));
  const low = v128.load(TWICE + o), high = v128.load(TWICE + p);
  const lowX = right(o), highX = right(p), lowY = up(o), highY = up(p);
  put(
    INWARD + o,
    f64x2.mul(low, v128.load(R2 + o)),
    f64x2.mul(high, v128.load(R2 + p)),
  );
  const lowXTwice = f64x2.mul(low, lowX), highXTwice = f64x2.mul(high, highX);
  put(AXX + o, f64x2.mul(f64x2.mul(low, lowY), lowY), f64x2.mul(f64x2.mul(high, highY), highY));
  put(AXY + o, f64x2.neg(f64x2.mul(lowXTwice, lowY)), f64x2.neg(f64x2.mul(highXTwice, highY)));
  put(AYY + o, f64x2.mul(lowXTwice, lowX), f64x2.mul(highXTwice, highX));
}

/** Computes the derivatives by both numbers of the ellipse. */
// @ts-ignore: decorator
@inline
function deriveByEllipse(o: usize): void {
  const p = o + 16;
  // The deflection along and across is not needed any more.
  put(ALONG + o, stretchAlong(o), stretchAlong(p));
  put(ACROSS + o, stretchAcross(o), stretchAcross(p));
  put(S + o, toRight(ALONG, ACROSS, o), toRight(ALONG, ACROSS, p));
  put(W + o, upward(ALONG, ACROSS, o), upward(ALONG, ACROSS, p));
  put(AX1 + o, combine(S, COS2, o, turnRight(o)), combine(S, COS2, p, turnRight(p)));
  put(AY1 + o, combine(W, COS2, o, turnUp(o)), combine(W, COS2, p, turnUp(p)));
  put(AX2 + o, combineBoth(S, o, turnRight(o)), combineBoth(S, p, turnRight(p)));
  put(AY2 + o, combineBoth(W, o, turnUp(o)), combineBoth(W, p, turnUp(p)));
}

/** cos(2 phi) stretch - sin(2 phi) / (2 t) turn. */
// @ts-ignore: decorator
@inline
function combine(stretch: usize, cos: usize, o: usize, turn: v128): v128 {
  return nmadd(turn, number(TURN_SIN), f64x2.mul(v128.load(stretch + o), number(cos)));
}

/** sin(2 phi) stretch + cos(2 phi) / (2 t) turn. */
// @ts-ignore: decorator
@inline
function combineBoth(stretch: usize, o: usize, turn: v128): v128 {
  return madd(turn, number(TURN_COS), f64x2.mul(v128.load(stretch + o), number(SIN2)));
}

/** The derivatives by the ellipse of a sphere that begins to stretch. */
// @ts-ignore: decorator
@inline
function deriveRound(o: usize): void {
  const p = o + 16;
  put(AX1 + o, roundRight1(o), roundRight1(p));
  put(AY1 + o, roundUp1(o), roundUp1(p));
  const low = f64x2.div(up(o), v128.load(R + o)), high = f64x2.div(up(p), v128.load(R + p));
  put(AX2 + o, cube(low), cube(high));
  const lowX = f64x2.div(right(o), v128.load(R + o)), highX = f64x2.div(right(p), v128.load(R + p));
  put(AY2 + o, cube(lowX), cube(highX));
}

/** Computes deflections and derivatives of a block, from PX and PY. */
export function deriveHalo(isRound: bool): void {
  deflect(0);
  deriveByPosition(0);
  if (isRound) deriveRound(0);
  else deriveByEllipse(0);
  deflect(32);
  deriveByPosition(32);
  if (isRound) deriveRound(32);
  else deriveByEllipse(32);
}

/** ax, ay = the deflections at `count` rays, a multiple of eight. */
export function deflections(x: usize, y: usize, ax: usize, ay: usize, count: i32): void {
  const bytes = <usize> count << 3;
  copyBlock(NEXT_PX, x);
  copyBlock(NEXT_PY, y);
  for (let at: usize = 0; at < bytes; at += BLOCK) {
    moveBlock(PX, NEXT_PX);
    moveBlock(PY, NEXT_PY);
    const next = min<usize>(at + BLOCK, bytes - BLOCK);
    copyBlock(NEXT_PX, x + next);
    copyBlock(NEXT_PY, y + next);
    deflect(0);
    deflect(32);
    copyBlock(ax + at, AX);
    copyBlock(ay + at, AY);
  }
}
