/** The diffraction pattern of a telescope's mirror. */

import { outOfRange, positive, whole } from "../_range.ts";
import { besselJ1 } from "./_bessel_j1.ts";
import { roundWeights } from "./_normalised.ts";
import { oddSize } from "./moffat_psf.ts";
import type { Psf } from "./psf.ts";

/** Options of {@linkcode airyPsf}. */
export interface AiryPsfOptions {
  /** Wavelength, metres, above 0. */
  readonly wavelength: number;
  /** Diameter of the mirror, metres, above 0. */
  readonly diameter: number;
  /** Side of a pixel, arcsec, above 0. */
  readonly pixelScale: number;
  /** Diameter of what hides the mirror's middle over that of the mirror, in [0, 1). @default {0} */
  readonly obscuration?: number;
  /** Pixels a side, odd. @default 8 wavelengths / diameter to each side */
  readonly size?: number;
  /** Points along a pixel's side that the PSF is averaged over. @default {5} */
  readonly subPixels?: number;
}

const ACTION = "make an Airy PSF";
const ARCSEC = Math.PI / (180 * 3600);

/**
 * The Airy pattern of a round mirror, its middle hidden or not.
 *
 * Source: Born and Wolf, Principles of Optics, section 8.5.2, and for the hidden middle section 8.6:
 * I = ((2 J1(v) / v - e^2 2 J1(e v) / (e v)) / (1 - e^2))^2 with v = pi r D / lambda. Cut at the edge
 * of its square and normalised there: 8 wavelengths / diameter hold 96 % of the light.
 *
 * @param options The telescope.
 * @returns The PSF.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { airyPsf } from "./airy_psf.ts";
 *
 * const { size, weights } = airyPsf({ wavelength: 8e-7, diameter: 2.4, pixelScale: 0.05 });
 * if (size !== 23) throw new Error("11 pixels to each side");
 * if (weights[11 * 23 + 11] !== Math.max(...weights)) throw new Error("it peaks in the middle");
 * ```
 */
export function airyPsf(options: AiryPsfOptions): Psf {
  const { obscuration = 0, subPixels = 5 } = options;
  const unit = positive(ACTION, "wavelength", options.wavelength) /
    positive(ACTION, "diameter", options.diameter) / ARCSEC; // lambda / D, arcsec
  const pixel = positive(ACTION, "pixelScale", options.pixelScale) / unit;
  if (!(obscuration >= 0 && obscuration < 1)) {
    throw outOfRange(ACTION, "obscuration", "in [0, 1)", obscuration);
  }
  const size = oddSize(ACTION, options.size ?? 2 * Math.floor(8 / pixel + 0.5) + 1);
  const n = whole(ACTION, "subPixels", subPixels, 1);
  const hidden = obscuration * obscuration;
  const weights = roundWeights(size, n, (r) => {
    const v = Math.PI * pixel * r;
    const field = (disk(v) - hidden * disk(obscuration * v)) / (1 - hidden);
    return field * field;
  });
  return { size, weights };
}

/** The field of a disk, 2 J1(v) / v. */
function disk(v: number): number {
  return v < 1e-4 ? 1 - v * v / 8 : 2 * besselJ1(v) / v;
}
