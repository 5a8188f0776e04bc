/** `knn`: nearest neighbours, the baseline for every network. */

import * as v from "valibot";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { COMMON, COUNT, NON_NEGATIVE } from "../network/layer_schema.ts";
import type { KnnSpec } from "./spec.ts";

const TYPE: ModelType<KnnSpec> = {
  kind: "knn",
  schema: (nested) =>
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
    }),
  scores: () => [{ name: "distance", summary: "mean distance to the nearest training images" }],
  describe: ({ neighbours, metric, latents, blur }) =>
    `, ${neighbours} by ${metric} distance, ` +
    (latents ? `latents of ${latents.size}` : `blur ${blur}`),
  latent: ({ latents }) => latents && { size: latents.size },
  leavesOneOut: true,
  load: async () => (await import("./knn.ts")).KNN_IMPLEMENTATION,
};

/** Nearest neighbours of the blurred pixels, or of latents. */
export const KNN: ModelDefinition<KnnSpec> = {
  type: TYPE,
  summary:
    "nearest neighbours of the blurred pixels, or of the latents of a trained model; no training",
  defaults: { steps: 0, learningRate: 0, score: "distance" },
  options: ["neighbours", "metric", "blur", "latents"],
  build: ({ inputShape, neighbours = 1, metric, blur, latents }) => ({
    kind: "knn",
    name: latents ? `knn on ${latents.of.name}` : "knn",
    inputShape,
    neighbours,
    // The origin means black for pixels, but is an ordinary point among latents.
    metric: metric ?? (latents ? "euclidean" : "cosine"),
    // Neighbouring numbers of a vector, or of a latent, are unrelated.
    blur: latents ? 0 : blur ?? (inputShape[0] > 1 ? 1 : 0),
    ...latents && { latents },
  }),
};
