/** From parameters to the image of a camera. */

import { StrayError } from "../../errors.ts";
import { ARCSEC } from "../_constants.ts";
import { Grid } from "../grid.ts";
import type { Random } from "../../random.ts";
import {
  airyPsf,
  convolve,
  fluxOfMagnitude,
  gaussianPsf,
  type KernelImage,
  kernelPsf,
  moffatPsf,
  observe,
  type ObserveOptions,
  type Psf,
} from "../observation/mod.ts";
import { traceImage } from "../trace_image.ts";
import { checkPsfWidth } from "./psf_width.ts";
import type { LensParameters } from "./draw_parameters.ts";
import { lensLightOf, type SourceImage, sourceLightOf } from "./lens_light.ts";
import { haloOf, substructureOf } from "./lens_mass.ts";
import { sumOf } from "../mass/mod.ts";
import type { LensClass } from "./lens_class.ts";
import { ParameterReader } from "./_parameter_reader.ts";

/** Options of {@linkcode makeImage}. */
export interface MakeImageOptions {
  /** Class of the image. */
  readonly lensClass: LensClass;
  /** Generator of the noise. */
  readonly noise: Random;
  /** Generator of the clumps of a spiral. */
  readonly clumps: Random;
  /** Source image, if `source.profile` is `image`. */
  readonly sourceImage?: SourceImage | undefined;
  /** PSF on the pixels of the image, if `psf.kind` is `image`. */
  readonly psfImage?: KernelImage | undefined;
}

/** Effect of substructure: the image minus its twin without substructure, before noise. */
export interface Residual {
  /** Maximum absolute difference over the brightest pixel of the twin. */
  readonly max: number;
  /** Root mean square difference over the brightest pixel of the twin. */
  readonly rms: number;
  /** Root of the sum of squared differences over the noise variance: detectability. */
  readonly signal_to_noise: number;
}

/** A simulated image and its properties. */
export interface LensImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Image with noise, sky subtracted, electron/s per pixel; row-major, y down. */
  readonly noisy: Float64Array;
  /** The same image without noise. */
  readonly clean: Float64Array;
  /** Signal-to-noise ratio of the lensed source; see `signalToNoise`. */
  readonly signalToNoise: number;
  /** Difference from the twin without substructure; all 0 for `no_sub`. */
  readonly residual: Residual;
  /** Brightness of black and white, electron/s per pixel. */
  readonly range: readonly [number, number];
}

/**
 * Simulates an image.
 *
 * Traces rays through halo, shear and substructure to the source, then adds the light of the lens,
 * the PSF, the sky, photon noise and further noise. The twin, the same lens without substructure,
 * costs a second tracing, and only if there is substructure.
 *
 * @param parameters All parameters of the class.
 * @param options Class, generators, and images of source and PSF.
 * @returns The image.
 * @throws {StrayError} `value` If a parameter is missing or out of its range, the source is in
 *   front of the lens, or a subhalo has no mass.
 *
 * @example
 * ```ts
 * import { drawParameters, makeImage, namedRandom, RECIPES } from "../mod.ts";
 *
 * const name = { seed: 1, lensClass: "cdm", index: 0 } as const;
 * const image = makeImage(drawParameters(RECIPES["deeplense-1"], name), {
 *   lensClass: "cdm",
 *   noise: namedRandom("noise"),
 *   clumps: namedRandom("clumps"),
 * });
 * if (!(image.residual.max > 0)) throw new Error("subhalos have no effect");
 * ```
 */
export function makeImage(parameters: LensParameters, options: MakeImageOptions): LensImage {
  const values = new ParameterReader(parameters);
  const grid = gridOf(parameters);
  const { width, height } = grid;
  const halo = haloOf(parameters);
  const source = sourceLightOf(parameters, { image: options.sourceImage, random: options.clumps });
  const lensLight = lensLightOf(parameters);
  const subPixels = values.number("image.subpixels");
  const substructure = substructureOf(parameters, options.lensClass);
  const mass = substructure ? sumOf([halo, substructure]) : halo;
  const traced = traceImage({ grid, mass, source, lensLight, subPixels });
  const camera = cameraOf(parameters, options.psfImage);
  const seen = observe({ width, flux: traced.flux, signal: traced.source }, camera, options.noise);
  const range = rangeOf(parameters);
  const { noisy, clean, signalToNoise } = seen;
  const image = { width, height, noisy, clean, range, signalToNoise };
  if (!substructure) return { ...image, residual: { max: 0, rms: 0, signal_to_noise: 0 } };
  const twin = traceImage({ grid, mass: halo, source, subPixels });
  const difference = traced.source.map((flux, i) => flux - twin.source[i]!);
  const changed = camera.psf ? convolve(difference, { width, psf: camera.psf }) : difference;
  return { ...image, residual: residualOf(changed, clean, seen.sigma) };
}

/**
 * The pixel grid of an image.
 *
 * @param parameters Parameters of the image.
 * @returns The grid.
 */
export function gridOf(parameters: LensParameters): Grid {
  const values = new ParameterReader(parameters);
  return new Grid({
    width: values.number("image.width"),
    height: values.number("image.height"),
    pixelScale: values.number("image.pixel_scale"),
  });
}

/**
 * The camera of an image.
 *
 * @param parameters Parameters of the image.
 * @param psf PSF on the pixels of the image, if `psf.kind` is `image`.
 * @returns PSF, sky, exposure and noise.
 * @throws {StrayError} `value` If the PSF must be an image, and is missing.
 */
export function cameraOf(parameters: LensParameters, psf?: KernelImage): ObserveOptions {
  const values = new ParameterReader(parameters), grid = gridOf(parameters);
  return {
    psf: psfOf(values, grid.pixelScale, psf),
    exposureTime: values.number("observation.exposure"),
    exposures: values.number("observation.frames"),
    sky: values.number("observation.sky") * grid.pixelArea,
    readNoise: values.number("observation.read_noise"),
    backgroundRms: values.number("observation.background") * grid.pixelScale,
  };
}

/**
 * The brightness of black and white.
 *
 * @param parameters Parameters of the image.
 * @returns Both, electron/s per pixel.
 */
export function rangeOf(parameters: LensParameters): readonly [black: number, white: number] {
  const values = new ParameterReader(parameters);
  const noise = Math.sqrt(backgroundVariance(cameraWithoutPsf(parameters)));
  return [
    -values.number("image.black") * noise,
    whiteOf(values) * gridOf(parameters).pixelArea,
  ];
}

function cameraWithoutPsf(parameters: LensParameters): ObserveOptions {
  return cameraOf({ ...parameters, "psf.kind": "none" });
}

/**
 * The variance of the noise of a pixel without sources.
 *
 * @param camera The camera.
 * @returns The variance, (counts/s)^2.
 */
export function backgroundVariance(camera: ObserveOptions): number {
  const { exposureTime: time, exposures = 1, sky = 0, readNoise = 0, backgroundRms = 0 } = camera;
  return sky / time + exposures * readNoise ** 2 / time ** 2 + backgroundRms ** 2;
}

/** FWHM of an Airy disk, in wavelengths per diameter. */
const AIRY_FWHM = 1.02899;

function psfOf(
  values: ParameterReader,
  pixelScale: number,
  image: KernelImage | undefined,
): Psf | undefined {
  const fwhm = values.number("psf.fwhm"), kind = values.word("psf.kind");
  checkPsfWidth("Cannot simulate the lens", kind, fwhm, pixelScale);
  switch (kind) {
    case "none":
      return undefined;
    case "image":
      if (image) return kernelPsf(image);
      throw new StrayError(
        "value",
        "Cannot simulate the lens as the PSF must be an image: it is missing",
        { hint: "add --psf IMAGE, or --set psf.kind=gaussian" },
      );
    case "moffat":
      return moffatPsf({ fwhm, pixelScale, beta: values.number("psf.beta") });
    case "airy":
      return airyPsf({ wavelength: fwhm / AIRY_FWHM * ARCSEC, diameter: 1, pixelScale });
    default:
      return gaussianPsf({ fwhm, pixelScale });
  }
}

function whiteOf(values: ParameterReader): number {
  if (values.has("image.white")) return values.number("image.white");
  const zeroPoint = values.number("observation.zero_point");
  return fluxOfMagnitude(values.number("image.white_magnitude"), zeroPoint);
}

function residualOf(
  changed: Float64Array,
  clean: Float64Array,
  sigma: Float64Array,
): Residual {
  let max = 0, sum = 0, peak = 0, squares = 0;
  for (let i = 0; i < changed.length; i++) {
    const change = changed[i]!;
    max = Math.max(max, Math.abs(change));
    sum += change * change;
    peak = Math.max(peak, clean[i]! - change);
    if (sigma[i]! > 0) squares += (change / sigma[i]!) ** 2;
  }
  return {
    max: max / peak,
    rms: Math.sqrt(sum / changed.length) / peak,
    signal_to_noise: Math.sqrt(squares),
  };
}
