/**
 * The models: tables that describe them, and the functions that open and fit them.
 *
 * Importing this module loads no tfjs: `ModelType.load` imports the code that computes.
 *
 * @module
 */

export type { Activation, Padding } from "../compute/names.ts";
export type { ImageShape } from "../shape.ts";
export type { AaeSpec } from "./aae/spec.ts";
export type { Architecture } from "./autoencoder/architectures/architecture.ts";
export { comparesProbabilities, parseLoss, type ReconstructionLoss } from "./autoencoder/losses.ts";
export { parseNetworkFile } from "./autoencoder/network_file.ts";
export type { AutoencoderSpec } from "./autoencoder/spec.ts";
export { AUTOENCODER } from "./autoencoder/type.ts";
export type { CvaeSpec } from "./cvae/spec.ts";
export type { DamageSpec } from "./damage/spec.ts";
export { DEFAULT_MODELS, type DefaultModel, type Sought } from "./default_models.ts";
export type { DistanceKnnSpec, KnnSpec, OrientedKnnSpec } from "./knn/spec.ts";
export type { LensFitSpec } from "./lens_fit/spec.ts";
export {
  type Capable,
  type ImageErrors,
  type ImageFindings,
  type MassMaps,
  type Model,
  requireCapability,
  type StoredValues,
  type WantedMaps,
} from "./model.ts";
export type {
  Features,
  FitContext,
  FittedModel,
  LatentDescription,
  LearningDescription,
  LensChoice,
  Metric,
  ModelDefaults,
  ModelDefinition,
  ModelImplementation,
  ModelOptions,
  ModelTemplate,
  ModelType,
  OwnOption,
  Remark,
  ScoreDescription,
} from "./model_type.ts";
export type { CodedLayers } from "./network/latent.ts";
export { type Layer, type LayerDescription, type NetworkPart } from "./network/layers.ts";
export { requireWeights } from "./check_weights.ts";
export { openModel } from "./open_model.ts";
export type { OpenSetSpec } from "./open_set/spec.ts";
export type { GraphOptions, Normalisation } from "./patchcore/graph/measure_graph.ts";
export type { UserGraph } from "./patchcore/graph/user_graph.ts";
export type { GraphSpec } from "./patchcore/spec.ts";
export type { PcaSpec } from "./pca/spec.ts";
export type { RbmSpec } from "./rbm/spec.ts";
export {
  classesOf,
  defaultScore,
  encodeSpec,
  findModel,
  mapScoreOf,
  MODEL_SPEC,
  MODELS,
  modelTypeOf,
  requireModel,
  requireScore,
  scoreNames,
  scoreParts,
} from "./registry.ts";
export type { ResnetSpec } from "./resnet/spec.ts";
export {
  CLASS_PREFIX,
  currentScoreName,
  LABEL_SUFFIX,
  MAX_ERROR,
  reconstructionScores,
  splitScore,
} from "./scores.ts";
export type { ModelSpec } from "./spec.ts";
