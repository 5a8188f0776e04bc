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
export { Aae, type AaeSpec } from "./aae.ts";
export { Cvae, type CvaeSpec } from "./cvae.ts";
export {
  type Encoder,
  Knn,
  type KnnSpec,
  latentSize,
  type Metric,
  MOST_KNN_SAMPLES,
  prepareForKnn,
} from "./knn.ts";
export { isAutoencoder, type KindSpec, type Model, type ModelSpec } from "./model.ts";
export { Pca, type PcaSpec } from "./pca.ts";
export { principalComponents } from "./principal_components.ts";
export { Rbm, type RbmSpec } from "./rbm.ts";
export { Resnet, type ResnetSpec } from "./resnet.ts";
export { openEncoder, openModel } from "./open_model.ts";
