/** A small model of each definition, fitted to random images. */

import { tf } from "../../src/compute/mod.ts";
import {
  type LensChoice,
  type Model,
  type ModelDefinition,
  MODELS,
  type ModelSpec,
} from "../../src/models/mod.ts";
import { changeRecipe, lensFamilyOf, RECIPES } from "../../src/lensing/mod.ts";
import { Random } from "../../src/random.ts";
import { sizeOf } from "../../src/shape.ts";
import { ImageSet, type LearningData } from "../../src/training/mod.ts";
import { fitModel } from "./_models.ts";

/** All models, as one type. */
export const DEFINITIONS: readonly (readonly [string, ModelDefinition])[] = Object.entries(MODELS);

/** Labels of the images. */
export const CLASSES: readonly string[] = ["a", "b", "c"];

/** Number of images. */
export const COUNT = 6;

/** Images that every model takes. */
export const SHAPE = [20, 20, 1] as const;

/** Lenses on such images. */
export const LENSES: LensChoice = {
  stretch: "sqrt",
  familyOf: ({ width, height }) =>
    lensFamilyOf(
      changeRecipe(RECIPES["model-b"], {
        ...{ "image.width": width, "image.height": height, "image.pixel_scale": 0.3 },
      }, "a test"),
    ),
};

/** The spec of a model with a small latent, as `train` would build it. */
export function specOf({ build }: ModelDefinition): ModelSpec {
  return build({
    inputShape: SHAPE,
    images: COUNT,
    classes: CLASSES,
    latent: 4,
    lenses: LENSES,
  });
}

/** Random images with labels. */
export function dataOf(): LearningData {
  const random = new Random(1), images = new ImageSet(SHAPE);
  for (let i = 0; i < COUNT; i++) {
    images.add(Float32Array.from({ length: sizeOf(SHAPE) }, () => random.uniform()));
  }
  const all = Uint32Array.from({ length: COUNT }, (_, i) => i);
  return {
    images,
    classes: Int32Array.from(all, (i) => i % CLASSES.length),
    split: { training: all, validation: all, calibration: all },
  };
}

/** A model fitted in no steps; the caller disposes of it. */
export async function fitted(spec: ModelSpec): Promise<Model> {
  const random = new Random(2);
  const options = { epochs: 0, batch: COUNT, learningRate: 1e-3, patience: 1, random };
  return (await fitModel(spec, dataOf(), options)).model;
}

/** Random images as a tensor. */
export function batch(): tf.Tensor {
  const random = new Random(3);
  const values = Float32Array.from({ length: COUNT * sizeOf(SHAPE) }, () => random.uniform());
  return tf.tensor4d(values, [COUNT, ...SHAPE]);
}
