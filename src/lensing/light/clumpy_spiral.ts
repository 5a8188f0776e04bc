/** A spiral galaxy with knots of star formation. */

import type { Random } from "../../random.ts";
import { notNegative, outOfRange, positive, ratio, whole } from "../_range.ts";
import type { EllipseOptions } from "./_ellipse.ts";
import { GaussianLight } from "./gaussian_light.ts";
import type { LightProfile } from "./light_profile.ts";
import { Sersic } from "./sersic.ts";

/** Options of {@linkcode ClumpySpiral}. */
export interface ClumpySpiralOptions extends EllipseOptions {
  /** Flux of the whole plane, 0 or more. */
  readonly flux: number;
  /** Effective radius of the disk, arcsec, above 0. */
  readonly radius: number;
  /** Number of arms, at least 1. @default {2} */
  readonly arms?: number;
  /** Pitch angle of the arms, radians, above 0 and below pi / 2. @default {0.35} */
  readonly pitch?: number;
  /** Number of clumps, 0 or more. @default {40} */
  readonly clumps?: number;
  /** Share of the flux that is in clumps, 0 to 1. @default {0.4} */
  readonly clumpFraction?: number;
  /** Share of the flux that is in a round bulge (n = 2), 0 to 1. @default {0.1} */
  readonly bulgeFraction?: number;
  /** Standard deviation of a clump over the disk's radius, above 0. @default {0.08} */
  readonly clumpSize?: number;
}

const ACTION = "make a clumpy spiral";
/** Clumps lie from this to 2.5 effective radii. */
const INNERMOST = 0.3;
const OUTERMOST = 2.5;
/** Standard deviations beyond which a `GaussianLight` is dark: exp(-64) at 11.3. */
const REACH = 11.4;
/** Scatter of a clump about its arm, in clump sizes. */
const SCATTER = 0.8;

/**
 * An exponential disk, a bulge and Gaussian clumps along logarithmic arms, tilted to an axis ratio.
 *
 * A toy of the look of spirals, not a model of any: arms r = r_0 exp(theta tan(pitch)) (Seigar and
 * James 1998, MNRAS 299, 685), clumps spread along them as the light of the disk and of fluxes that differ
 * by a factor of up to 4. Takes as long as that many Gaussians.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { ClumpySpiral } from "./clumpy_spiral.ts";
 *
 * const spiral = new ClumpySpiral({ flux: 1, radius: 0.3, axisRatio: 0.7 }, new Random(1));
 * const again = new ClumpySpiral({ flux: 1, radius: 0.3, axisRatio: 0.7 }, new Random(1));
 * if (spiral.brightness(0.1, 0.2) !== again.brightness(0.1, 0.2)) throw new Error("another one");
 * ```
 */
export class ClumpySpiral implements LightProfile {
  /** Flux of the whole plane. */
  readonly flux: number;
  readonly #smooth: readonly LightProfile[];
  readonly #clumps: readonly LightProfile[];
  readonly #x: number;
  readonly #y: number;
  /** The square of the distance from the centre, arcsec squared, beyond which no clump shines. */
  readonly #reach: number;
  #near = new Uint32Array(0);
  #nearX = new Float64Array(0);
  #nearY = new Float64Array(0);
  #light = new Float64Array(0);

  /**
   * Makes a galaxy.
   *
   * @param options Its numbers.
   * @param random Where its clumps come from; five numbers are drawn for a clump.
   * @throws {RangeError} If one of the numbers is out of its range or not finite.
   */
  constructor(options: ClumpySpiralOptions, random: Random) {
    const { axisRatio = 1, angle = 0, x = 0, y = 0 } = options;
    const { arms = 2, pitch = 0.35, clumps = 40 } = options;
    const { clumpFraction = 0.4, bulgeFraction = 0.1, clumpSize = 0.08 } = options;
    this.flux = notNegative(ACTION, "flux", options.flux);
    const radius = positive(ACTION, "radius", options.radius);
    whole(ACTION, "arms", arms, 1);
    whole(ACTION, "clumps", clumps, 0);
    positive(ACTION, "clumpSize", clumpSize);
    if (!(pitch > 0 && pitch < Math.PI / 2)) {
      throw outOfRange(ACTION, "pitch", "above 0 and below pi / 2", pitch);
    }
    const inClumps = clumps > 0 ? notNegative(ACTION, "clumpFraction", clumpFraction) : 0;
    const smooth = 1 - inClumps - notNegative(ACTION, "bulgeFraction", bulgeFraction);
    if (smooth < 0) {
      throw outOfRange(ACTION, "clumpFraction + bulgeFraction", "at most 1", 1 - smooth);
    }
    const shape = { axisRatio: ratio(ACTION, "axisRatio", axisRatio), angle, x, y };
    this.#x = x;
    this.#y = y;
    this.#smooth = [
      Sersic.ofFlux({ ...shape, flux: this.flux * smooth, radius, index: 1 }),
      Sersic.ofFlux({ x, y, flux: this.flux * bulgeFraction, radius: radius / 5, index: 2 }),
    ];
    const cos = Math.cos(angle), sin = Math.sin(angle), sigma = clumpSize * radius;
    const turn = 2 * Math.PI * random.uniform();
    const drawn = Array.from({ length: clumps }, () => {
      // Radii of an exponential disk between the limits, by its inverse in units of R_e.
      const r = -Math.log(mix(Math.exp(-INNERMOST), Math.exp(-OUTERMOST), random.uniform()));
      const arm = 2 * Math.PI * random.integer(arms) / arms;
      const theta = turn + arm + Math.log(r / INNERMOST) / Math.tan(pitch);
      // In the plane of the disk; then seen at an angle.
      const along = r * Math.cos(theta) * radius + SCATTER * sigma * random.normal();
      const across = r * Math.sin(theta) * radius + SCATTER * sigma * random.normal();
      return { along, across, weight: 1 + 3 * random.uniform() };
    });
    const total = drawn.reduce((sum, { weight }) => sum + weight, 0);
    const major = 1 / Math.sqrt(axisRatio), minor = Math.sqrt(axisRatio);
    let farthest = 0;
    this.#clumps = drawn.map(({ along, across, weight }) => {
      const dx = cos * along * major - sin * across * minor;
      const dy = sin * along * major + cos * across * minor;
      farthest = Math.max(farthest, Math.hypot(dx, dy));
      const flux = this.flux * inClumps * weight / total;
      return new GaussianLight({ x: x + dx, y: y + dy, flux, sigma });
    });
    this.#reach = (farthest + REACH * sigma) ** 2;
  }

  /**
   * The surface brightness.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Flux per square arcsec.
   */
  brightness(x: number, y: number): number {
    return [...this.#smooth, ...this.#clumps]
      .reduce((sum, part) => sum + part.brightness(x, y), 0);
  }

  /**
   * Adds the brightness at many points.
   *
   * @param x Arcsec, of n points.
   * @param y Arcsec, of n points.
   * @param into Flux per square arcsec, of n points, added to.
   */
  addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    for (const part of this.#smooth) part.addBrightness(x, y, into);
    if (this.#clumps.length === 0) return;
    // Only points that some clump may reach are handed to them, close together.
    if (this.#near.length < into.length) this.#reserve(into.length);
    const near = this.#near, nearX = this.#nearX, nearY = this.#nearY, light = this.#light;
    const centreX = this.#x, centreY = this.#y, reach = this.#reach;
    let count = 0;
    for (let i = 0; i < into.length; i++) {
      const dx = x[i]! - centreX, dy = y[i]! - centreY;
      if (dx * dx + dy * dy > reach) continue;
      near[count] = i;
      nearX[count] = x[i]!;
      nearY[count] = y[i]!;
      light[count++] = into[i]!;
    }
    const xs = nearX.subarray(0, count), ys = nearY.subarray(0, count);
    const sums = light.subarray(0, count);
    for (const clump of this.#clumps) clump.addBrightness(xs, ys, sums);
    for (let k = 0; k < count; k++) into[near[k]!] = light[k]!;
  }

  #reserve(points: number): void {
    this.#near = new Uint32Array(points);
    this.#nearX = new Float64Array(points);
    this.#nearY = new Float64Array(points);
    this.#light = new Float64Array(points);
  }
}

/** The number a share t of the way from a to b. */
function mix(a: number, b: number, t: number): number {
  return a + t * (b - a);
}
