/**
 * `toy`: the squared distance from the mean training image.
 *
 * `toy_model_test.ts` adds this file to a copy of the project.
 */

import * as v from "valibot";
import { sizeOf } from "../../src/shape.ts";
import type { Model } from "../../src/models/model.ts";
import {
  type ModelDefinition,
  type ModelImplementation,
  type ModelType,
  NOTHING_LEARNT,
} from "../../src/models/model_type.ts";
import { COMMON } from "../../src/models/network/layer_schema.ts";
import type { ModelSpec } from "../../src/models/spec.ts";

interface ToySpec extends ModelSpec {
  readonly kind: "toy";
}

async function load(): Promise<ModelImplementation<ToySpec>> {
  const { tf } = await import("../../src/compute/mod.ts");
  const { weightsOf } = await import("../../src/models/network/parameters.ts");
  const modelOf = (spec: ToySpec, mean: Float32Array): Model => {
    const image = tf.tensor(mean.slice(), [1, ...spec.inputShape]);
    return {
      spec,
      scores: (names, x) => names.map(() => tf.sum(tf.squaredDifference(x, image), [1, 2, 3])),
      snapshot: () => Promise.resolve(new Map([["mean", { shape: [mean.length], data: mean }]])),
      dispose: () => image.dispose(),
    };
  };
  return {
    open: (spec, weights) => modelOf(spec, weightsOf(weights, "mean")),
    fit(spec, { images, split: { training } }) {
      const size = sizeOf(spec.inputShape), all = new Float32Array(training.length * size);
      images.gather(training, all);
      const mean = new Float32Array(size);
      all.forEach((value, i) => mean[i % size]! += value / training.length);
      return Promise.resolve({ model: modelOf(spec, mean), result: NOTHING_LEARNT });
    },
  };
}

const TYPE: ModelType<ToySpec> = {
  kind: "toy",
  schema: () => v.strictObject({ kind: v.literal("toy"), ...COMMON }),
  scores: () => [{ name: "distance", summary: "squared distance from the mean training image" }],
  describe: () => ", the mean image",
  load,
};

/** The definition. */
export const TOY: ModelDefinition<ToySpec> = {
  type: TYPE,
  summary: "distance from the mean image",
  defaults: { steps: 0, learningRate: 0, score: "distance" },
  build: ({ inputShape }) => ({ kind: "toy", name: "toy", inputShape }),
};
