/**
 * From light to what a camera records: PSF, sky, noise, and the cameras themselves.
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
export { instrumentOptions } from "./instrument_options.ts";
export { type KernelImage, kernelPsf } from "./kernel_psf.ts";
export { fluxOfMagnitude, magnitudeOfFlux } from "./magnitudes.ts";
export { moffatPsf, type MoffatPsfOptions } from "./moffat_psf.ts";
export { type Observation, observe, type ObserveOptions, type Scenery } from "./observe.ts";
export { poisson } from "./poisson.ts";
export type { Psf } from "./psf.ts";
export { signalToNoise } from "./signal_to_noise.ts";
