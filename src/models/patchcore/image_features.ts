/** Features of the images of a training. */

import type { ImageSet } from "../../training/mod.ts";
import type { Patches, PatchExtractor } from "./patch_features.ts";
import { placedPart } from "./placed_part.ts";

/** Most bytes of features that are kept: of 50 images of 320 x 320 pixels. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Features of images, computed once while they are few. */
export class ImageFeatures {
  /** Numbers per patch. */
  readonly size: number;
  readonly #images: ImageSet;
  readonly #extractor: PatchExtractor;
  readonly #kept = new Map<number, Patches>();
  #room = KEPT_BYTES;

  /**
   * @param images The images.
   * @param extractor Computes features.
   */
  constructor(images: ImageSet, extractor: PatchExtractor) {
    this.size = extractor.size;
    this.#images = images;
    this.#extractor = extractor;
  }

  /** The features of an image, by its index. */
  async at(index: number): Promise<Patches> {
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const image = placedPart(this.#images.at(index), this.#images.shape);
    const patches = await this.#extractor.extract(image);
    const { byteLength } = patches.features;
    if (byteLength <= this.#room) {
      this.#room -= byteLength;
      this.#kept.set(index, patches);
    }
    return patches;
  }
}
