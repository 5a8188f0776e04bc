/** Nearest neighbours of patches: each part of an image is compared with the parts of normal images. */

import { type Tensor, type Tensor1D, type Tensor4D, tf } from "../../compute/mod.ts";
import { concatenate } from "../../concatenate.ts";
import { type ImageSet, type LearningData, SINGLE_PROCESS } from "../../training/mod.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import {
  type FitContext,
  type FittedModel,
  type ModelImplementation,
  NOTHING_LEARNT,
  type Remark,
} from "../model_type.ts";
import { weightsOf } from "../network/parameters.ts";
import { chooseFeatures, type FeatureChoice } from "./choose_features.ts";
import { openFeatures } from "./features.ts";
import { followEachOther } from "./frames.ts";
import { gatherPatches } from "./gather_patches.ts";
import type { PatchExtractor } from "./patch_features.ts";
import { type MemoryValues, PatchMemory, type Rows } from "./patch_memory.ts";
import { peakCount } from "./peak_count.ts";
import { placedPart } from "./placed_part.ts";
import { FEATURE_NAMES, type PatchcoreSpec, type PatchScoreName } from "./spec.ts";

/** A memory of patches of normal images. */
class Patchcore implements Model {
  readonly spec: PatchcoreSpec;
  readonly #values: MemoryValues;
  readonly #extractor: PatchExtractor;
  readonly #memory: PatchMemory;

  /** @throws {TypeError} If the values do not fit the spec or each other. */
  constructor(spec: PatchcoreSpec, values: MemoryValues, extractor: PatchExtractor) {
    this.spec = spec;
    this.#values = values;
    this.#extractor = extractor;
    this.#memory = new PatchMemory(values, extractor.size);
  }

  /** Scores images by their patches. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.#scores(names, x, () => undefined);
  }

  /** The scores of remembered images, each without the fold of its neighbours in the order of the training. */
  leaveOneOut(names: readonly string[], x: Tensor, indices: Uint32Array): Tensor1D[] {
    return this.#scores(names, x, (i) => this.#memory.foldOf(indices[i]!));
  }

  /** The mean of all patches of each image, `[batch, size]`. */
  encode(x: Tensor): Tensor {
    const { size } = this.#extractor;
    return stacked(eachImage(x, (image) => tf.mean(this.#extractor.extract(image).features, 0)), [
      size,
    ]);
  }

  /** The same with the patches of further images. */
  async withImages(
    images: ImageSet,
  ): Promise<{ readonly model: Patchcore; readonly first: number }> {
    const order = Uint32Array.from({ length: images.count }, (_, i) => i);
    const { patches, images: places, means } = this.#values, first = this.#memory.imageCount;
    const added = await gatherPatches(images, order, this.#extractor, SINGLE_PROCESS);
    const both = {
      patches: concatenate(Float32Array, [patches, added.patches]),
      images: concatenate(Float32Array, [places, added.images.map((place) => place + first)]),
      means: concatenate(Float32Array, [means, added.means]),
    };
    this.#memory.dispose();
    return { model: new Patchcore(this.spec, both, this.#extractor), first };
  }

  /** The distance of each pixel's patch, 0 where there is no pixel. */
  errorMaps(x: Tensor): Tensor {
    const [height, width] = this.spec.inputShape;
    return stacked(
      eachImage(x, (image) => {
        const { features, rows, columns } = this.#extractor.extract(image);
        const distances = tf.reshape(this.#memory.distances(features), [1, rows, columns, 1]);
        const [, h, w] = image.shape;
        const map = tf.image.resizeBilinear(distances as Tensor4D, [h, w], false, true);
        return tf.reshape(tf.pad(map, [[0, 0], [0, height - h], [0, width - w], [0, 0]]), [
          height,
          width,
        ]);
      }),
      [height, width],
    );
  }

  #scores(
    names: readonly string[],
    x: Tensor,
    omittedBy: (index: number) => Rows | undefined,
  ): Tensor1D[] {
    const perImage = eachImage(x, (image, i) => {
      const { features } = this.#extractor.extract(image), omitted = omittedBy(i);
      const distances = this.#memory.distances(features, omitted);
      return names.map((name) => {
        switch (name as PatchScoreName) {
          case "peak":
            return tf.mean(tf.topk(distances, peakCount(distances.shape[0])).values);
          case "max":
            return tf.max(distances);
          case "global":
            return this.#memory.distanceOfMean(features, omitted);
        }
      });
    });
    return names.map((_, j) => stacked(perImage.map((scores) => scores[j]!), []) as Tensor1D);
  }

  /** A doubt about the images that it remembers; the order of the training is theirs in time. */
  async doubt(images: ImageSet, indices: Uint32Array): Promise<Remark | undefined> {
    const follow = await followEachOther(this.#memory, (image) => {
      const placed = placedPart(images.at(indices[image]!), images.shape);
      return this.#extractor.extract(tf.tensor4d(placed.data, [1, ...placed.shape])).features;
    });
    return follow
      ? {
        message:
          "images follow each other like frames of a film: later ones differ more than these " +
          "from each other, so that too many will be flagged",
        hint: "calibrate on normal images of other days, 19 or more: deno task calibrate",
      }
      : undefined;
  }

  /** All values, not copied as they are large. */
  snapshot(): Promise<Weights> {
    const { patches, images, means } = this.#values, { size } = this.#extractor;
    return Promise.resolve(
      new Map([
        ["patches", { shape: [images.length, size], data: patches }],
        ["images", { shape: [images.length], data: images }],
        ["means", { shape: [means.length / size, size], data: means }],
      ]),
    );
  }

  /** Frees all tensors. */
  dispose(): void {
    this.#memory.dispose();
    this.#extractor.dispose();
  }
}

/** Joins values of images along a new first axis; none of a shape where there is no image. */
function stacked(values: readonly Tensor[], shape: number[]): Tensor {
  return values.length > 0 ? tf.stack([...values]) : tf.zeros([0, ...shape]);
}

/** Calls a function for each image of a batch, without the surroundings in which it was placed. */
function eachImage<T>(x: Tensor, use: (image: Tensor4D, index: number) => T): T[] {
  const [count, height, width, channels] = x.shape as [number, number, number, number];
  // Images come from this thread, so that no backend has to fetch them.
  const values = x.dataSync() as Float32Array, size = height * width * channels;
  return Array.from({ length: count }, (_, i) => {
    const part = placedPart(values.subarray(i * size, (i + 1) * size), [height, width, channels]);
    const { data, shape } = part;
    return use(tf.tensor4d(data, [1, ...shape]), i);
  });
}

async function fit(
  spec: PatchcoreSpec,
  { images, split }: LearningData,
  { group = SINGLE_PROCESS }: FitContext,
): Promise<FittedModel> {
  const indices = split.training.slice().sort();
  const choice = spec.features === "auto" && group.rank === 0
    ? await chooseFeatures(images, indices)
    : undefined;
  // Member 0 chooses for all.
  const place = Float32Array.of(choice ? FEATURE_NAMES.indexOf(choice.best) : 0);
  group.allReduce(place);
  const features = spec.features === "auto" ? FEATURE_NAMES[place[0]!]! : spec.features;
  const chosen = { ...spec, features };
  const extractor = await openFeatures(chosen.features);
  try {
    const values = await gatherPatches(images, indices, extractor, group);
    const model = new Patchcore(chosen, values, extractor);
    const doubt = group.rank === 0 ? await model.doubt(images, indices) : undefined;
    const remarks = [choice && describeChoice(choice), doubt].filter((remark) =>
      remark !== undefined
    );
    return { model, result: NOTHING_LEARNT, remarks };
  } catch (error) {
    extractor.dispose();
    throw error;
  }
}

function describeChoice({ best, found }: FeatureChoice): Remark {
  const other = FEATURE_NAMES.find((name) => name !== best)!;
  const [ours, theirs] = [best, other].map((name) => found.get(name)!.toFixed(3));
  return {
    message:
      `patches are compared by ${best}: of synthetic damage to held-out images it has an AUROC of ` +
      `${ours}, ${other} ${theirs}`,
    hint: `--features ${other} takes the other`,
  };
}

/** The computing part of the type. */
export const PATCHCORE_IMPLEMENTATION: ModelImplementation<PatchcoreSpec> = {
  async open(spec, weights: StoredWeights) {
    const extractor = await openFeatures(spec.features);
    try {
      const [patches, images, means] = ["patches", "images", "means"].map((name) =>
        weightsOf(weights, name)
      ) as [Float32Array, Float32Array, Float32Array];
      return new Patchcore(spec, { patches, images, means }, extractor);
    } catch (error) {
      extractor.dispose();
      throw error;
    }
  },
  fit,
};
