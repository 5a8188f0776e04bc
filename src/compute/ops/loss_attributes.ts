/** What the kernels of losses are told. */

import type { LossName } from "./loss_name.ts";

/** What makes pixels of a decoder's numbers: nothing, or a sigmoid, and then they are its logits. */
export type LossOutput = "sigmoid" | "linear";

/** The losses that have a kernel; `ssim` is made of tfjs operations. */
export type KernelLoss = Exclude<LossName, "ssim">;

/** Attributes of the kernels. */
export interface LossAttributes {
  /** Which. */
  readonly loss: KernelLoss;
  /** Its numbers. */
  readonly numbers: readonly number[];
  /** What makes pixels. */
  readonly output: LossOutput;
}

/** The losses by the numbers that kernels know them by. */
export const LOSS_NUMBERS: Readonly<Record<KernelLoss, number>> = {
  mse: 0,
  bce: 1,
  l1: 2,
  huber: 3,
  focal: 4,
};

/** Added to a loss's number where the output is linear. */
export const LINEAR = 8;
