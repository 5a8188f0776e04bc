/** Random changes of training images. */

import type { Random } from "../random.ts";
import { type AugmentationName, parseAugmentations } from "./augmentations.ts";
import { type AffineMap, isIdentity, warp } from "./_warp.ts";

/** Augmentations of the input alone. */
const CORRUPTIONS = ["noise", "cutout", "dropout"] as const;

/**
 * Changes images at random, each with a random generator of its own.
 *
 * `alter` changes both the input and the target of the network. First the geometry, as one affine map
 * with one bilinear resampling; places outside the image take its nearest pixel:
 *
 * - `flip-x`, `flip-y`: mirrors left and right, top and bottom, in half of the images.
 * - `rotate:DEGREES`: rotates about the centre by a uniform angle from -DEGREES to DEGREES.
 * - `shift:PIXELS`: shifts along both axes by uniform amounts from -PIXELS to PIXELS.
 * - `crop:PART`: enlarges a window anywhere in the image, whose sides are PART to 1 of the image's.
 *
 * Then the brightness: `contrast:X` multiplies the distance from the image's mean by 1 - X to 1 + X, and
 * `brightness:X` adds -X to X. An image in [0, 1] is clipped to that range.
 *
 * `corrupt` changes the input alone, as for a denoising autoencoder (Vincent et al. 2008): `noise:X` adds
 * normal deviates of standard deviation X, `cutout:PIXELS` blacks out a square of that side around a
 * random pixel (DeVries and Taylor 2017, arXiv 1708.04552), and `dropout:PART` blacks out pixels, each with
 * the probability PART (the masking noise of Vincent et al.).
 */
export class Augmenter {
  /** Whether the input differs from the target. */
  readonly corrupts: boolean;
  readonly #shape: readonly [number, number, number];
  readonly #strengths: ReadonlyMap<AugmentationName, number>;
  readonly #scratch: Float32Array;

  /**
   * @param augmentations Augmentations such as `flip-x` and `rotate:15`, in any order.
   * @param shape `[height, width, channels]` of the images.
   * @throws {RangeError} If an augmentation is unknown, repeated or out of range.
   */
  constructor(augmentations: readonly string[], shape: readonly [number, number, number]) {
    const entries = parseAugmentations(augmentations);
    this.#strengths = new Map(entries.map(({ name, numbers }) => [name, numbers[0] ?? 1]));
    this.#shape = shape;
    this.#scratch = new Float32Array(shape[0] * shape[1] * shape[2]);
    this.corrupts = CORRUPTIONS.some((name) => this.#strengths.has(name));
  }

  /**
   * Changes an image, both as input and as target.
   *
   * @param image Samples, changed in place.
   * @param random Generator of the image; the number of draws is the same for every image.
   */
  alter(image: Float32Array, random: Random): void {
    const map = this.#drawMap(random);
    if (!isIdentity(map)) {
      this.#scratch.set(image);
      warp(this.#scratch, image, this.#shape, map);
    }
    const contrast = 1 + this.#deviate("contrast", random);
    const brightness = this.#deviate("brightness", random);
    if (contrast !== 1 || brightness !== 0) adjust(image, contrast, brightness);
  }

  /**
   * Corrupts the input.
   *
   * @param image Samples, changed in place.
   * @param random Generator of the image, after {@linkcode Augmenter.alter}.
   */
  corrupt(image: Float32Array, random: Random): void {
    const noise = this.#strengths.get("noise") ?? 0;
    if (noise > 0) { for (let i = 0; i < image.length; i++) image[i]! += noise * random.normal(); }
    const side = this.#strengths.get("cutout");
    if (side !== undefined) cutOut(image, this.#shape, side, random);
    const dropped = this.#strengths.get("dropout");
    if (dropped !== undefined) dropOut(image, this.#shape[2], dropped, random);
  }

  /** Uniform deviate from -strength to strength; 0, without a draw, if the augmentation is absent. */
  #deviate(name: AugmentationName, random: Random): number {
    const strength = this.#strengths.get(name);
    return strength === undefined ? 0 : strength * (2 * random.uniform() - 1);
  }

  /** Draws the map from pixels of the result to the image. */
  #drawMap(random: Random): AffineMap {
    const [height, width] = this.#shape;
    const flip = (name: AugmentationName) =>
      this.#strengths.has(name) && random.uniform() < 0.5 ? -1 : 1;
    const flipX = flip("flip-x"), flipY = flip("flip-y");
    const angle = this.#deviate("rotate", random) * Math.PI / 180;
    let shiftX = this.#deviate("shift", random), shiftY = this.#deviate("shift", random);
    const least = this.#strengths.get("crop");
    let zoom = 1;
    if (least !== undefined) {
      zoom = least + (1 - least) * random.uniform();
      shiftX += (random.uniform() - 0.5) * (1 - zoom) * width;
      shiftY += (random.uniform() - 0.5) * (1 - zoom) * height;
    }
    const cos = zoom * Math.cos(angle), sin = zoom * Math.sin(angle);
    return [flipX * cos, -flipY * sin, shiftX, flipX * sin, flipY * cos, shiftY];
  }
}

/** Changes contrast about the mean, and brightness; an image in [0, 1] stays in that range. */
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

/** Blacks out a square around a random pixel, as far as it is in the image. */
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

/** Blacks out pixels, each with a probability. */
function dropOut(image: Float32Array, channels: number, part: number, random: Random): void {
  for (let from = 0; from < image.length; from += channels) {
    if (random.uniform() < part) image.fill(0, from, from + channels);
  }
}
