/**
 * The networks: layers as data, their parameters, and the losses that train them.
 *
 * @module
 */

export {
  type Architecture,
  type ArchitectureDefaults,
  type ArchitectureOptions,
  ARCHITECTURES,
  type ImageShape,
} from "./architectures/mod.ts";
export { Autoencoder, type AutoencoderSpec, type ImageErrors } from "./autoencoder.ts";
export type { Activation } from "../compute/mod.ts";
export { describeNetwork, type LayerDescription, type NetworkPart } from "./describe.ts";
export type { Layer, ParameterSpec } from "./layers.ts";
export { AUTOENCODER_SPEC } from "./spec_schema.ts";
export { outputShape, parameterSpecs, sizeOf } from "./layers.ts";
export { checkLoss, parseLoss, type ReconstructionLoss } from "./losses.ts";
export type { KlOptions } from "./kl.ts";
export { parseNetworkFile } from "./network_file.ts";
export { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
