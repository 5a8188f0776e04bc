/** Nearest neighbours of patches: each part of an image is compared with the parts of normal images. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { concatenate } from "../../concatenate.ts";
import { type ImageSet, type LearningData, SINGLE_PROCESS } from "../../training/mod.ts";
import type { Model, StoredValues, StoredWeights } from "../model.ts";
import {
  type FitContext,
  type FittedModel,
  type ModelImplementation,
  NOTHING_LEARNT,
  type Remark,
} from "../model_type.ts";
import { bytesOf, weightsOf } from "../network/parameters.ts";
import { chooseFeatures, type FeatureChoice } from "./choose_features.ts";
import { openFeatures } from "./features.ts";
import { followEachOther } from "./frames.ts";
import { gatherPatches } from "./gather_patches.ts";
import { ImageFeatures } from "./image_features.ts";
import { type Patches, type PatchExtractor, tensorOf } from "./patch_features.ts";
import { type MemoryValues, PatchMemory, type Rows } from "./patch_memory.ts";
import { peakOf } from "./peak.ts";
import { type PlacedPart, placedPart } from "./placed_part.ts";
import { FEATURE_NAMES, type PatchcoreSpec, type PatchScoreName } from "./spec.ts";

/** Name of the bytes of the user's graph in a model file. */
const GRAPH = "graph";

/** Images from which on anomalies are found, and from which on more images find few more. */
const LEAST_IMAGES = 20, ADVISED_IMAGES = 60;

/** An image with its features. */
interface SeenImage {
  /** `[height, width, channels]`, without the surroundings in which it was placed. */
  readonly shape: PlacedPart["shape"];
  readonly patches: Patches;
}

/** A memory of patches of normal images. */
class Patchcore implements Model {
  readonly spec: PatchcoreSpec;
  readonly #values: MemoryValues;
  readonly #extractor: PatchExtractor;
  readonly #memory: PatchMemory;
  /** Features of the images of the training, while it lasts. */
  readonly #remembered: ImageFeatures | undefined;
  /** The images of batches that are prepared. */
  readonly #seen = new WeakMap<Tensor, readonly SeenImage[]>();

  /** @throws {TypeError} If the values do not fit the spec or each other. */
  constructor(
    spec: PatchcoreSpec,
    values: MemoryValues,
    extractor: PatchExtractor,
    remembered?: ImageFeatures,
  ) {
    this.spec = spec;
    this.#values = values;
    this.#extractor = extractor;
    this.#memory = new PatchMemory(values, extractor.size);
    this.#remembered = remembered;
  }

  /** Computes the features of images. */
  async prepare(x: Tensor, indices?: Uint32Array): Promise<void> {
    const [count, height, width, channels] = x.shape as [number, number, number, number];
    const values = await x.data() as Float32Array, size = height * width * channels;
    const seen: SeenImage[] = [];
    for (let i = 0; i < count; i++) {
      const canvas = values.subarray(i * size, (i + 1) * size);
      const image = placedPart(canvas, [height, width, channels]);
      const patches = this.#remembered && indices
        ? await this.#remembered.at(indices[i]!)
        : await this.#extractor.extract(image);
      seen.push({ shape: image.shape, patches });
    }
    this.#seen.set(x, seen);
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
    const means = this.#imagesOf(x).map(({ patches }) => tf.mean(tensorOf(patches), 0));
    return stacked(means, [this.#extractor.size]);
  }

  /** The same with the patches of further images. */
  async withImages(
    images: ImageSet,
  ): Promise<{ readonly model: Patchcore; readonly first: number }> {
    const order = Uint32Array.from({ length: images.count }, (_, i) => i);
    const { patches, images: places, means } = this.#values, first = this.#memory.imageCount;
    const features = new ImageFeatures(images, this.#extractor);
    const added = await gatherPatches(features, order, SINGLE_PROCESS);
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
    const maps = this.#imagesOf(x).map(({ shape: [h, w], patches }) => {
      const distances = this.#memory.distances(tensorOf(patches));
      const grid = tf.reshape<tf.Rank.R4>(distances, [1, patches.rows, patches.columns, 1]);
      const map = tf.reshape<tf.Rank.R2>(tf.image.resizeBilinear(grid, [h, w], false, true), [
        h,
        w,
      ]);
      return tf.pad(map, [[0, height - h], [0, width - w]]);
    });
    return stacked(maps, [height, width]);
  }

  #scores(
    names: readonly string[],
    x: Tensor,
    omittedBy: (index: number) => Rows | undefined,
  ): Tensor1D[] {
    const perImage = this.#imagesOf(x).map(({ patches }, i) => {
      const features = tensorOf(patches), omitted = omittedBy(i);
      const distances = this.#memory.distances(features, omitted);
      return names.map((name) => {
        switch (name as PatchScoreName) {
          case "peak":
            return peakOf(distances);
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
  async doubt(features: ImageFeatures, indices: Uint32Array): Promise<Remark | undefined> {
    const follow = await followEachOther(
      this.#memory,
      (image) => features.at(indices[image]!),
    );
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
  snapshot(): Promise<StoredWeights> {
    const { patches, images, means } = this.#values, { size, file } = this.#extractor;
    return Promise.resolve(
      new Map<string, StoredValues>([
        ["patches", { shape: [images.length, size], data: patches }],
        ["images", { shape: [images.length], data: images }],
        ["means", { shape: [means.length / size, size], data: means }],
        ...file ? [[GRAPH, { shape: [file.length], data: file }] as const] : [],
      ]),
    );
  }

  #imagesOf(x: Tensor): readonly SeenImage[] {
    const seen = this.#seen.get(x);
    if (seen) return seen;
    throw new TypeError("Cannot compare patches as the images must be prepared");
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

async function fit(
  spec: PatchcoreSpec,
  { images, split }: LearningData,
  { group = SINGLE_PROCESS, file }: FitContext,
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
  const extractor = await openFeatures(chosen, file);
  try {
    const remembered = new ImageFeatures(images, extractor);
    // Members take the images in turns as the calibration does, so that each knows the features of its own.
    const values = await gatherPatches(remembered, split.training, group);
    const model = new Patchcore(chosen, values, extractor, remembered);
    const doubt = group.rank === 0 ? await model.doubt(remembered, indices) : undefined;
    const remarks = [choice && describeChoice(choice), doubt, adviceOn(indices.length)]
      .filter((remark) => remark !== undefined);
    return { model, result: NOTHING_LEARNT, remarks };
  } catch (error) {
    extractor.dispose();
    throw error;
  }
}

/** Advice on the number of images. */
function adviceOn(images: number): Remark | undefined {
  return images < ADVISED_IMAGES
    ? {
      message: `there are ${images} images: ${LEAST_IMAGES} are enough for patchcore, and ` +
        `${ADVISED_IMAGES} are better`,
      hint: "add normal photographs",
    }
    : undefined;
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
    const extractor = await openFeatures(spec, bytesOf(weights, GRAPH));
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
