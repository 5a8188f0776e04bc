/** The diffraction pattern of a telescope mirror. */

import { ARCSEC } from "../_constants.ts";
import { outOfRange, positive } from "../_range.ts";
import type { Psf } from "./psf.ts";
import { roundPsf, type RoundPsfOptions } from "./round_psf.ts";

/** Options of {@linkcode airyPsf}; the default size is 8 wavelengths / diameter to each side. */
export interface AiryPsfOptions extends RoundPsfOptions {
  /** Wavelength, above 0, metres. */
  readonly wavelength: number;
  /** Diameter of the mirror, above 0, metres. */
  readonly diameter: number;
  /** Central obscuration: diameter over that of the mirror, in [0, 1). @default {0} */
  readonly obscuration?: number;
}

const ACTION = "create an Airy PSF";

/**
 * The Airy pattern of a round mirror, with or without a central obscuration.
 *
 * Source: Born and Wolf, Principles of Optics, section 8.5.2, and with an obscuration section 8.6:
 * I = ((2 J1(v) / v - e^2 2 J1(e v) / (e v)) / (1 - e^2))^2 with v = pi r D / lambda. Cut at the
 * edge of the square and normalised there; 8 wavelengths / diameter contain 96 % of the light.
 *
 * @param options Telescope, pixels and sampling.
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
  const { obscuration = 0 } = options;
  const unit = positive(ACTION, "wavelength", options.wavelength) /
    positive(ACTION, "diameter", options.diameter) / ARCSEC; // lambda / D, arcsec
  const pixel = positive(ACTION, "pixelScale", options.pixelScale) / unit;
  if (!(obscuration >= 0 && obscuration < 1)) {
    throw outOfRange(ACTION, "obscuration", "in [0, 1)", obscuration);
  }
  const hidden = obscuration * obscuration;
  return roundPsf(ACTION, options, 2 * Math.floor(8 / pixel + 0.5) + 1, (r) => {
    const v = Math.PI * pixel * r;
    const field = (disk(v) - hidden * disk(obscuration * v)) / (1 - hidden);
    return field * field;
  });
}

/** The field of a disk, 2 J1(v) / v. */
function disk(v: number): number {
  return v < 1e-4 ? 1 - v * v / 8 : 2 * besselJ1(v) / v;
}

/**
 * The Bessel function J1(x), x >= 0, to 1e-14.
 *
 * The mean of cos(t - x sin t) over a turn (Bessel's integral, Abramowitz and Stegun 9.1.21). The
 * rule of equal steps converges faster than any power once there are more steps than x. Not by a
 * library: bessel 1.0.2 has an error of 5e-9; @stdlib 0.3.1, with 155 packages, gives the same
 * result.
 */
function besselJ1(x: number): number {
  const steps = Math.ceil(x) + 30;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const t = Math.PI * (i + 0.5) / steps;
    sum += Math.cos(t - x * Math.sin(t));
  }
  return sum / steps;
}
