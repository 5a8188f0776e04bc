/** The deflection of an isothermal ellipsoid of Einstein radius 1, with its derivatives. */

import { arctanhOver, arctanOver } from "../mass/_arctan_fit.ts";

/** Squared core radius, as that of the profile, arcsec^2. */
const SOFTENING = 1e-18;
/** Ellipticity below which derivatives are those of a sphere that begins to stretch. */
const ROUND = 1e-7;
/** Squares up to which the slopes of the arctangents are series. */
const SERIES = 1e-3;

/** (1 / (1 + x^2) - arctan(x) / x) / x^2, from x^2. */
function arctanSlope(square: number): number {
  if (square > SERIES) return (1 / (1 + square) - arctanOver(Math.sqrt(square))) / square;
  return -2 / 3 + square * (4 / 5 - square * (6 / 7 - square * (8 / 9)));
}

/** (1 / (1 - x^2) - artanh(x) / x) / x^2, from x^2. */
function artanhSlope(square: number): number {
  if (square > SERIES) return (1 / (1 - square) - arctanhOver(Math.sqrt(square))) / square;
  return 2 / 3 + square * (4 / 5 + square * (6 / 7 + square * (8 / 9)));
}

/**
 * The deflection at many points, kept until the ellipsoid changes. The kernel `halo` computes the same by
 * polynomials, in blocks, for sources without a grid.
 *
 * As `SingularIsothermalEllipsoid`, with the axis ratio q and the angle phi given as t cos 2 phi and t sin 2 phi,
 * t = -ln q. Source: Kormann, Schneider and Bartelmann 1994, A&A 284, 285; derivatives are those of the closed form.
 */
export class HaloDeflection {
  /** Deflection to the right and up. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Their derivatives by the first and the second number of the ellipse. */
  readonly x1: Float64Array;
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  /** Their derivatives by the position: of x by x, of either by the other, of y by y. */
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  readonly yy: Float64Array;
  readonly #pointsX: Float64Array;
  readonly #pointsY: Float64Array;
  #ellipsoid: readonly number[] = [];

  /**
   * @param pointsX Points, to the right, arcsec.
   * @param pointsY Points, up, arcsec.
   */
  constructor(pointsX: Float64Array, pointsY: Float64Array) {
    [this.x, this.y, this.x1, this.y1, this.x2, this.y2, this.xx, this.xy, this.yy] = Array.from(
      { length: 9 },
      () => new Float64Array(pointsX.length),
    ) as NineArrays;
    this.#pointsX = pointsX;
    this.#pointsY = pointsY;
  }

  /**
   * Computes the deflections of an ellipsoid, unless it is that of the last call.
   *
   * @param ellipsoid Both numbers of the ellipse; the centre, to the right and up, arcsec.
   */
  set(ellipsoid: readonly [first: number, second: number, x: number, y: number]): void {
    if (ellipsoid.every((value, i) => value === this.#ellipsoid[i])) return;
    this.#ellipsoid = ellipsoid;
    const [first, second, centreX, centreY] = ellipsoid;
    const t = Math.hypot(first, second), angle = 0.5 * Math.atan2(second, first);
    const q = Math.exp(-t), cos = Math.cos(angle), sin = Math.sin(angle);
    for (let i = 0; i < this.x.length; i++) {
      const dx = this.#pointsX[i]! - centreX, dy = this.#pointsY[i]! - centreY;
      this.#deflect(i, dx, dy, q, cos, sin);
      const cosh = Math.cosh(t), slope = t < ROUND ? 1 : Math.sinh(t) / t;
      const along = first * (dx * dx - dy * dy) + 2 * second * dx * dy;
      this.#byPosition(i, dx, dy, cosh * (dx * dx + dy * dy) - slope * along);
      this.#byEllipse(i, dx, dy, t, q, cos, sin);
    }
  }

  #deflect(i: number, dx: number, dy: number, q: number, cos: number, sin: number): void {
    const u = cos * dx + sin * dy, v = cos * dy - sin * dx;
    const r = Math.sqrt(u * u + v * v + SOFTENING);
    const psi = Math.sqrt(q * q * u * u + v * v + SOFTENING);
    const s = u / (psi + r), w = v / (psi + q * r), f = Math.sqrt(1 - q * q), b = 2 * Math.sqrt(q);
    const along = b * s * arctanOver(f * s), across = b * w * arctanhOver(f * w);
    this.x[i] = cos * along - sin * across;
    this.y[i] = sin * along + cos * across;
  }

  /** The shear of an isothermal lens is tangential, and as large as the convergence. */
  #byPosition(i: number, dx: number, dy: number, squaredRadius: number): void {
    const twice = 1 / Math.sqrt(squaredRadius + SOFTENING) / (dx * dx + dy * dy + SOFTENING);
    this.xx[i] = twice * dy * dy;
    this.xy[i] = -twice * dx * dy;
    this.yy[i] = twice * dx * dx;
  }

  #byEllipse(
    i: number,
    dx: number,
    dy: number,
    t: number,
    q: number,
    cos: number,
    sin: number,
  ): void {
    if (t < ROUND) {
      [this.x1[i], this.y1[i]] = byStretching(dx, dy, 1, 1, 0);
      [this.x2[i], this.y2[i]] = byStretching(dx, dy, 1, Math.SQRT1_2, Math.SQRT1_2);
      return;
    }
    const [stretchX, stretchY] = byStretching(dx, dy, q, cos, sin);
    // Turning the ellipsoid turns the deflection, and the point the other way.
    const turnX = -this.y[i]! + this.xx[i]! * dy - this.xy[i]! * dx;
    const turnY = this.x[i]! + this.xy[i]! * dy - this.yy[i]! * dx;
    const c = cos * cos - sin * sin, s = 2 * cos * sin, half = 0.5 / t;
    this.x1[i] = c * stretchX - s * half * turnX;
    this.y1[i] = c * stretchY - s * half * turnY;
    this.x2[i] = s * stretchX + c * half * turnX;
    this.y2[i] = s * stretchY + c * half * turnY;
  }
}

type NineArrays = [
  ...[Float64Array, Float64Array, Float64Array],
  ...[Float64Array, Float64Array, Float64Array],
  ...[Float64Array, Float64Array, Float64Array],
];

/** The derivative of the deflection by -ln q. */
function byStretching(
  dx: number,
  dy: number,
  q: number,
  cos: number,
  sin: number,
): readonly [number, number] {
  const u = cos * dx + sin * dy, v = cos * dy - sin * dx, f2 = 1 - q * q, b = 2 * Math.sqrt(q);
  const r = Math.sqrt(u * u + v * v + SOFTENING);
  const psi = Math.sqrt(q * q * u * u + v * v + SOFTENING), psiByQ = q * u * u / psi;
  const s = u / (psi + r), sByQ = -s * psiByQ / (psi + r);
  const w = v / (psi + q * r), wByQ = -w * (psiByQ + r) / (psi + q * r);
  const s2 = f2 * s * s, w2 = f2 * w * w;
  const arctan = arctanOver(Math.sqrt(s2)), artanh = arctanhOver(Math.sqrt(w2));
  const along = b * (s * arctan / (2 * q) + sByQ * arctan +
    s * s * arctanSlope(s2) * (f2 * sByQ - q * s));
  const across = b * (w * artanh / (2 * q) + wByQ * artanh +
    w * w * artanhSlope(w2) * (f2 * wByQ - q * w));
  return [-q * (cos * along - sin * across), -q * (sin * along + cos * across)];
}
