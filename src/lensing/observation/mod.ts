/**
 * From light to the data of a camera: PSF, sky, noise, and cameras by name.
 *
 * @module
 */

export { airyPsf, type AiryPsfOptions } from "./airy_psf.ts";
export { convolve, type ConvolveOptions, type Edge } from "./convolve.ts";
export { gaussianPsf, type GaussianPsfOptions } from "./gaussian_psf.ts";
export {
  type Instrument,
  instrument,
  INSTRUMENT_NAMES,
  type InstrumentName,
} from "./instrument.ts";
export { type KernelImage, kernelPsf, type KernelPsfOptions } from "./kernel_psf.ts";
export { fluxOfMagnitude } from "./magnitudes.ts";
export { moffatPsf, type MoffatPsfOptions } from "./moffat_psf.ts";
export { type NoiseFreeImage, type Observation, observe, type ObserveOptions } from "./observe.ts";
export { poisson } from "./poisson.ts";
export type { Psf } from "./psf.ts";
export type { RoundPsfOptions } from "./round_psf.ts";
export { signalToNoise } from "./signal_to_noise.ts";
