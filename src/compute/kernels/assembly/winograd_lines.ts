// The one-dimensional transforms of Winograd's F(4, 3): four outputs of a three-tap filter from six
// inputs with six products instead of twelve (Lavin and Gray 2015, arXiv 1509.09308, section 4.3).
// With their matrices A, B and G,
//   y = A' ((G g) * (B' d)), and for the gradients, dg = G' ((B' d) * (A dy)).
//
// The points are 0, p, -p, q, -q and infinity with p = 5/8 and q = 3/2, as in oneDNN: exact in
// binary, with a quarter of the error of the paper's 1 and 2 (measured: 1.5e-6 and 6e-6 of the
// largest value). With M(x) = x (x^2 - p^2) (x^2 - q^2), the row of B' for a point is
// M(x) / (x - point), A has the powers of the points, and G's row is (1, point, point^2) / M'(point).
//
// Each transform processes vectors of four channels, `step` bytes apart, and may work in place. A step
// that is constant when inlined costs no instruction.

import { madd } from "./simd";

const P: f32 = 0.625;
const Q: f32 = 1.5;
const PP: f32 = P * P;
const QQ: f32 = Q * Q;
/** 1 / M' at 0, at p and -p, and at q and -q. */
const N0: f32 = 1 / (PP * QQ);
const NP: f32 = 1 / (2 * PP * (PP - QQ));
const NQ: f32 = 1 / (2 * QQ * (QQ - PP));

// Factors are read from memory, replicated four times: materialising them per line takes the engine a
// third longer. `factors` is their address.
let factors: usize = 0;
const P_AT: usize = 0, MINUS_P_AT: usize = 16, Q_AT: usize = 32, MINUS_Q_AT: usize = 48;
const PP_AT: usize = 64, MINUS_PP_AT: usize = 80, QQ_AT: usize = 96, MINUS_QQ_AT: usize = 112;
const PPQQ_AT: usize = 128, MINUS_PP_QQ_AT: usize = 144, PPP_AT: usize = 160, QQQ_AT: usize = 176;

/** Floats that `writeLineConstants` writes. */
export const LINE_FLOATS: i32 = 48;

/** Writes the factors. */
export function writeLineConstants(at: usize): void {
  factors = at;
  v128.store(at, f32x4.splat(P), P_AT);
  v128.store(at, f32x4.splat(-P), MINUS_P_AT);
  v128.store(at, f32x4.splat(Q), Q_AT);
  v128.store(at, f32x4.splat(-Q), MINUS_Q_AT);
  v128.store(at, f32x4.splat(PP), PP_AT);
  v128.store(at, f32x4.splat(-PP), MINUS_PP_AT);
  v128.store(at, f32x4.splat(QQ), QQ_AT);
  v128.store(at, f32x4.splat(-QQ), MINUS_QQ_AT);
  v128.store(at, f32x4.splat(PP * QQ), PPQQ_AT);
  v128.store(at, f32x4.splat(-PP - QQ), MINUS_PP_QQ_AT);
  v128.store(at, f32x4.splat(P * PP), PPP_AT);
  v128.store(at, f32x4.splat(Q * QQ), QQQ_AT);
}

/** A factor, replicated four times. */
// @ts-ignore: decorator
@inline
function by(at: usize): v128 {
  return v128.load(factors + at);
}

/** The `i`-th vector of a line. */
// @ts-ignore: decorator
@inline
function get(line: usize, step: usize, i: usize): v128 {
  if (isConstant(step)) return v128.load(line, i * step);
  return v128.load(line + i * step);
}

/** Sets the `i`-th vector of a line. */
// @ts-ignore: decorator
@inline
function set(line: usize, step: usize, i: usize, value: v128): void {
  if (isConstant(step)) v128.store(line, value, i * step);
  else v128.store(line + i * step, value);
}

// @ts-ignore: decorator
@inline
function v(value: f32): v128 {
  return f32x4.splat(value);
}

/** B' d: six inputs to six. */
// @ts-ignore: decorator
@inline
export function inputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = get(from, step, 0), d1 = get(from, step, 1), d2 = get(from, step, 2);
  const d3 = get(from, step, 3), d4 = get(from, step, 4);
  const d5 = get(from, step, 5);
  const p = madd(by(MINUS_QQ_AT), d2, d4), pOdd = madd(by(MINUS_QQ_AT), d1, d3);
  const q = madd(by(MINUS_PP_AT), d2, d4), qOdd = madd(by(MINUS_PP_AT), d1, d3);
  set(to, toStep, 0, madd(by(MINUS_PP_QQ_AT), d2, madd(by(PPQQ_AT), d0, d4)));
  set(to, toStep, 1, madd(by(P_AT), pOdd, p));
  set(to, toStep, 2, madd(by(MINUS_P_AT), pOdd, p));
  set(to, toStep, 3, madd(by(Q_AT), qOdd, q));
  set(to, toStep, 4, madd(by(MINUS_Q_AT), qOdd, q));
  set(to, toStep, 5, madd(by(MINUS_PP_QQ_AT), d3, madd(by(PPQQ_AT), d1, d5)));
}

/** A' m: six products to four outputs. */
// @ts-ignore: decorator
@inline
export function outputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const m1 = get(from, step, 1), m2 = get(from, step, 2);
  const m3 = get(from, step, 3), m4 = get(from, step, 4);
  const p = f32x4.add(m1, m2), pOdd = f32x4.sub(m1, m2);
  const q = f32x4.add(m3, m4), qOdd = f32x4.sub(m3, m4);
  set(to, toStep, 0, f32x4.add(f32x4.add(get(from, step, 0), p), q));
  set(to, toStep, 1, madd(by(Q_AT), qOdd, f32x4.mul(by(P_AT), pOdd)));
  set(to, toStep, 2, madd(by(QQ_AT), q, f32x4.mul(by(PP_AT), p)));
  const m5 = get(from, step, 5);
  set(to, toStep, 3, madd(by(QQQ_AT), qOdd, madd(by(PPP_AT), pOdd, m5)));
}

/** A' m + bias, clamped below at `least`. */
// @ts-ignore: decorator
@inline
export function outputLineWithBias(
  from: usize,
  step: usize,
  to: usize,
  toStep: usize,
  bias: v128,
  least: v128,
): void {
  const m1 = get(from, step, 1), m2 = get(from, step, 2);
  const m3 = get(from, step, 3), m4 = get(from, step, 4);
  const p = f32x4.add(m1, m2), pOdd = f32x4.sub(m1, m2);
  const q = f32x4.add(m3, m4), qOdd = f32x4.sub(m3, m4);
  const y0 = f32x4.add(f32x4.add(get(from, step, 0), bias), f32x4.add(p, q));
  const y1 = madd(by(Q_AT), qOdd, madd(by(P_AT), pOdd, bias));
  const y2 = madd(by(QQ_AT), q, madd(by(PP_AT), p, bias));
  const m5 = f32x4.add(get(from, step, 5), bias);
  const y3 = madd(by(QQQ_AT), qOdd, madd(by(PPP_AT), pOdd, m5));
  set(to, toStep, 0, f32x4.pmax(y0, least));
  set(to, toStep, 1, f32x4.pmax(y1, least));
  set(to, toStep, 2, f32x4.pmax(y2, least));
  set(to, toStep, 3, f32x4.pmax(y3, least));
}

/** A dy: from gradients of four outputs to those of six products. */
// @ts-ignore: decorator
@inline
export function outputGradientLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const y0 = get(from, step, 0), y1 = get(from, step, 1);
  const y2 = get(from, step, 2), y3 = get(from, step, 3);
  const p = madd(by(PP_AT), y2, y0), pOdd = madd(by(PP_AT), y3, y1);
  const q = madd(by(QQ_AT), y2, y0), qOdd = madd(by(QQ_AT), y3, y1);
  set(to, toStep, 0, y0);
  set(to, toStep, 1, madd(by(P_AT), pOdd, p));
  set(to, toStep, 2, madd(by(MINUS_P_AT), pOdd, p));
  set(to, toStep, 3, madd(by(Q_AT), qOdd, q));
  set(to, toStep, 4, madd(by(MINUS_Q_AT), qOdd, q));
  set(to, toStep, 5, y3);
}

/** G g: three filter weights to six. */
// @ts-ignore: decorator
@inline
export function kernelLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = get(from, step, 0), g1 = get(from, step, 1), g2 = get(from, step, 2);
  const p = madd(v(NP * PP), g2, f32x4.mul(v(NP), g0)), pOdd = f32x4.mul(v(NP * P), g1);
  const q = madd(v(NQ * QQ), g2, f32x4.mul(v(NQ), g0)), qOdd = f32x4.mul(v(NQ * Q), g1);
  set(to, toStep, 0, f32x4.mul(v(N0), g0));
  set(to, toStep, 1, f32x4.add(p, pOdd));
  set(to, toStep, 2, f32x4.sub(p, pOdd));
  set(to, toStep, 3, f32x4.add(q, qOdd));
  set(to, toStep, 4, f32x4.sub(q, qOdd));
  set(to, toStep, 5, g2);
}

/** G' t: from gradients of six transformed weights to those of three. */
// @ts-ignore: decorator
@inline
export function kernelGradientLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const t0 = get(from, step, 0), t1 = get(from, step, 1), t2 = get(from, step, 2);
  const t3 = get(from, step, 3), t4 = get(from, step, 4);
  const t5 = get(from, step, 5);
  const p = f32x4.add(t1, t2), pOdd = f32x4.sub(t1, t2);
  const q = f32x4.add(t3, t4), qOdd = f32x4.sub(t3, t4);
  set(to, toStep, 0, madd(v(N0), t0, madd(v(NQ), q, f32x4.mul(v(NP), p))));
  set(to, toStep, 1, madd(v(NQ * Q), qOdd, f32x4.mul(v(NP * P), pOdd)));
  set(to, toStep, 2, madd(v(NQ * QQ), q, madd(v(NP * PP), p, t5)));
}
