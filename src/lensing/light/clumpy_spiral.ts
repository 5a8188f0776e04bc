/** A spiral galaxy with knots of star formation. */

import type { Random } from "../../random.ts";
import { fraction, integer, nonNegative, outOfRange, positive } from "../_range.ts";
import type { EllipseOptions } from "./_ellipse.ts";
import { GaussianLight } from "./gaussian_light.ts";
import { LightProfile } from "./light_profile.ts";
import { Sersic } from "./sersic.ts";

/** Options of {@linkcode ClumpySpiral}. */
export interface ClumpySpiralOptions extends EllipseOptions {
  /** Total flux, 0 or more. */
  readonly flux: number;
  /** Effective radius of the disk, above 0, arcsec. */
  readonly radius: number;
  /** Number of arms, at least 1. @default {2} */
  readonly arms?: number;
  /** Pitch angle of the arms, above 0 and below pi / 2, radians. @default {0.35} */
  readonly pitch?: number;
  /** Number of clumps, 0 or more. @default {40} */
  readonly clumps?: number;
  /** Fraction of the flux in clumps, 0 to 1. @default {0.4} */
  readonly clumpFraction?: number;
  /** Fraction of the flux in a round bulge (n = 2), 0 to 1. @default {0.1} */
  readonly bulgeFraction?: number;
  /** Standard deviation of a clump over the radius of the disk, above 0. @default {0.08} */
  readonly clumpSize?: number;
}

const ACTION = "create a clumpy spiral";
/** Smallest radius of a clump, in effective radii. */
const INNERMOST = 0.3;
/** Largest radius of a clump, in effective radii. */
const OUTERMOST = 2.5;
/** Radius beyond which a `GaussianLight` is dark, in standard deviations; exp(-64) at 11.3. */
const REACH = 11.4;
/** Scatter of clumps about their arm, in clump sizes. */
const SCATTER = 0.8;

/**
 * An exponential disk, a bulge and Gaussian clumps along logarithmic arms, inclined to an axis
 * ratio.
 *
 * A toy with the look of a spiral galaxy, not a model of one. Arms follow r = r_0 exp(theta
 * tan(pitch)) (Seigar and James 1998, MNRAS 299, 685). Clumps follow the light of the disk along
 * the arms, and their fluxes differ by a factor of up to 4. Cost: that of as many Gaussians.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { ClumpySpiral } from "./clumpy_spiral.ts";
 *
 * const spiral = new ClumpySpiral({ flux: 1, radius: 0.3, axisRatio: 0.7 }, new Random(1));
 * const again = new ClumpySpiral({ flux: 1, radius: 0.3, axisRatio: 0.7 }, new Random(1));
 * if (spiral.brightness(0.1, 0.2) !== again.brightness(0.1, 0.2)) throw new Error("not the same galaxy");
 * ```
 */
export class ClumpySpiral extends LightProfile {
  /** Total flux. */
  readonly flux: number;
  readonly #smooth: readonly LightProfile[];
  readonly #clumps: readonly LightProfile[];
  readonly #x: number;
  readonly #y: number;
  /** Squared distance from the centre beyond which clumps give no light, arcsec^2. */
  readonly #reach: number;
  #near = new Uint32Array(0);
  #nearX = new Float64Array(0);
  #nearY = new Float64Array(0);
  #light = new Float64Array(0);

  /**
   * Creates a galaxy.
   *
   * @param options Flux, sizes, shape and placement.
   * @param random Generator of the clumps; each clump draws five numbers.
   * @throws {RangeError} If a number is out of its range or not finite.
   */
  constructor(options: ClumpySpiralOptions, random: Random) {
    super();
    const { axisRatio = 1, angle = 0, x = 0, y = 0 } = options;
    const { arms = 2, pitch = 0.35, clumps = 40 } = options;
    const { clumpFraction = 0.4, bulgeFraction = 0.1, clumpSize = 0.08 } = options;
    this.flux = nonNegative(ACTION, "flux", options.flux);
    const radius = positive(ACTION, "radius", options.radius);
    integer(ACTION, "arms", arms, 1);
    integer(ACTION, "clumps", clumps, 0);
    positive(ACTION, "clumpSize", clumpSize);
    if (!(pitch > 0 && pitch < Math.PI / 2)) {
      throw outOfRange(ACTION, "pitch", "above 0 and below pi / 2", pitch);
    }
    const inClumps = clumps > 0 ? nonNegative(ACTION, "clumpFraction", clumpFraction) : 0;
    const smooth = 1 - inClumps - nonNegative(ACTION, "bulgeFraction", bulgeFraction);
    if (smooth < 0) {
      throw outOfRange(ACTION, "clumpFraction + bulgeFraction", "at most 1", 1 - smooth);
    }
    const shape = { axisRatio: fraction(ACTION, "axisRatio", axisRatio), angle, x, y };
    this.#x = x;
    this.#y = y;
    this.#smooth = [
      Sersic.ofFlux({ ...shape, flux: this.flux * smooth, radius, index: 1 }),
      Sersic.ofFlux({ x, y, flux: this.flux * bulgeFraction, radius: radius / 5, index: 2 }),
    ];
    const cos = Math.cos(angle), sin = Math.sin(angle), sigma = clumpSize * radius;
    const turn = 2 * Math.PI * random.uniform();
    const drawn = Array.from({ length: clumps }, () => {
      // Radius in R_e, by the inverse distribution of an exponential profile between the limits.
      const r = -Math.log(lerp(Math.exp(-INNERMOST), Math.exp(-OUTERMOST), random.uniform()));
      const arm = 2 * Math.PI * random.integer(arms) / arms;
      const theta = turn + arm + Math.log(r / INNERMOST) / Math.tan(pitch);
      // Position in the plane of the disk, before inclination.
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

  /** Adds the surface brightness at many points, flux per arcsec^2. */
  override addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    for (const part of this.#smooth) part.addBrightness(x, y, into);
    if (this.#clumps.length === 0) return;
    // Clumps get only the points within their reach, packed.
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

/** Linear interpolation from a to b. */
function lerp(a: number, b: number, t: number): number {
  return a + t * (b - a);
}
