// The one-dimensional transforms of Winograd's F(4, 3): four outputs of a filter of three from six
// inputs with six products in place of twelve, points 0, 1, -1, 2, -2 and infinity (Lavin and Gray 2015,
// arXiv 1509.09308, section 4.3). With their matrices A, B and G,
//   y = A' ((G g) * (B' d)),
// and for the gradients, y's and g's being known, dg = G' ((B' d) * (A dy)).
// Each works on vectors of four channels, `step` bytes apart, and may work in place.

import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function v(value: f32): v128 {
  return f32x4.splat(value);
}

/** B' d: six inputs to six. */
// @ts-ignore: decorator
@inline
export function inputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  const p = madd(v(-4), d2, d4), q = madd(v(-4), d1, d3);
  const r = f32x4.sub(d4, d2), s = f32x4.sub(d3, d1);
  v128.store(to, madd(v(-5), d2, madd(v(4), d0, d4)));
  v128.store(to + toStep, f32x4.add(p, q));
  v128.store(to + 2 * toStep, f32x4.sub(p, q));
  v128.store(to + 3 * toStep, madd(v(2), s, r));
  v128.store(to + 4 * toStep, madd(v(-2), s, r));
  v128.store(to + 5 * toStep, madd(v(-5), d3, madd(v(4), d1, d5)));
}

/** A' m, from the columns of a tile: six products to four outputs. */
// @ts-ignore: decorator
@inline
export function outputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const m1 = v128.load(from + step), m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step), m4 = v128.load(from + 4 * step);
  const a = f32x4.add(m1, m2), b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(v128.load(from), a), c));
  v128.store(to + toStep, madd(v(2), d, b));
  v128.store(to + 2 * toStep, madd(v(4), c, a));
  v128.store(to + 3 * toStep, madd(v(8), d, f32x4.add(b, v128.load(from + 5 * step))));
}

/** A dy: the gradients of four outputs to those of six products. */
// @ts-ignore: decorator
@inline
export function outputGradientLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const y0 = v128.load(from), y1 = v128.load(from + step);
  const y2 = v128.load(from + 2 * step), y3 = v128.load(from + 3 * step);
  const a = f32x4.add(y0, y2), b = f32x4.add(y1, y3);
  const c = madd(v(4), y2, y0), d = madd(v(4), y3, y1);
  v128.store(to, y0);
  v128.store(to + toStep, f32x4.add(a, b));
  v128.store(to + 2 * toStep, f32x4.sub(a, b));
  v128.store(to + 3 * toStep, madd(v(2), d, c));
  v128.store(to + 4 * toStep, madd(v(-2), d, c));
  v128.store(to + 5 * toStep, y3);
}

/** G g: a filter's three weights to six. */
// @ts-ignore: decorator
@inline
export function kernelLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + step), g2 = v128.load(from + 2 * step);
  const a = f32x4.mul(v(-1.0 / 6), f32x4.add(g0, g2)), b = f32x4.mul(v(1.0 / 6), g1);
  const c = madd(v(1.0 / 24), g0, f32x4.mul(v(1.0 / 6), g2)), d = f32x4.mul(v(1.0 / 12), g1);
  v128.store(to, f32x4.mul(v(0.25), g0));
  v128.store(to + toStep, f32x4.sub(a, b));
  v128.store(to + 2 * toStep, f32x4.add(a, b));
  v128.store(to + 3 * toStep, f32x4.add(c, d));
  v128.store(to + 4 * toStep, f32x4.sub(c, d));
  v128.store(to + 5 * toStep, g2);
}

/** G' t: the gradients of six transformed weights to those of three. */
// @ts-ignore: decorator
@inline
export function kernelGradientLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const t0 = v128.load(from), t1 = v128.load(from + step), t2 = v128.load(from + 2 * step);
  const t3 = v128.load(from + 3 * step), t4 = v128.load(from + 4 * step);
  const t5 = v128.load(from + 5 * step);
  const a = f32x4.mul(v(-1.0 / 6), f32x4.add(t1, t2)), b = f32x4.add(t3, t4);
  v128.store(to, madd(v(0.25), t0, madd(v(1.0 / 24), b, a)));
  v128.store(
    to + toStep,
    madd(v(1.0 / 12), f32x4.sub(t3, t4), f32x4.mul(v(1.0 / 6), f32x4.sub(t2, t1))),
  );
  v128.store(to + 2 * toStep, f32x4.add(madd(v(1.0 / 6), b, a), t5));
}
