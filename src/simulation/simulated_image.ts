/** A simulated image, and its line of the manifest. */

import type { LensClass, Parameters, Residual, Stretch } from "../lensing/mod.ts";

/**
 * The manifest's line of an image: enough to make it again alone.
 *
 * `path`, `label` and the rest are what `score -` and `train --data -` take on stdin.
 */
export interface ManifestRecord {
  /** The file, from the manifest's folder; `FILE#INDEX` in a stack. */
  readonly path: string;
  /** The class. */
  readonly label: LensClass;
  /** Its place in the class, from 0. */
  readonly index: number;
  /** The seed of the series. */
  readonly seed: number;
  /** The recipe's name. */
  readonly recipe: string;
  /** The version of stray that made it. */
  readonly version: string;
  /** Signal-to-noise ratio of the lensed source. */
  readonly signal_to_noise: number;
  /** How much it differs from its twin without substructure. */
  readonly residual: Residual;
  /** Electron/s a pixel that are 0 and 1 in the file, and what is between; none in FITS. */
  readonly scale: { readonly black: number; readonly white: number; readonly stretch: Stretch };
  /** What follows from the parameters. */
  readonly derived: {
    /** Einstein radius of the halo, arcsec. */
    readonly einstein_radius: number;
    /** Mass inside it, Msun. */
    readonly halo_mass: number;
  };
  /** The image behind the lens, where it is one. */
  readonly source_image?: string;
  /** The point spread function, where it is an image. */
  readonly psf_image?: string;
  /** All parameters. */
  readonly parameters: Parameters;
  /** Their units, of those that have one. */
  readonly units: Readonly<Record<string, string>>;
}

/** A simulated image, ready to be written. */
export interface SimulatedImage {
  /** Its line of the manifest. */
  readonly record: ManifestRecord;
  /** The file: PNG or FITS; of `npy` and `npz` the float32 values alone, little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Maps of the lens, if asked for. */
  readonly maps?: { readonly npz: Uint8Array<ArrayBuffer>; readonly curves: string } | undefined;
}
