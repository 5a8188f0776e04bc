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
export { Autoencoder } from "./autoencoder.ts";
export type { Activation, Padding } from "../compute/mod.ts";
export { describeNetwork, type LayerDescription, type NetworkPart } from "./describe.ts";
export type { Layer, ParameterSpec } from "./layers.ts";
export { AUTOENCODER_SPEC } from "./spec_schema.ts";
export { outputShape, parameterSpecs, sizeOf } from "./layers.ts";
export { checkLoss, parseLoss, type ReconstructionLoss } from "./losses.ts";
export type { KlOptions } from "./kl.ts";
export { parseNetworkFile } from "./network_file.ts";
export { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
export { MODEL_SPEC } from "./kind_schema.ts";
export {
  CLASS_SCORE,
  classesOf,
  type Kind,
  type KindOptions,
  KINDS,
  kindScoreNames,
  LABEL_SCORE,
} from "./kinds.ts";
export { Aae } from "./aae.ts";
export { Cvae } from "./cvae.ts";
export { type Encoder, Knn, latentSize, MOST_KNN_SAMPLES, prepareForKnn } from "./knn.ts";
export type { ImageErrors, Model } from "./model.ts";
export {
  type AaeSpec,
  type AutoencoderSpec,
  type CvaeSpec,
  isAutoencoder,
  type KindBase,
  type KindSpec,
  type KnnSpec,
  type Metric,
  type ModelSpec,
  type PcaSpec,
  type RbmSpec,
  type ResnetSpec,
} from "./spec.ts";
export { Pca } from "./pca.ts";
export { principalComponents } from "./principal_components.ts";
export { Rbm } from "./rbm.ts";
export { Resnet } from "./resnet.ts";
export { openEncoder, openModel } from "./open_model.ts";
