/** Cameras by name. */

import { outOfRange } from "../_range.ts";

/** A camera with its filter and exposure. */
export interface Instrument {
  /** Telescope, camera and filter. */
  readonly title: string;
  /** Pixel side, arcsec. */
  readonly pixelScale: number;
  /** Full width at half maximum of the PSF, arcsec. */
  readonly psfFwhm: number;
  /** Total exposure time, s. */
  readonly exposureTime: number;
  /** Number of exposures. */
  readonly exposures: number;
  /** Read noise per exposure, rms, electrons. */
  readonly readNoise: number;
  /** Sky brightness, AB magnitudes per arcsec^2. */
  readonly skyMagnitude: number;
  /** AB magnitude of one electron per second. */
  readonly zeroPoint: number;
}

/** The name of a camera. */
export type InstrumentName = "hst" | "euclid-vis" | "rubin" | "jwst-nircam";

const INSTRUMENTS: Readonly<Record<InstrumentName, Instrument>> = {
  // Scoville et al. 2007 (ApJS 172, 38): COSMOS, 0.05" pixels, 0.09" FWHM, four exposures of 507 s.
  // Sirianni et al. 2005 (PASP 117, 1049): AB zero point, read noise. Sky: 0.0755 electron/s per pixel
  // in average zodiacal light (ACS team, count rates of F814W).
  hst: {
    title: "HST ACS/WFC F814W",
    pixelScale: 0.05,
    psfFwhm: 0.09,
    exposureTime: 2028,
    exposures: 4,
    readNoise: 5,
    skyMagnitude: 22.24,
    zeroPoint: 25.94,
  },
  // Laureijs et al. 2011 (arXiv 1110.3193): 0.1" pixels, four exposures of 565 s. Collett 2015
  // (arXiv 1507.02657): sky, zero point, read noise. PSF as in lenstronomy's settings.
  "euclid-vis": {
    title: "Euclid VIS",
    pixelScale: 0.1,
    psfFwhm: 0.16,
    exposureTime: 2260,
    exposures: 4,
    readNoise: 4.5,
    skyMagnitude: 22.2,
    zeroPoint: 25.5,
  },
  // lenstronomy's settings (LSST, ten years): 460 exposures of 15 s, after Ivezic et al. 2019 (ApJ 873,
  // 111); read noise: the requirement in SMTN-002, 8.8 electrons.
  rubin: {
    title: "Rubin LSSTCam i",
    pixelScale: 0.2,
    psfFwhm: 0.71,
    exposureTime: 6900,
    exposures: 460,
    readNoise: 8.8,
    skyMagnitude: 20.48,
    zeroPoint: 27.79,
  },
  // lenstronomy's settings (JWST, F200W): zero point, read noise, time. Its sky of 29.52 is per pixel
  // (per arcsec^2 it would be a thousandth of the zodiacal light), hence 29.52 - 7.54. PSF: lambda / D
  // for 2 micrometres and 6.5 m.
  "jwst-nircam": {
    title: "JWST NIRCam F200W",
    pixelScale: 0.031,
    psfFwhm: 0.064,
    exposureTime: 3600,
    exposures: 1,
    readNoise: 15.77,
    skyMagnitude: 21.98,
    zeroPoint: 28.0,
  },
};

/** The names of the cameras. */
export const INSTRUMENT_NAMES = Object.keys(INSTRUMENTS) as readonly InstrumentName[];

/**
 * Returns a camera as published, with one band and depth each.
 *
 * | name | band | sources |
 * |---|---|---|
 * | `hst` | ACS/WFC F814W, COSMOS depth | Scoville et al. 2007; Sirianni et al. 2005; ACS count rates |
 * | `euclid-vis` | VIS, wide survey | Laureijs et al. 2011; Collett 2015; lenstronomy |
 * | `rubin` | LSSTCam i, ten years | Ivezic et al. 2019; SMTN-002; lenstronomy |
 * | `jwst-nircam` | NIRCam F200W, one hour | lenstronomy; lambda / D |
 *
 * PSFs are approximated by Gaussians of the same FWHM.
 *
 * @param name Name of the camera.
 * @returns The camera.
 * @throws {RangeError} If the name is unknown.
 *
 * @example
 * ```ts
 * import { instrument } from "./instrument.ts";
 *
 * if (instrument("euclid-vis").pixelScale !== 0.1) throw new Error("unexpected pixels");
 * ```
 */
export function instrument(name: string): Instrument {
  if (!Object.hasOwn(INSTRUMENTS, name)) {
    throw outOfRange("find an instrument", "name", INSTRUMENT_NAMES.join(", "), name);
  }
  return INSTRUMENTS[name as InstrumentName];
}
