/** The image that a camera records. */

import type { Random } from "../../random.ts";
import { integer, nonNegative, outOfRange, positive } from "../_range.ts";
import { convolve } from "./convolve.ts";
import { poisson } from "./poisson.ts";
import type { Psf } from "./psf.ts";
import { signalToNoise } from "./signal_to_noise.ts";

/** An image before the PSF; flux in counts/s per pixel. */
export interface NoiseFreeImage {
  /** Columns. */
  readonly width: number;
  /** Total flux, row-major, 0 or more. */
  readonly flux: Float64Array;
  /** Part of the flux for the signal-to-noise ratio. @default `flux` */
  readonly signal?: Float64Array;
}

/** Options of {@linkcode observe}. */
export interface ObserveOptions {
  /** PSF; none leaves the image unblurred. */
  readonly psf?: Psf | undefined;
  /** Total exposure time, above 0, s. */
  readonly exposureTime: number;
  /** Number of exposures, each with its own read noise, at least 1. @default {1} */
  readonly exposures?: number;
  /** Gain, above 0, electrons per count. @default {1} */
  readonly gain?: number;
  /** Sky brightness, 0 or more, counts/s per pixel. @default {0} */
  readonly sky?: number;
  /** Read noise per exposure, 0 or more, rms, electrons. @default {0} */
  readonly readNoise?: number;
  /** Further Gaussian noise, 0 or more, rms, counts/s. @default {0} */
  readonly backgroundRms?: number;
  /** Whether to add photon noise. @default {true} */
  readonly poisson?: boolean;
}

/** Result of {@linkcode observe}; counts/s per pixel, sky subtracted. */
export interface Observation {
  /** Image after the PSF, without noise. */
  readonly clean: Float64Array;
  /** Image with noise. */
  readonly noisy: Float64Array;
  /** Standard deviation of the noise in each pixel. */
  readonly sigma: Float64Array;
  /** Signal-to-noise ratio; see {@linkcode signalToNoise}. */
  readonly signalToNoise: number;
}

const ACTION = "observe an image";

/**
 * Simulates an observation: PSF, sky, photon noise and read noise, minus the mean sky.
 *
 * The electrons of a pixel follow a Poisson distribution of mean (flux + sky) x gain x exposure
 * time, plus a Gaussian of variance exposures x read noise^2 (Howell 2006, Handbook of CCD
 * Astronomy, section 4.4). The result is divided by gain and time, and the mean sky is subtracted.
 * With only an exposure time and `backgroundRms`, the noise is that of DeepLenseSim and of
 * lenstronomy's `background_rms`, with a Poisson distribution instead of a Gaussian of the same
 * variance.
 *
 * @param image Light.
 * @param options Camera.
 * @param random Generator of the noise.
 * @returns The image with and without noise.
 * @throws {RangeError} If a number is out of range, or the flux is negative or not finite.
 * @throws {TypeError} If the length of the flux is not a multiple of the width, or the signal
 *   differs in length.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { observe } from "./observe.ts";
 *
 * const image = { width: 10, flux: new Float64Array(100).fill(4) };
 * const seen = observe(image, { exposureTime: 100, sky: 5, readNoise: 3 }, new Random(1));
 * if (seen.clean[0] !== 4) throw new Error("the sky is subtracted");
 * if (Math.abs(seen.sigma[0]! - Math.sqrt(900 + 9) / 100) > 1e-12) throw new Error("unexpected noise");
 * ```
 */
export function observe(
  image: NoiseFreeImage,
  options: ObserveOptions,
  random: Random,
): Observation {
  const { psf, exposures = 1, gain = 1, sky = 0, readNoise = 0, backgroundRms = 0 } = options;
  const time = positive(ACTION, "exposureTime", options.exposureTime) *
    positive(ACTION, "gain", gain);
  integer(ACTION, "exposures", exposures, 1);
  nonNegative(ACTION, "sky", sky);
  const read = exposures * nonNegative(ACTION, "readNoise", readNoise) ** 2;
  const background = nonNegative(ACTION, "backgroundRms", backgroundRms);
  const { width, flux, signal } = image;
  const wrong = flux.find((value) => !(value >= 0 && value < Infinity));
  if (wrong !== undefined) throw outOfRange(ACTION, "flux", "finite and 0 or more", wrong);
  if (signal && signal.length !== flux.length) {
    throw new TypeError(
      `Cannot ${ACTION} as signal must have the length of flux, ${flux.length}: ` +
        `current value is ${signal.length}`,
    );
  }
  const blur = (light: Float64Array) => psf ? convolve(light, { width, psf }) : light.slice();
  const clean = blur(flux);
  const noisy = new Float64Array(flux.length), sigma = new Float64Array(flux.length);
  const photons = options.poisson ?? true;
  const gaussian = Math.sqrt(read / (time * time) + background * background);
  for (let i = 0; i < clean.length; i++) {
    // A PSF from a file may have negative weights.
    const mean = Math.max(clean[i]! + sky, 0) * time;
    sigma[i] = Math.sqrt((photons ? mean : 0) / (time * time) + gaussian * gaussian);
    const seen = photons ? poisson(mean, random) / time - sky : clean[i]!;
    noisy[i] = gaussian > 0 ? seen + gaussian * random.normal() : seen;
  }
  const all = !signal || signal.every((value, i) => value === flux[i]);
  const wanted = all ? clean : blur(signal);
  return { clean, noisy, sigma, signalToNoise: signalToNoise(wanted, sigma) };
}
