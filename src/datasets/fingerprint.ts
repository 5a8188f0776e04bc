/** A name for the data that a model was trained on. */

import { createHash, type Hash } from "node:crypto";
import type { Image } from "../images/image.ts";

/**
 * SHA-256 over the sizes and pixels of images, in order, taken one at a time.
 *
 * Names, labels and notes do not count: the same pixels in another folder or container have the
 * same fingerprint. Depth counts: 8-bit and 16-bit pixels of equal value differ.
 *
 * @example
 * ```ts
 * import { Fingerprint } from "./fingerprint.ts";
 *
 * const image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7), white: 255 } as const;
 * const digests = [0, 1].map(() => new Fingerprint().add(image).digest());
 * if (digests[0] !== digests[1]) throw new Error("equal data must have equal fingerprints");
 * if (!digests[0]?.startsWith("sha256:")) throw new Error("the hash must be named");
 * ```
 */
export class Fingerprint {
  readonly #hash: Hash = createHash("sha256");
  readonly #header = new DataView(new ArrayBuffer(16));

  /**
   * Takes one more image into account.
   *
   * @param image The image; its data is read, not kept.
   * @returns This, for chaining.
   */
  add(image: Image): this {
    const { width, height, channels, data } = image;
    this.#header.setUint32(0, width, true);
    this.#header.setUint32(4, height, true);
    this.#header.setUint32(8, channels, true);
    this.#header.setUint32(
      12,
      data instanceof Float32Array ? 32 : data.BYTES_PER_ELEMENT * 8,
      true,
    );
    this.#hash.update(new Uint8Array(this.#header.buffer));
    this.#hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return this;
  }

  /**
   * The fingerprint of the images so far; more can be added afterwards.
   *
   * @returns `sha256:` and 64 hexadecimal digits.
   */
  digest(): string {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }
}
