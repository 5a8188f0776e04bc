/** What an architecture is: a short function from an image's shape to layers, and its defaults. */

import type { AutoencoderSpec } from "../spec.ts";
import type { ReconstructionLoss } from "../losses.ts";

/** `[height, width, channels]` of an image. */
export type ImageShape = readonly [number, number, number];

/** What may be chosen about an architecture. */
export interface ArchitectureOptions {
  /** `[height, width, channels]` of the images. */
  readonly inputShape: ImageShape;
  /** Units of the latent; the architecture's own number by default. */
  readonly latent?: number | undefined;
  /** The reconstruction loss; the architecture's own by default. */
  readonly loss?: ReconstructionLoss | undefined;
  /** The weight of the KL divergence. @default {the architecture's, mostly 1} */
  readonly beta?: number | undefined;
}

/** How an architecture is trained and used unless the user says otherwise. */
export interface ArchitectureDefaults {
  /** Steps of the optimiser, which the number of epochs follows from. */
  readonly steps: number;
  /** Most epochs: a small set of images is not passed over more often. @default {100} */
  readonly mostEpochs?: number | undefined;
  /** Adam's learning rate. */
  readonly learningRate: number;
  /** The schedule of the learning rate, and the decay of weights. @default {constant, none} */
  readonly optimiser?: {
    readonly schedule?: string | undefined;
    readonly weightDecay?: number | undefined;
  } | undefined;
  /** The name of the score. */
  readonly score: string;
}

/** An architecture. */
export interface Architecture {
  /** What it is, in a line. */
  readonly summary: string;
  /** How it is trained and used unless the user says otherwise. */
  readonly defaults: ArchitectureDefaults;
  /** The shape of its author's images. @default {[28, 28, 1]} */
  readonly madeFor?: ImageShape | undefined;
  /** Makes the layers. */
  readonly build: (options: ArchitectureOptions) => AutoencoderSpec;
}
