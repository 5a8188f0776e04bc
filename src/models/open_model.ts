/** From what a model file holds to a model of whatever kind. */

import { Random } from "../random.ts";
import { Aae } from "./aae.ts";
import { Autoencoder } from "./autoencoder.ts";
import { Cvae } from "./cvae.ts";
import { type Encoder, encoderWeights, Knn } from "./knn.ts";
import type { Model } from "./model.ts";
import type { KnnSpec, ModelSpec } from "./spec.ts";
import { Pca } from "./pca.ts";
import { Rbm } from "./rbm.ts";
import { Resnet } from "./resnet.ts";

/**
 * Makes a model that was stored.
 *
 * @param spec What it is.
 * @param weights Its values by name.
 * @returns The model, on the current backend.
 * @throws {TypeError} If the weights are not those of such a model.
 */
export function openModel(
  spec: ModelSpec,
  weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>,
): Model {
  if ("kind" in spec && (spec.kind === "knn" || spec.kind === "pca")) {
    const values = (name: string) => {
      const data = weights.get(name)?.data;
      if (!data) throw new TypeError(`weight "${name}" is missing`);
      return data;
    };
    if (spec.kind === "knn") return openKnn(spec, values("images"), weights);
    const [mean, directions] = [values("mean"), values("directions")];
    return new Pca(spec, { mean, directions, variances: values("variances") });
  }
  const model = newNetwork(spec);
  try {
    model.restore(weights);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function openKnn(
  spec: KnnSpec,
  images: Float32Array,
  weights: Parameters<typeof openModel>[1],
): Knn {
  if (!spec.latents) return new Knn(spec, images);
  const encoder = openEncoder(spec.latents.of, encoderWeights(weights));
  try {
    return new Knn(spec, images, encoder);
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/**
 * Makes a model that was stored, for its latents.
 *
 * @param spec What it is.
 * @param weights Its values by name.
 * @returns The model, on the current backend.
 * @throws {TypeError} If the weights are not those of such a model, or it has no latents.
 */
export function openEncoder(
  spec: ModelSpec,
  weights: Parameters<typeof openModel>[1],
): Encoder {
  const model = openModel(spec, weights);
  if (model.encode) return model as Encoder;
  model.dispose();
  throw new TypeError(`Cannot use "${spec.name}" as it must have latents`);
}

function newNetwork(spec: Exclude<ModelSpec, { kind: "knn" | "pca" }>) {
  const random = new Random(0);
  if (!("kind" in spec)) return new Autoencoder(spec, random);
  switch (spec.kind) {
    case "cvae":
      return new Cvae(spec, random);
    case "aae":
      return new Aae(spec, random);
    case "rbm":
      return new Rbm(spec, random);
    case "resnet":
      return new Resnet(spec, random);
  }
}
