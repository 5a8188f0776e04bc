/**
 * The cross-section of a tube of radius 1 and mass 1, which gives a line a width.
 *
 * A tube is a bundle of hollow cylinders of radius v and mass g(v) dv. A cylinder projects on its
 * diameter as the arcsine distribution, for which the logarithm has a mean in closed form:
 * E[Log(z - i s)] = Log((z + sqrt(z^2 + v^2)) / 2). One integral over v remains.
 */

import { gaussLegendre } from "../_gauss_legendre.ts";

const RULE = gaussLegendre(16);
/** Panel length in the logarithm, at which 16 nodes have an error of 1e-15. */
const PANEL = 2;
const MAX_TERMS = 29;

/** Means over the width of a tube, at a point z relative to an end. */
export interface EndMeans {
  /** Mean of (z - i s) (Log(z - i s) - 1), real part. */
  potential: number;
  /** Mean of Log(z - i s), real part. */
  logRe: number;
  /** Mean of Log(z - i s), imaginary part. */
  logIm: number;
  /** Mean of 1 / (z - i s), real part. */
  inverseRe: number;
  /** Mean of 1 / (z - i s), imaginary part. */
  inverseIm: number;
}

/** A point relative to an end, and its distance from it. */
interface Point {
  readonly x: number;
  readonly y: number;
  readonly rho: number;
}

/** A tube with the density v^slope - 1 inside v = 1. */
export class Tube {
  /** Far series: E[Log(z - i s)] is Log z plus the sum of far[k - 1] / z^2k. */
  readonly far: Float64Array;
  readonly #slope: number;
  /** E[s^2k] / E[v^2k] of the arcsine distribution, with the sign of i^2k. */
  readonly #arcsine: Float64Array;

  constructor(slope: number) {
    this.#slope = slope;
    this.#arcsine = new Float64Array(MAX_TERMS + 1);
    for (let k = 0, value = 1; k <= MAX_TERMS; k++, value *= -(2 * k - 1) / (2 * k)) {
      this.#arcsine[k] = value;
    }
    this.far = Float64Array.from({ length: MAX_TERMS }, (_, at) => {
      const n = 2 * at + 4;
      return -2 * (slope + 2) * this.#arcsine[at + 1]! / (n * (n + slope) * (n - 2));
    });
  }

  /** (v^slope - 1) / -slope, or its limit at slope 0. */
  #shape(v: number): number {
    return this.#slope === 0 ? -Math.log(v) : -Math.expm1(this.#slope * Math.log(v)) / this.#slope;
  }

  /** Mass density g(v) over the radius, of integral 1. */
  #mass(v: number): number {
    return v < 1 ? 2 * (this.#slope + 2) * v * this.#shape(v) : 0;
  }

  /** Means at the height `eta` over the width: |eta - s|, sgn(eta - s), density at s = eta. */
  across(eta: number): { distance: number; sign: number; density: number } {
    if (eta >= 1) return { distance: eta, sign: 1, density: 0 };
    const inside = eta * eta * (2 * this.#shape(eta) + 1);
    let distance = eta * inside, sign = inside, density = 0;
    const end = Math.acosh(1 / eta), panels = Math.ceil(end / PANEL);
    for (let panel = 0; panel < panels; panel++) {
      for (let i = 0; i < RULE.nodes.length; i++) {
        const t = end * (panel + RULE.nodes[i]!) / panels;
        const sinh = Math.sinh(t), mass = this.#mass(eta * Math.cosh(t));
        const weight = RULE.weights[i]! * end / panels * mass / Math.PI;
        const angle = 2 * eta * sinh * Math.atan2(1, sinh);
        density += weight;
        sign += weight * angle;
        distance += weight * eta * (angle + 2 * eta * sinh * sinh);
      }
    }
    return { distance, sign, density };
  }

  /**
   * Computes the means at z = x + i y, with x >= 0 along the tube and away from its end.
   *
   * Cylinders with v below |z| / 2 are summed by a series in 1/z^2, the others by quadrature,
   * graded towards v = |z|, where the integrand is singular if x = 0.
   */
  end(x: number, y: number, into: EndMeans): void {
    const rho = Math.sqrt(x * x + y * y), cut = Math.min(1, 0.5 * rho);
    this.#near(x, y, rho, cut, into);
    if (cut === 1) return;
    const least = Math.max(x, 1e-24 * rho), z = { x, y, rho };
    this.#side(z, -1, Math.max(0, rho - 1), rho - cut, least, into);
    if (rho < 1) this.#side(z, 1, 0, 1 - rho, least, into);
  }

  /** Sets the means over cylinders with v < cut. */
  #near(x: number, y: number, rho: number, cut: number, into: EndMeans): void {
    const slope = this.#slope, square = rho * rho, scale = cut * cut / square;
    // (cut / z)^2.
    const re = scale * (x * x - y * y) / square, im = scale * -2 * x * y / square;
    const terms = Math.min(MAX_TERMS, Math.ceil(-38 / Math.log(scale)) + 1);
    const shape = cut < 1 ? this.#shape(cut) : 0, mass = 2 * (slope + 2) * cut * cut;
    let pRe = 0, pIm = 0, lRe = 0, lIm = 0, iRe = 0, iIm = 0;
    for (let k = terms; k >= 1; k--) {
      const n = 2 * k + 2;
      const c = mass * this.#arcsine[k]! * (shape + 1 / n) / (n + slope);
      const l = c / (2 * k), p = l / (2 * k - 1);
      [pRe, pIm] = [(pRe + p) * re - pIm * im, (pRe + p) * im + pIm * re];
      [lRe, lIm] = [(lRe - l) * re - lIm * im, (lRe - l) * im + lIm * re];
      [iRe, iIm] = [(iRe + c) * re - iIm * im, (iRe + c) * im + iIm * re];
    }
    const all = mass * (shape + 0.5) / (2 + slope);
    const log = Math.log(rho), angle = Math.atan2(y, x);
    into.potential = all * (x * (log - 1) - y * angle) + x * pRe - y * pIm;
    into.logRe = all * log + lRe;
    into.logIm = all * angle + lIm;
    iRe += all;
    into.inverseRe = (iRe * x + iIm * y) / square;
    into.inverseIm = (iIm * x - iRe * y) / square;
  }

  /** Adds the means over cylinders with v = rho + sign d, d in [from, to]. */
  #side(z: Point, sign: number, from: number, to: number, least: number, sum: EndMeans): void {
    const edge = Math.min(to, Math.max(from, least));
    if (edge > from) this.#panel(z, sign, from, edge, false, sum);
    const panels = Math.ceil(Math.log(to / edge) / PANEL);
    for (let panel = 0; panel < panels; panel++) {
      const start = edge * (to / edge) ** (panel / panels);
      const stop = panel + 1 === panels ? to : edge * (to / edge) ** ((panel + 1) / panels);
      this.#panel(z, sign, start, stop, true, sum);
    }
  }

  /** Adds one panel, uniform in d or, if graded, in its logarithm. */
  #panel(z: Point, sign: number, start: number, stop: number, graded: boolean, sum: EndMeans) {
    const { x, y, rho } = z;
    const log = graded ? Math.log(stop / start) : 0;
    for (let i = 0; i < RULE.nodes.length; i++) {
      const d = graded
        ? start * Math.exp(log * RULE.nodes[i]!)
        : start + (stop - start) * RULE.nodes[i]!;
      const v = rho + sign * d;
      const weight = RULE.weights[i]! * (graded ? log * d : stop - start) * this.#mass(v);
      // The root of z^2 + v^2 = 2 x z + (v - rho) (v + rho).
      const a = 2 * x * x + sign * d * (v + rho), b = 2 * x * y;
      const size = Math.sqrt(a * a + b * b);
      let rootRe = Math.sqrt(0.5 * (size + Math.abs(a)));
      let rootIm = rootRe > 0 ? b / (2 * rootRe) : 0;
      if (a < 0) [rootRe, rootIm] = [Math.abs(rootIm), y < 0 ? -rootRe : rootRe];
      const sumRe = x + rootRe, sumIm = y + rootIm;
      const logRe = 0.5 * Math.log(0.25 * (sumRe * sumRe + sumIm * sumIm));
      const logIm = Math.atan2(sumIm, sumRe);
      sum.potential += weight * (x * logRe - y * logIm - rootRe);
      sum.logRe += weight * logRe;
      sum.logIm += weight * logIm;
      sum.inverseRe += weight * rootRe / size;
      sum.inverseIm -= weight * rootIm / size;
    }
  }
}
