/** Several profiles of light as one. */

import type { LightProfile } from "./light_profile.ts";

/**
 * The sum of light profiles.
 *
 * @param profiles Any number; none is darkness.
 * @returns A profile as bright as all of them together.
 *
 * @example
 * ```ts
 * import { GaussianLight } from "./gaussian_light.ts";
 * import { sumOfLight } from "./sum_of_light.ts";
 *
 * const knot = new GaussianLight({ flux: 1, sigma: 1 });
 * const both = sumOfLight([knot, knot]);
 * if (both.brightness(1, 1) !== 2 * knot.brightness(1, 1)) throw new Error("not the sum");
 * ```
 */
export function sumOfLight(profiles: readonly LightProfile[]): LightProfile {
  const parts = [...profiles];
  return {
    brightness(x, y) {
      return parts.reduce((sum, part) => sum + part.brightness(x, y), 0);
    },
    addBrightness(x, y, into) {
      for (const part of parts) part.addBrightness(x, y, into);
    },
  };
}
