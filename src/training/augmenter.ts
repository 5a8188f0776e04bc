/** Changes training images at random. */

import type { Random } from "../random.ts";
import { type AugmentationName, parseAugmentations } from "./augmentations.ts";
import { isIdentity, warp, type WarpMap } from "./_warp.ts";

/**
 * Changes images at random, each by a generator of its own.
 *
 * First the geometry, all as one map with one bilinear resampling; what comes from outside the image is
 * its nearest pixel:
 *
 * - `flip-x`, `flip-y`: mirrors left and right, top and bottom, in half of the images.
 * - `rotate:DEGREES`: about the centre, by a uniform angle of at most that.
 * - `shift:PIXELS`: along both axes, by uniform amounts of at most that.
 * - `crop:PART`: a window with that to all of each side, anywhere in the image, enlarged to the whole.
 *
 * Then the brightness: `contrast:X` multiplies the distance from the image's mean by 1 - X to 1 + X,
 * `brightness:X` adds -X to X. An image in [0, 1] is clipped to it. So far what is changed is both what
 * goes into the network and what is to come out.
 *
 * Last what only goes in, as in a denoising autoencoder (Vincent et al. 2008), while the image without
 * it is to come out: `noise:X` adds normal deviates of that standard deviation, and `cutout:PIXELS` blacks
 * out a square around a random pixel (DeVries and Taylor 2017, arXiv 1708.04552).
 */
export class Augmenter {
  /** Whether what goes in differs from what is to come out. */
  readonly corrupts: boolean;
  readonly #shape: readonly [number, number, number];
  readonly #strengths: ReadonlyMap<AugmentationName, number>;
  readonly #scratch: Float32Array;

  /**
   * @param augmentations Which, such as `flip-x` and `rotate:15`, in any order.
   * @param shape `[height, width, channels]` of the images.
   * @throws {RangeError} If one is wrong.
   */
  constructor(augmentations: readonly string[], shape: readonly [number, number, number]) {
    const entries = parseAugmentations(augmentations);
    this.#strengths = new Map(entries.map(({ name, numbers }) => [name, numbers[0] ?? 1]));
    this.#shape = shape;
    this.#scratch = new Float32Array(shape[0] * shape[1] * shape[2]);
    this.corrupts = this.#strengths.has("noise") || this.#strengths.has("cutout");
  }

  /**
   * Changes an image, as it goes in and is to come out.
   *
   * @param image Its samples, in place.
   * @param random The image's generator; as many numbers are drawn for every image.
   */
  alter(image: Float32Array, random: Random): void {
    const map = this.#map(random);
    if (!isIdentity(map)) {
      this.#scratch.set(image);
      warp(this.#scratch, image, this.#shape, map);
    }
    const contrast = 1 + this.#spread("contrast", random);
    const brightness = this.#spread("brightness", random);
    if (contrast !== 1 || brightness !== 0) adjust(image, contrast, brightness);
  }

  /**
   * Spoils an image that goes in.
   *
   * @param image Its samples, in place.
   * @param random The image's generator, after {@linkcode Augmenter.alter}.
   */
  corrupt(image: Float32Array, random: Random): void {
    const noise = this.#strengths.get("noise") ?? 0;
    if (noise > 0) { for (let i = 0; i < image.length; i++) image[i]! += noise * random.normal(); }
    const side = this.#strengths.get("cutout");
    if (side !== undefined) cutOut(image, this.#shape, side, random);
  }

  /** From -strength to strength; 0, and nothing drawn, without that augmentation. */
  #spread(name: AugmentationName, random: Random): number {
    const strength = this.#strengths.get(name);
    return strength === undefined ? 0 : strength * (2 * random.uniform() - 1);
  }

  /** Where each pixel comes from. */
  #map(random: Random): WarpMap {
    const [height, width] = this.#shape;
    const heads = (name: AugmentationName) =>
      this.#strengths.has(name) && random.uniform() < 0.5 ? -1 : 1;
    const flipX = heads("flip-x"), flipY = heads("flip-y");
    const angle = this.#spread("rotate", random) * Math.PI / 180;
    let shiftX = this.#spread("shift", random), shiftY = this.#spread("shift", random);
    const least = this.#strengths.get("crop");
    let zoom = 1;
    if (least !== undefined) {
      zoom = least + (1 - least) * random.uniform();
      shiftX += (random.uniform() - 0.5) * (1 - zoom) * width;
      shiftY += (random.uniform() - 0.5) * (1 - zoom) * height;
    }
    const cos = zoom * Math.cos(angle), sin = zoom * Math.sin(angle);
    return {
      xx: flipX * cos,
      xy: -flipY * sin,
      yx: flipX * sin,
      yy: flipY * cos,
      shiftX,
      shiftY,
    };
  }
}

/** Contrast about the mean, and brightness; an image in [0, 1] stays in it. */
function adjust(image: Float32Array, contrast: number, brightness: number): void {
  let sum = 0, least = 0, most = 1;
  for (let i = 0; i < image.length; i++) {
    const value = image[i]!;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const bounded = least === 0 && most === 1;
  const mean = sum / image.length;
  for (let i = 0; i < image.length; i++) {
    const value = (image[i]! - mean) * contrast + mean + brightness;
    image[i] = !bounded || value >= 0 && value <= 1 ? value : value < 0 ? 0 : 1;
  }
}

/** Blacks out a square around a random pixel; it may hang over the border. */
function cutOut(
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  side: number,
  random: Random,
): void {
  const left = random.integer(width) - (side >> 1), top = random.integer(height) - (side >> 1);
  const from = Math.max(0, left), to = Math.min(width, left + side);
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    image.fill(0, (y * width + from) * channels, (y * width + to) * channels);
  }
}
