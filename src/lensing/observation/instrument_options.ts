/** From a camera's published numbers to those of an observation. */

import { gaussianPsf } from "./gaussian_psf.ts";
import type { Instrument } from "./instrument.ts";
import { fluxOfMagnitude } from "./magnitudes.ts";
import type { ObserveOptions } from "./observe.ts";

/**
 * What {@linkcode observe} needs to know of a camera; flux is then in electrons per second.
 *
 * @param camera Its numbers, for instance those of `instrument("hst")`.
 * @param pixelScale Side of a pixel, arcsec, above 0. @default the camera's
 * @returns The options.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { instrument } from "./instrument.ts";
 * import { instrumentOptions } from "./instrument_options.ts";
 *
 * const { sky } = instrumentOptions(instrument("hst"));
 * if (sky === undefined || Math.abs(sky - 0.0755) > 0.001) throw new Error("unexpected sky");
 * ```
 */
export function instrumentOptions(
  camera: Instrument,
  pixelScale: number = camera.pixelScale,
): ObserveOptions {
  return {
    psf: gaussianPsf({ fwhm: camera.psfFwhm, pixelScale }),
    exposureTime: camera.exposureTime,
    exposures: camera.exposures,
    sky: fluxOfMagnitude(camera.skyMagnitude, camera.zeroPoint) * pixelScale * pixelScale,
    readNoise: camera.readNoise,
  };
}
