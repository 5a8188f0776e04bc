/** The reconstruction losses, by name. */

import type { PixelLoss } from "../compute/mod.ts";

/** A reconstruction loss: see `pixelLoss`. */
export type ReconstructionLoss = PixelLoss;

/** The reconstruction losses, by name. */
export const RECONSTRUCTION_LOSS_NAMES: readonly ReconstructionLoss[] = ["mse", "bce"];
