/**
 * The architectures, by name: each a short function from an image's shape to layers.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import { CAE, CAE_TRANSPOSED } from "./cae.ts";
import { CONV_POOL } from "./conv_pool.ts";
import { DENSE, SMALL } from "./dense.ts";
import { DCAE, LENS_VAE } from "./lens.ts";
import { LINEAR } from "./linear.ts";
import { RECURRENT } from "./recurrent.ts";
import { DENOISING, DROPOUT, STACKED } from "./stacked.ts";
import { MLP_VAE, VAE } from "./vae.ts";

export type {
  Architecture,
  ArchitectureDefaults,
  ArchitectureOptions,
  ImageShape,
} from "./architecture.ts";

/** All architectures that `train --model` knows. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  vae: VAE,
  dense: DENSE,
  cae: CAE,
  "cae-transposed": CAE_TRANSPOSED,
  "conv-pool": CONV_POOL,
  dcae: DCAE,
  "lens-vae": LENS_VAE,
  "mlp-vae": MLP_VAE,
  linear: LINEAR,
  small: SMALL,
  stacked: STACKED,
  denoising: DENOISING,
  dropout: DROPOUT,
  recurrent: RECURRENT,
};
