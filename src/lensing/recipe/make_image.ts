/** From parameters to the image that a camera records. */

import { StrayError } from "../../errors.ts";
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
import type { Parameters } from "./draw_parameters.ts";
import { lensLightOf, type SourceImage, sourceLightOf } from "./lens_light.ts";
import { haloOf, substructureOf } from "./lens_mass.ts";
import { sumOf } from "../mass/mod.ts";
import type { LensClass } from "./lens_class.ts";
import { Values } from "./_values.ts";

/** Generators that an image needs. */
export interface MakeImageOptions {
  /** What the lens has besides its halo. */
  readonly lensClass: LensClass;
  /** Where the noise comes from. */
  readonly noise: Random;
  /** Where the clumps of a spiral come from. */
  readonly clumps: Random;
  /** The image behind the lens, where `source.profile` is `image`. */
  readonly sourceImage?: SourceImage | undefined;
  /** The point spread function in pixels of the image, where `psf.kind` is `image`. */
  readonly psfImage?: KernelImage | undefined;
}

/** How much substructure changes an image: it less its twin without substructure, before noise. */
export interface Residual {
  /** Greatest absolute difference, over the brightest pixel of the twin. */
  readonly max: number;
  /** Root mean square of the difference, over the brightest pixel of the twin. */
  readonly rms: number;
  /** Root of the sum of squared differences over the noise's variance: how well it could be seen. */
  readonly signal_to_noise: number;
}

/** An image and what is known of it. */
export interface MadeImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** With noise, electron/s a pixel, without the sky; row-major, y down. */
  readonly noisy: Float64Array;
  /** The same without noise. */
  readonly clean: Float64Array;
  /** Of the lensed source; see `signalToNoise`. */
  readonly signalToNoise: number;
  /** How far it is from its twin without substructure; all 0 where it has none. */
  readonly residual: Residual;
  /** Electron/s a pixel that become 0 and 1 by `image.black` and `image.white`. */
  readonly range: readonly [number, number];
}

/**
 * Makes an image.
 *
 * Rays are traced through halo, shear and substructure to the source; then come the lens's own light,
 * the PSF, the sky, photons one by one, and further noise. The twin is the same without substructure;
 * it costs a second tracing, and only where there is substructure.
 *
 * @param parameters All parameters of its class.
 * @param options Its class and its generators.
 * @returns The image.
 * @throws {StrayError} `value` If a parameter is missing or out of its range, the source in front of
 *   the lens, or a subhalo without mass.
 *
 * @example
 * ```ts
 * import { drawParameters, makeImage, RECIPES, stream } from "../mod.ts";
 *
 * const name = { seed: 1, lensClass: "cdm", index: 0 } as const;
 * const image = makeImage(drawParameters(RECIPES["deeplense-1"], name), {
 *   lensClass: "cdm",
 *   noise: stream("noise"),
 *   clumps: stream("clumps"),
 * });
 * if (!(image.residual.max > 0)) throw new Error("subhalos must be seen");
 * ```
 */
export function makeImage(parameters: Parameters, options: MakeImageOptions): MadeImage {
  const values = new Values(parameters);
  const grid = gridOf(parameters);
  const { width, height } = grid;
  const halo = haloOf(parameters);
  const source = sourceLightOf(parameters, { image: options.sourceImage, random: options.clumps });
  const lensLight = lensLightOf(parameters);
  const subPixels = values.number("image.subpixels");
  const substructure = substructureOf(parameters, options.lensClass);
  const mass = substructure ? sumOf([halo, substructure]) : halo;
  const traced = traceImage({ grid, mass, source, lensLight, subPixels });
  const camera = cameraOf(values, grid, options.psfImage);
  const seen = observe({ width, flux: traced.flux, signal: traced.source }, camera, options.noise);
  const background = backgroundOf(camera);
  const range = [
    -values.number("image.black") * background,
    whiteOf(values) * grid.pixelArea,
  ] as const;
  const found = { width, height, noisy: seen.noisy, clean: seen.clean, range };
  const signalToNoise = seen.signalToNoise;
  if (!substructure) {
    return { ...found, signalToNoise, residual: { max: 0, rms: 0, signal_to_noise: 0 } };
  }
  const twin = traceImage({ grid, mass: halo, source, subPixels });
  const difference = traced.source.map((flux, i) => flux - twin.source[i]!);
  const changed = camera.psf ? convolve(difference, { width, psf: camera.psf }) : difference;
  return { ...found, signalToNoise, residual: residualOf(changed, seen.clean, seen.sigma) };
}

/**
 * The pixels of an image.
 *
 * @param parameters The parameters.
 * @returns Its grid.
 */
export function gridOf(parameters: Parameters): Grid {
  const values = new Values(parameters);
  return new Grid({
    width: values.number("image.width"),
    height: values.number("image.height"),
    pixelScale: values.number("image.pixel_scale"),
  });
}

function cameraOf(values: Values, grid: Grid, psf: KernelImage | undefined): ObserveOptions {
  return {
    psf: psfOf(values, grid.pixelScale, psf),
    exposureTime: values.number("observation.exposure"),
    exposures: values.number("observation.frames"),
    sky: values.number("observation.sky") * grid.pixelArea,
    readNoise: values.number("observation.read_noise"),
    backgroundRms: values.number("observation.background") * grid.pixelScale,
  };
}

/** The noise of a pixel in which there is only sky. */
function backgroundOf(camera: ObserveOptions): number {
  const { exposureTime: time, exposures = 1, sky = 0, readNoise = 0, backgroundRms = 0 } = camera;
  return Math.sqrt(sky / time + exposures * readNoise ** 2 / time ** 2 + backgroundRms ** 2);
}

/** FWHM of an Airy disk in wavelengths over diameters. */
const AIRY_FWHM = 1.02899;
const ARCSEC = Math.PI / (180 * 3600);

function psfOf(
  values: Values,
  pixelScale: number,
  image: KernelImage | undefined,
): Psf | undefined {
  const fwhm = values.number("psf.fwhm");
  switch (values.word("psf.kind")) {
    case "none":
      return undefined;
    case "image":
      if (image) return kernelPsf(image);
      throw new StrayError(
        "value",
        "Cannot make the lens as the PSF must be an image: it is none",
        {
          hint: "give --psf IMAGE, or --set psf.kind=gaussian",
        },
      );
    case "moffat":
      return moffatPsf({ fwhm, pixelScale, beta: values.number("psf.beta") });
    case "airy":
      return airyPsf({ wavelength: fwhm / AIRY_FWHM * ARCSEC, diameter: 1, pixelScale });
    default:
      return gaussianPsf({ fwhm, pixelScale });
  }
}

function whiteOf(values: Values): number {
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
