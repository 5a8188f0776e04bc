/** A simulated image and its manifest record. */

import type {
  HaloProperties,
  LensClass,
  LensParameters,
  Residual,
  Stretch,
} from "../lensing/mod.ts";

/**
 * The manifest line of an image, sufficient to reproduce it.
 *
 * `score -` and `train --data -` accept such records on stdin.
 */
export interface ManifestRecord {
  /** Path relative to the manifest; `FILE#INDEX` in a stack. */
  readonly path: string;
  /** Class. */
  readonly label: LensClass;
  /** Index in the class, from 0. */
  readonly index: number;
  /** Seed of the series. */
  readonly seed: number;
  /** Name of the recipe. */
  readonly recipe: string;
  /** Version of stray. */
  readonly version: string;
  /** Signal-to-noise ratio of the lensed source. */
  readonly signal_to_noise: number;
  /** Difference from the twin without substructure. */
  readonly residual: Residual;
  /** Black and white level, electron/s per pixel, and the mapping between them; none in FITS. */
  readonly scale: { readonly black: number; readonly white: number; readonly stretch: Stretch };
  /** Quantities derived from the parameters. */
  readonly derived: HaloProperties;
  /** Source image, if any. */
  readonly source_image?: string;
  /** PSF image, if any. */
  readonly psf_image?: string;
  /** All parameters. */
  readonly parameters: LensParameters;
  /** Units of the parameters that have one. */
  readonly units: Readonly<Record<string, string>>;
}

/** A simulated image, ready to be written. */
export interface SimulatedImage {
  /** Manifest record. */
  readonly record: ManifestRecord;
  /** PNG or FITS file; for `npy` and `npz` only the float32 values, little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lens maps, if requested. */
  readonly maps?: { readonly npz: Uint8Array<ArrayBuffer>; readonly curves: string } | undefined;
}
