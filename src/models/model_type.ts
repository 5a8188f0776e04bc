/**
 * The tables that describe models without computing: what can be trained, stored, scored and shown.
 *
 * Nothing here imports tfjs, so help, `info` and `summary` start at once; `ModelType.load` imports
 * the module that computes.
 */

import type * as v from "valibot";
import type { LensFamily, Stretch } from "../lensing/mod.ts";
import type { ImageShape } from "../shape.ts";
import type { FitResult, LearningData, LearningOptions, ParameterShape } from "../training/mod.ts";
import type { ReconstructionLoss } from "./autoencoder/losses.ts";
import type { Capable, Model, StoredWeights } from "./model.ts";
import type { LayerDescription } from "./network/layers.ts";
import type { UserGraph } from "./patchcore/graph/user_graph.ts";
import type { ModelSpec } from "./spec.ts";

/** A distance between images. */
export type Metric = "cosine" | "euclidean";

/** Features that nearest neighbours compare: of whole images, or of their patches. */
export type Features = "oriented" | "pixels" | "network" | "hog" | "auto";

/** Lenses to fit: those of a recipe. */
export interface LensChoice {
  /** Mapping of brightness to samples: with `none` they are electrons per second, else from 0 to 1. */
  readonly stretch: Stretch;
  /**
   * The family of lenses on images of a size.
   *
   * @throws {StrayError} `usage` or `shape` If the recipe cannot have such images.
   */
  familyOf(size: { readonly width: number; readonly height: number }): LensFamily;
}

/** Facts about the images, and the user's choices: of these a model takes those that it declares. */
export interface ModelOptions {
  /** Shape of one image. */
  readonly inputShape: ImageShape;
  /** Number of training images. @default {Infinity} */
  readonly images?: number | undefined;
  /** The labels of the training images, where all have one. */
  readonly classes?: readonly string[] | undefined;
  /** The trained model whose latents are compared, and their size. @default {none: pixels} */
  readonly latents?: { readonly of: ModelSpec; readonly size: number } | undefined;
  /** Units of the latent, components, or hidden units. @default {the model's own number} */
  readonly latent?: number | undefined;
  /** The reconstruction loss. @default {the model's own} */
  readonly loss?: ReconstructionLoss | undefined;
  /** Weight of the KL divergence. @default {the model's, mostly 1} */
  readonly beta?: number | undefined;
  /**
   * Features that nearest neighbours compare. @default {directions of edges; pixels for vectors, below 4 pixels along
   * a side, and with the three options below}
   */
  readonly features?: Features | undefined;
  /** A graph of the user that computes the features of patches, in place of `features`. @default {none} */
  readonly graph?: UserGraph | undefined;
  /**
   * Maximum number of images that nearest neighbours keep.
   *
   * @default {20,000; 60,000 for open-set; all for pixels and latents}
   */
  readonly keep?: number | undefined;
  /** Neighbours whose distances are averaged. @default {1} */
  readonly neighbours?: number | undefined;
  /** The distance to neighbours. @default {"cosine"; "euclidean" for latents and vectors} */
  readonly metric?: Metric | undefined;
  /** Standard deviation of the blur before neighbours are searched, pixels. @default {1; 0 for vectors} */
  readonly blur?: number | undefined;
  /** The lenses that are fitted. @default {none} */
  readonly lenses?: LensChoice | undefined;
  /** Gibbs sampling steps per gradient of a Boltzmann machine. @default {1} */
  readonly gibbs?: number | undefined;
  /** The decoder's output, for samples outside [0, 1], where a model takes it. @default {the model's own} */
  readonly output?: "linear" | undefined;
}

/** Options that a model declares if it takes them; any other model refuses them. */
export type OwnOption =
  | "latent"
  | "loss"
  | "reduction"
  | "beta"
  | "features"
  | "graph"
  | "keep"
  | "neighbours"
  | "metric"
  | "blur"
  | "latents"
  | "lenses"
  | "gibbs";

/** Training and scoring settings where the user gives none. */
export interface ModelDefaults {
  /** Optimiser steps, from which the number of epochs follows; 0 where nothing is learnt in steps. */
  readonly steps: number;
  /** Fewest steps that teach it more than the mean image: a shorter training is warned of. @default {0} */
  readonly leastSteps?: number | undefined;
  /** Images per step; fewer if they are large. @default {128} */
  readonly batch?: number | undefined;
  /** Maximum number of epochs: limits the passes over a small set of images. @default {100} */
  readonly mostEpochs?: number | undefined;
  /** The learning rate. */
  readonly learningRate: number;
  /** Learning-rate schedule and weight decay. @default {constant, none} */
  readonly hyperparameters?: {
    readonly schedule?: string | undefined;
    readonly weightDecay?: number | undefined;
  } | undefined;
  /** Share of the images that calibrate where a split sets them aside. @default {0.1} */
  readonly calibrationShare?: number | undefined;
  /** The name of the score. @default {the first of the model type's scores} */
  readonly score?: string | undefined;
}

/** The data of a model that can be trained. */
export interface ModelTemplate<Spec extends ModelSpec = ModelSpec> {
  /** One line for the help. */
  readonly summary: string;
  /** Settings where the user gives none. */
  readonly defaults: ModelDefaults;
  /** Shape of the images in the source that the model follows. @default {[28, 28, 1]} */
  readonly madeFor?: ImageShape | undefined;
  /** Its scores, where `build` needs the shape of images to tell. @default {those of a spec} */
  readonly scores?: readonly ScoreDescription[] | undefined;
  /** Options that it takes; all others are refused. @default {[]} */
  readonly options?: readonly OwnOption[] | undefined;
  /**
   * Side of a square of as many pixels as the median image shall have: images of any size are taken by one scale, and
   * keep their aspect, unless the user gives a size. @default {all images must have one size}
   */
  readonly side?: number | undefined;
  /** The option without which it cannot be built. @default {none} */
  readonly requires?: OwnOption | undefined;
  /** Whether `build` takes `output`. @default {false} */
  readonly takesOutput?: boolean | undefined;
  /**
   * Makes the spec.
   *
   * @throws {StrayError} `shape`, `label`, `usage` or `too_large` If the model cannot be built so.
   */
  build(options: ModelOptions): Spec;
}

/** A model that `train --model` offers. */
export interface ModelDefinition<Spec extends ModelSpec = ModelSpec> extends ModelTemplate<Spec> {
  /** The type: how such a model computes, learns and is stored. */
  readonly type: ModelType<Spec>;
}

/** A score that a model offers. */
export interface ScoreDescription {
  /** Its name. */
  readonly name: string;
  /** One line for `info` and the help. */
  readonly summary: string;
  /** Whether a score takes many passes through the model, so that fewer images calibrate it. */
  readonly costly?: boolean | undefined;
  /** Whether it compares with kept images, so that those that trained the model have scores of their own kind. */
  readonly remembers?: boolean | undefined;
  /** The label whose images do not calibrate the score, as it is high for them. */
  readonly excludedLabel?: string | undefined;
}

/** The latent space of a model. */
export interface LatentDescription {
  /** Numbers per image. */
  readonly size: number;
  /** The distribution to sample from; absent for a plain code. */
  readonly prior?: "standard-normal" | "principal-components" | "hidden-units" | undefined;
  /** Labels that the decoder is conditioned on. */
  readonly labels?: readonly string[] | undefined;
}

/** A model type: the code and the knowledge shared by all models of one `kind`. */
export interface ModelType<Spec extends ModelSpec = ModelSpec> {
  /** The name that the specs carry. */
  readonly kind: string;
  /**
   * The schema of the spec in a model file.
   *
   * @param nested The schema of any model, for a type that contains another model.
   */
  schema(nested: v.GenericSchema<unknown, ModelSpec>): v.GenericSchema<unknown, Spec>;
  /** The scores of such a model, the most general one first. */
  scores(spec: Spec): readonly ScoreDescription[];
  /** Details for `info`, beginning after the model's name. */
  describe(spec: Spec): string;
  /** The loss in words, for `info`; absent where none can be chosen. */
  describeLoss?(spec: Spec): string;
  /** A doubt about the images of a training, from their scores by name, and the remedy. @default {none} */
  doubt?(calibrations: ReadonlyMap<string, Float32Array>): Remark | undefined;
  /** Names of the numbers that a model finds of each image beside scores; absent where there are none. */
  details?(spec: Spec): readonly string[];
  /** The latent space; absent where images have no latents. */
  latent?(spec: Spec): LatentDescription | undefined;
  /** Labels that the model is conditioned on or predicts, in the order of its class indices. */
  classes?(spec: Spec): readonly string[];
  /** Whether it takes samples for probabilities, which lie in [0, 1]. @default {never} */
  needsUnitSamples?(spec: Spec): boolean;
  /** Whether scores stay the same where all samples of an image are multiplied by a factor. @default {never} */
  scaleInvariant?(spec: Spec): boolean;
  /** The network layer by layer, for `summary`; absent where a model is more than one chain of layers. */
  layers?(spec: Spec): readonly LayerDescription[];
  /** How such a model learns in steps; absent where it only remembers or solves. */
  readonly learning?: LearningDescription<Spec> | undefined;
  /**
   * Whether `Model.leaveOneOut` is as if the image had never been there, so that it calibrates; absent
   * where models have no such method.
   */
  leavesOneOut?(spec: Spec): boolean;
  /** Whether all images of a training calibrate it, however many there are, by `Model.leaveOneOut`. @default {false} */
  readonly allCalibrate?: boolean | undefined;
  /** The score that calibrates `Model.errorMaps`: their maximum. @default {"max_error"} */
  readonly mapScore?: string | undefined;
  /** Numbers that the members of a group exchange at a time while it is fitted, per member. @default {0} */
  exchanged?(spec: Spec): number;
  /** Whether it leaves out pixels that are NaN. @default {false} */
  readonly omitsMissing?: boolean | undefined;
  /** Maximum number of images computed at a time, where one takes long. @default {as many as fit into memory} */
  readonly maxBatch?: number | undefined;
  /** Reason why it is no graph of operations on batches of images, as a clause. @default {it is one} */
  readonly unexportable?: string | undefined;
  /** Imports the module that computes. */
  load(): Promise<ModelImplementation<Spec>>;
}

/** How a model learns in steps. */
export interface LearningDescription<Spec extends ModelSpec = ModelSpec> {
  /** Multiply-add operations of a forward pass, per image. */
  multiplyAdds(spec: Spec): number;
  /** Numbers of the outputs of all layers, per image: training keeps them for the gradients. */
  activations(spec: Spec): number;
  /** The parameters, trained or not. */
  parameters(spec: Spec): readonly ParameterShape[];
  /** The parameters of all optimisers, one after the other. @default {one optimiser of all} */
  optimised?(spec: Spec): readonly ParameterShape[];
  /** Whether the loss has a KL divergence. */
  variational(spec: Spec): boolean;
  /**
   * The part of a spec on which the steps depend: a checkpoint and the training resumed from it share it.
   * @default {all}
   */
  learnt?(spec: Spec): ModelSpec;
  /** Whether the loss is defined only for images with a known label. */
  readonly needsLabels?: boolean | undefined;
}

/** A remark on the images of a training. */
export interface Remark {
  /** A sentence. */
  readonly message: string;
  /** The remedy, or the alternative. */
  readonly hint: string;
}

/** A model and the history of its training. */
export interface FittedModel {
  /** The model; the caller disposes of it. */
  readonly model: Model;
  /** The training's history. */
  readonly result: FitResult;
  /** Remarks on the images, and on choices by them. @default {none} */
  readonly remarks?: readonly Remark[] | undefined;
}

/** The history of a model that learns in no steps. */
export const NOTHING_LEARNT: FitResult = { history: [], bestEpoch: 0, interrupted: false };

/** Further inputs of `fit`. */
export interface FitContext extends Omit<LearningOptions, "watch"> {
  /** The model whose latents are compared; the fitted model disposes of it. */
  readonly encoder?: Capable<"encode"> | undefined;
  /** The bytes of the file that computes features, where the spec has a graph. */
  readonly file?: Uint8Array | undefined;
  /** Measures a model on watched images after every epoch. */
  readonly watch?: ((model: Model) => Promise<number>) | undefined;
}

/** The computing part of a model type. */
export interface ModelImplementation<Spec extends ModelSpec = ModelSpec> {
  /**
   * Restores a stored model on the current backend.
   *
   * @param spec The model as data.
   * @param weights Its values.
   * @param openNested Restores a model inside this one.
   * @throws {TypeError} If the weights are not those of such a model.
   */
  open(
    spec: Spec,
    weights: StoredWeights,
    openNested: (spec: ModelSpec, weights: StoredWeights) => Promise<Model>,
  ): Model | Promise<Model>;
  /**
   * Fits a model. Every member of a process group calls it with the same arguments.
   *
   * @throws {StrayError} `value` If a loss is no longer finite.
   */
  fit(spec: Spec, data: LearningData, context: FitContext): Promise<FittedModel>;
}
