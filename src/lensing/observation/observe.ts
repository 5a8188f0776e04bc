/** What a camera records of the light that comes in. */

import type { Random } from "../../random.ts";
import { notNegative, outOfRange, positive, whole } from "../_range.ts";
import { convolve } from "./convolve.ts";
import { poisson } from "./poisson.ts";
import type { Psf } from "./psf.ts";
import { signalToNoise } from "./signal_to_noise.ts";

/** What is looked at, before the PSF; flux in counts per second and pixel. */
export interface Scenery {
  /** Columns. */
  readonly width: number;
  /** All the light, row-major, 0 or more. */
  readonly flux: Float64Array;
  /** The part of it whose signal-to-noise ratio is asked for. @default all */
  readonly signal?: Float64Array;
}

/** Options of {@linkcode observe}. */
export interface ObserveOptions {
  /** The PSF; without one the image stays as sharp as it is. */
  readonly psf?: Psf | undefined;
  /** Seconds, of all exposures together, above 0. */
  readonly exposureTime: number;
  /** Exposures that are added up, each with its read noise, at least 1. @default {1} */
  readonly exposures?: number;
  /** Electrons a count, above 0. @default {1} */
  readonly gain?: number;
  /** Brightness of the sky, counts per second and pixel, 0 or more. @default {0} */
  readonly sky?: number;
  /** Standard deviation of one read, electrons, 0 or more. @default {0} */
  readonly readNoise?: number;
  /** Standard deviation of further Gaussian noise, counts per second, 0 or more. @default {0} */
  readonly backgroundRms?: number;
  /** Whether photons come one by one. @default {true} */
  readonly poisson?: boolean;
}

/** What {@linkcode observe} gives; counts per second and pixel, without the sky. */
export interface Observation {
  /** After the PSF, without noise. */
  readonly clean: Float64Array;
  /** With noise. */
  readonly noisy: Float64Array;
  /** Standard deviation of the noise of each pixel. */
  readonly sigma: Float64Array;
  /** Of the signal; see {@linkcode signalToNoise}. */
  readonly signalToNoise: number;
}

const ACTION = "observe an image";

/**
 * An image as a camera records it: PSF, sky, photons one by one, read noise; then the mean sky off.
 *
 * The electrons of a pixel are Poisson with a mean of (flux + sky) x gain x exposure time, to which a
 * Gaussian of variance exposures x read noise^2 is added (Howell 2006, Handbook of CCD Astronomy,
 * section 4.4); that is divided by gain and time again, and the sky's mean taken off. With
 * `backgroundRms` alone beside the exposure time the noise is that of DeepLenseSim and of lenstronomy's
 * `background_rms`, with Poisson in the place of a Gaussian of its variance.
 *
 * @param scenery The light.
 * @param options The camera.
 * @param random Where the noise comes from.
 * @returns The image with and without noise.
 * @throws {RangeError} If a number is out of range, or the flux negative or not finite.
 * @throws {TypeError} If the flux is no image of that width, or the signal of another length.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { observe } from "./observe.ts";
 *
 * const scenery = { width: 10, flux: new Float64Array(100).fill(4) };
 * const seen = observe(scenery, { exposureTime: 100, sky: 5, readNoise: 3 }, new Random(1));
 * if (seen.clean[0] !== 4) throw new Error("the sky is taken off");
 * if (Math.abs(seen.sigma[0]! - Math.sqrt(900 + 9) / 100) > 1e-12) throw new Error("unexpected noise");
 * ```
 */
export function observe(scenery: Scenery, options: ObserveOptions, random: Random): Observation {
  const { psf, exposures = 1, gain = 1, sky = 0, readNoise = 0, backgroundRms = 0 } = options;
  const time = positive(ACTION, "exposureTime", options.exposureTime) *
    positive(ACTION, "gain", gain);
  whole(ACTION, "exposures", exposures, 1);
  notNegative(ACTION, "sky", sky);
  const read = exposures * notNegative(ACTION, "readNoise", readNoise) ** 2;
  const background = notNegative(ACTION, "backgroundRms", backgroundRms);
  const { width, flux, signal } = scenery;
  const wrong = flux.find((value) => !(value >= 0 && value < Infinity));
  if (wrong !== undefined) throw outOfRange(ACTION, "flux", "finite and 0 or more", wrong);
  if (signal && signal.length !== flux.length) {
    throw new TypeError(
      `Cannot ${ACTION} as signal and flux must be of one length, ${flux.length}: ` +
        `current value is ${signal.length}`,
    );
  }
  const through = (image: Float64Array) => psf ? convolve(image, { width, psf }) : image.slice();
  const clean = through(flux);
  const noisy = new Float64Array(flux.length), sigma = new Float64Array(flux.length);
  const photons = options.poisson ?? true;
  const gaussian = Math.sqrt(read / (time * time) + background * background);
  for (let i = 0; i < clean.length; i++) {
    // Weights of a PSF from a file may be negative.
    const mean = Math.max(clean[i]! + sky, 0) * time;
    sigma[i] = Math.sqrt((photons ? mean : 0) / (time * time) + gaussian * gaussian);
    const seen = photons ? poisson(mean, random) / time - sky : clean[i]!;
    noisy[i] = gaussian > 0 ? seen + gaussian * random.normal() : seen;
  }
  const all = !signal || signal.every((value, i) => value === flux[i]);
  const wanted = all ? clean : through(signal);
  return { clean, noisy, sigma, signalToNoise: signalToNoise(wanted, sigma) };
}
