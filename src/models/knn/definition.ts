/** `knn`: nearest neighbours. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import { sizeOf } from "../../shape.ts";
import type { ModelDefinition, ModelOptions, ModelType } from "../model_type.ts";
import { DEFAULT_KEEP } from "../neighbours/keep.ts";
import { COMMON, COUNT, NON_NEGATIVE } from "../network/layer_schema.ts";
import { componentCount, hasEdges, ORIENTED_COMPONENTS, requireEdges } from "./oriented.ts";
import type { KnnSpec } from "./spec.ts";

const TYPE: ModelType<KnnSpec> = {
  kind: "knn",
  schema: (nested) =>
    v.union([
      v.strictObject({
        kind: v.literal("knn"),
        ...COMMON,
        neighbours: COUNT,
        metric: v.picklist(["cosine", "euclidean"]),
        blur: v.pipe(NON_NEGATIVE, v.maxValue(1000)),
        latents: v.optional(v.strictObject({
          of: v.pipe(nested, v.check(({ kind }) => kind !== "knn", "must not be knn itself")),
          size: COUNT,
        })),
        keep: v.optional(COUNT),
      }),
      v.strictObject({
        kind: v.literal("knn"),
        ...COMMON,
        features: v.literal("oriented"),
        components: COUNT,
        keep: v.optional(COUNT),
      }),
    ]),
  scores: ({ features }) =>
    features === "oriented"
      ? [
        {
          name: "plane",
          summary: "log distance to the nearest training images, less theirs to each other",
          remembers: true,
        },
        {
          name: "whole",
          summary: "the same with what the components leave out: for damage",
          remembers: true,
        },
      ]
      : [{
        name: "distance",
        summary: "mean distance to the nearest training images",
        remembers: true,
      }],
  describe: (spec) =>
    spec.features === "oriented"
      ? `, directions of edges in ${spec.components} components`
      : `, ${spec.neighbours} by ${spec.metric} distance, ` +
        (spec.latents ? `latents of ${spec.latents.size}` : `blur ${spec.blur}`),
  latent: (spec) =>
    spec.features === "oriented" ? { size: spec.components } : spec.latents && {
      size: spec.latents.size,
    },
  // Directions have no length, neither those of edges nor those of `cosine`.
  scaleInvariant: (spec) =>
    spec.features === "oriented" || spec.metric === "cosine" && !spec.latents,
  // The components of the directions of edges remember an image, too.
  leavesOneOut: ({ features }) => features === undefined,
  load: async () => (await import("./implementation.ts")).KNN_IMPLEMENTATION,
};

/** Nearest neighbours by the directions of edges, by blurred pixels, or by latents. */
export const KNN: ModelDefinition<KnnSpec> = {
  type: TYPE,
  summary:
    "nearest neighbours by the directions of edges; also by pixels, or by the latents of a " +
    "trained model; no training",
  defaults: { steps: 0, learningRate: 0 },
  options: ["features", "neighbours", "metric", "blur", "latents", "keep"],
  build: (options) => featuresOf(options) === "oriented" ? oriented(options) : distance(options),
};

/** The features: those that the user names, or those that the other options and the images allow. */
function featuresOf(
  { features, inputShape, latents, neighbours, metric, blur }: ModelOptions,
): "oriented" | "pixels" {
  if (latents && features !== undefined) {
    throw new StrayError(
      "usage",
      "Cannot use --features and --latents-of together as latents take the place of features: " +
        `current value of --features is "${features}"`,
      { hint: "omit one of the two" },
    );
  }
  const ofDistance = [neighbours, metric, blur].some((option) => option !== undefined);
  if (features === "oriented") {
    if (ofDistance) {
      throw new StrayError(
        "usage",
        "Cannot use --neighbours, --metric or --blur as they belong to --features pixels",
        { hint: "omit --features, or the others" },
      );
    }
    requireEdges(inputShape, "take --features pixels");
    return "oriented";
  }
  if (features === "network" || features === "hog" || features === "auto") {
    throw new StrayError(
      "usage",
      `Cannot use --features as whole images must be compared by oriented or pixels: current value is "${features}"`,
      { hint: `--model patchcore takes --features ${features}` },
    );
  }
  if (features === "pixels" || ofDistance || latents) return "pixels";
  return hasEdges(inputShape) ? "oriented" : "pixels";
}

function oriented({ inputShape, images, keep = DEFAULT_KEEP }: ModelOptions): KnnSpec {
  return {
    kind: "knn",
    name: "knn",
    inputShape,
    features: "oriented",
    components: componentCount(inputShape, ORIENTED_COMPONENTS, { images, keep }),
    ...keep < Infinity && { keep },
  };
}

function distance(
  { inputShape, neighbours = 1, metric, blur, latents, keep }: ModelOptions,
): KnnSpec {
  if (latents?.of.kind === "knn") {
    throw new StrayError(
      "model",
      `Cannot use "${latents.of.name}" as the model of --latents-of as it must be of another type`,
      { hint: "use an autoencoder, such as vae" },
    );
  }
  const isVector = inputShape[0] === 1;
  if (metric === "cosine" && (latents?.size ?? sizeOf(inputShape)) === 1) {
    throw new StrayError(
      "usage",
      "Cannot use --metric cosine as there must be several numbers per image to have a direction: " +
        "there is one",
      { hint: "use --metric euclidean" },
    );
  }
  return {
    kind: "knn",
    name: latents ? `knn on ${latents.of.name}` : "knn",
    inputShape,
    neighbours,
    // The origin means black for pixels, but is an ordinary point among latents and vectors.
    metric: metric ?? (latents || isVector ? "euclidean" : "cosine"),
    // Neighbouring numbers of a vector, or of a latent, are unrelated.
    blur: latents ? 0 : blur ?? (isVector ? 0 : 1),
    ...latents && { latents },
    ...keep !== undefined && keep < Infinity && { keep },
  };
}
