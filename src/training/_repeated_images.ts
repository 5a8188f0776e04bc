/** Images that occur more than once among those of a training or a calibration. */

import type { LoadOptions } from "./load_images.ts";

/** Copies are told from this share of all images on: few do not move p-values. */
const TOLD = 0.01;

/**
 * Finds images that come again. Where one copy trains and another calibrates, calibration scores are too low, and
 * new images look strange.
 *
 * The same file given again is of no use. Equal images of different paths may be as frequent among new ones, as black
 * frames are, so that they stay.
 */
export class RepeatedImages {
  /** Path of the first image with a hash. */
  readonly #first = new Map<number, string>();
  #again = 0;
  #copies = 0;
  #example = "";

  /**
   * Whether an image is new, and not a file that was given before.
   *
   * @param path Its path.
   * @param values The image as the model sees it.
   */
  isNew(path: string, values: Float32Array): boolean {
    const hash = hashOf(values), first = this.#first.get(hash);
    if (first === undefined) this.#first.set(hash, path);
    else if (first === path) {
      this.#again++;
      return false;
    } else {
      this.#example ||= `"${path}" as "${first}"`;
      this.#copies++;
    }
    return true;
  }

  /** Warns of them, once all images are read. */
  warn(count: number, { onWarning }: LoadOptions): void {
    if (this.#again > 0) {
      onWarning?.(
        `images given again, which count once: ${this.#again}`,
        "give each source once",
      );
    }
    if (this.#copies < TOLD * count) return;
    onWarning?.(
      `images that equal others: ${this.#copies} of ${count}, ${this.#example}`,
      "remove copies, unless new images repeat as often: p-values are too small otherwise",
    );
  }
}

/** A hash of 53 bits: among a million images, two that differ are taken for equal with probability 6e-5. */
function hashOf(values: Float32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let a = words.length, b = 0x2545f491;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    a = Math.imul(a ^ word, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
