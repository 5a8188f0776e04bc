/** What a model's description read from a file must look like, whatever its kind. */

import * as v from "valibot";
import type { KindSpec, ModelSpec } from "./spec.ts";
import { AUTOENCODER_SPEC, LAYER, LOSS } from "./spec_schema.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1 << 24));
const real = v.pipe(v.number(), v.finite(), v.minValue(0));

const common = { name: v.string(), inputShape: v.tuple([count, count, count]) };
const classes = v.pipe(v.array(v.string()), v.minLength(1));

/** Models that have latents to look for neighbours among: all but the neighbours themselves. */
const ENCODER: v.GenericSchema<unknown, ModelSpec> = v.pipe(
  v.lazy(() => MODEL_SPEC),
  v.check((spec) => !("kind" in spec && spec.kind === "knn"), "must not be knn itself"),
);

const KIND_SPEC: v.GenericSchema<unknown, KindSpec> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("knn"),
    ...common,
    neighbours: count,
    metric: v.picklist(["cosine", "euclidean"]),
    blur: v.pipe(real, v.maxValue(1000)),
    latents: v.optional(v.strictObject({ of: ENCODER, size: count })),
  }),
  v.strictObject({ kind: v.literal("pca"), ...common, components: count }),
  v.strictObject({
    kind: v.literal("cvae"),
    ...common,
    classes,
    labels: v.picklist(["row", "channels"]),
    encoder: v.array(LAYER),
    latent: count,
    decoder: v.array(LAYER),
    loss: LOSS,
    beta: real,
  }),
  v.strictObject({
    kind: v.literal("aae"),
    ...common,
    autoencoder: AUTOENCODER_SPEC,
    discriminator: v.array(LAYER),
  }),
  v.strictObject({ kind: v.literal("rbm"), ...common, hidden: count, steps: count }),
  v.strictObject({
    kind: v.literal("resnet"),
    ...common,
    classes,
    filters: v.pipe(v.array(count), v.minLength(1)),
  }),
]);

/** Checks plain JSON as a {@linkcode ModelSpec}; whether the shapes fit shows when it is built. */
export const MODEL_SPEC: v.GenericSchema<unknown, ModelSpec> = v.lazy((value) =>
  typeof value === "object" && value !== null && "kind" in value ? KIND_SPEC : AUTOENCODER_SPEC
);
