/** The interface of all light profiles: surface brightness. */

/** Light of a source or a lens; positions in arcsec, x to the right and y up. */
export abstract class LightProfile {
  /**
   * Adds the surface brightness at many points.
   *
   * @param x Positions of n points, to the right, arcsec.
   * @param y Positions of n points, up, arcsec.
   * @param into Surface brightness at the n points, added to, flux per arcsec^2.
   */
  abstract addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void;

  /**
   * The surface brightness at one point.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Surface brightness, 0 or more, flux per arcsec^2.
   */
  brightness(x: number, y: number): number {
    const into = new Float64Array(1);
    this.addBrightness(Float64Array.of(x), Float64Array.of(y), into);
    return into[0]!;
  }
}

/** The sum of light profiles. */
class LightSum extends LightProfile {
  readonly #parts: readonly LightProfile[];

  constructor(parts: readonly LightProfile[]) {
    super();
    this.#parts = parts;
  }

  override addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    for (const part of this.#parts) part.addBrightness(x, y, into);
  }
}

/**
 * Combines light profiles: their surface brightness adds up.
 *
 * @param profiles Any number of profiles; none is darkness.
 * @returns Their sum.
 *
 * @example
 * ```ts
 * import { GaussianLight, sumOfLight } from "./mod.ts";
 *
 * const knot = new GaussianLight({ flux: 1, sigma: 1 });
 * const both = sumOfLight([knot, knot]);
 * if (both.brightness(1, 1) !== 2 * knot.brightness(1, 1)) throw new Error("not the sum");
 * ```
 */
export function sumOfLight(profiles: readonly LightProfile[]): LightProfile {
  return new LightSum([...profiles]);
}
