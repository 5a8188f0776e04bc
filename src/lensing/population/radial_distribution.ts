/** Where in a ring things lie. */

import type { Random } from "../../random.ts";
import { notNegative, outOfRange } from "../_range.ts";

/** What is the same all over the ring. */
export type UniformIn = "radius" | "area";

/** Options of {@linkcode RadialDistribution}. */
export interface RadialDistributionOptions {
  /** The inner radius, arcsec, 0 or more. @default {0} */
  readonly inner?: number;
  /** The outer radius, arcsec, above the inner. */
  readonly outer: number;
  /**
   * `area`: as many on every square arcsec. `radius`: as many at every radius, so that the number on a
   * square arcsec falls as 1/r, as the convergence of an isothermal halo does.
   */
  readonly uniformIn: UniformIn;
}

/** A place on the sky. */
export interface Place {
  /** Arcsec, to the right. */
  readonly x: number;
  /** Arcsec, up. */
  readonly y: number;
}

/**
 * Places in a ring about (0, 0), at any direction alike.
 *
 * The simulators of arXiv 1909.07346 and 2008.12731 and DeepLenseSim draw the radius evenly, which is
 * `radius`. Subhalos in simulations are spread almost evenly over the few arcsec about an Einstein
 * radius (Xu et al. 2015, MNRAS 447, 3189), which is `area`.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { RadialDistribution } from "./radial_distribution.ts";
 *
 * const ring = new RadialDistribution({ inner: 0.25, outer: 2, uniformIn: "radius" });
 * const { x, y } = ring.draw(new Random(1));
 * if (!(Math.hypot(x, y) >= 0.25 && Math.hypot(x, y) <= 2)) throw new Error("outside of the ring");
 * ```
 */
export class RadialDistribution {
  /** The inner radius, arcsec. */
  readonly inner: number;
  /** The outer radius, arcsec. */
  readonly outer: number;
  /** What is the same all over the ring. */
  readonly uniformIn: UniformIn;

  /**
   * Makes the distribution.
   *
   * @param options The ring, and what is the same all over it.
   * @throws {RangeError} If a radius is negative or not finite, or the outer not above the inner.
   * @throws {TypeError} If `uniformIn` is no such word.
   */
  constructor({ inner = 0, outer, uniformIn }: RadialDistributionOptions) {
    const action = "make a radial distribution";
    this.inner = notNegative(action, "inner", inner);
    this.outer = notNegative(action, "outer", outer);
    if (outer <= inner) throw outOfRange(action, "outer", `above the inner of ${inner}`, outer);
    if (uniformIn !== "radius" && uniformIn !== "area") {
      throw new TypeError(
        `Cannot ${action} as uniformIn must be radius or area: current value is ${uniformIn}`,
      );
    }
    this.uniformIn = uniformIn;
  }

  /**
   * The radius that a share of the things lies inside.
   *
   * @param share In [0, 1].
   * @returns Arcsec.
   * @throws {RangeError} If the share is outside of [0, 1].
   */
  quantile(share: number): number {
    if (!(share >= 0 && share <= 1)) {
      throw outOfRange("find a quantile", "share", "in [0, 1]", share);
    }
    const { inner, outer } = this;
    if (this.uniformIn === "radius") return inner + share * (outer - inner);
    return Math.sqrt(inner ** 2 + share * (outer ** 2 - inner ** 2));
  }

  /**
   * Draws a place.
   *
   * @param random Where chance comes from; two uniform deviates are used.
   * @returns Arcsec from the centre of the ring.
   */
  draw(random: Random): Place {
    const radius = this.quantile(random.uniform()), angle = 2 * Math.PI * random.uniform();
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  }
}
