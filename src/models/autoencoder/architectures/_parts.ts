/** Building blocks of several architectures. */

import type { Activation, Padding } from "../../../compute/names.ts";
import { StrayError } from "../../../errors.ts";
import { type ImageShape, sizeOf } from "../../../shape.ts";
import type { Layer } from "../../network/layers.ts";

/** Batch normalisation. */
export const batchNorm: Layer = { type: "batchNorm" };
/** A ReLU alone. */
export const relu: Layer = { type: "activation", activation: "relu" };

/** A fully connected layer. */
export function dense(units: number, activation: Activation): Layer {
  return { type: "dense", units, activation };
}

/** Another shape of the same size. */
export function reshape(shape: readonly number[]): Layer {
  return { type: "reshape", shape: [...shape] };
}

/** An image as a vector. */
export function flatten(shape: readonly number[]): Layer {
  return { type: "reshape", shape: [sizeOf(shape)] };
}

/** Settings of a convolution or its transpose. */
export interface ConvolutionParts {
  readonly kernel?: number;
  readonly stride?: number;
  readonly pad?: Padding;
  readonly bias?: boolean;
  readonly activation?: Activation;
}

/** A convolution; by default 3 x 3 with padding 1 and ReLU. */
export function conv(filters: number, parts: ConvolutionParts = {}): Layer {
  const { kernel = 3, stride = 1, pad = 1, bias = true, activation = "relu" } = parts;
  return { type: "conv2d", filters, kernel, stride, pad, bias, activation };
}

/** A transposed convolution; by default 4 x 4 to twice the size with ReLU. */
export function transposed(filters: number, parts: ConvolutionParts = {}): Layer {
  const { kernel = 4, stride = 2, pad = 1, bias = true, activation = "relu" } = parts;
  return { type: "conv2dTranspose", filters, kernel, stride, pad, bias, activation };
}

/** Height and width. */
export type Extent = readonly [height: number, width: number];

/** The sizes between which a transposed convolution enlarges. */
export interface Enlargement {
  readonly kernel: number;
  readonly stride: number;
  readonly from: Extent;
  readonly to: Extent;
}

/**
 * The padding with which a transposed convolution ends at a given size; the odd pixel goes to the end,
 * as in Keras.
 *
 * @param name The architecture, for errors.
 * @param enlargement The layer's settings and both sizes.
 * @param shape Shape of the images, for errors.
 * @returns Pixels before and after.
 * @throws {StrayError} `shape` If height and width need different paddings.
 */
export function paddingTo(
  name: string,
  { kernel, stride, from, to }: Enlargement,
  [height, width]: ImageShape,
): readonly [number, number] {
  const total = (axis: 0 | 1) => (from[axis] - 1) * stride + kernel - to[axis];
  if (total(0) !== total(1)) {
    const side = Math.max(height, width);
    throw new StrayError(
      "shape",
      `Cannot build "${name}" as width and height must leave the same remainder when divided by ${stride}: current value is ${width} x ${height}`,
      { hint: `add --size ${side}x${side}` },
    );
  }
  const before = Math.floor(total(0) / 2);
  return [before, total(0) - before];
}

/**
 * Asserts that images are large enough.
 *
 * @param name The architecture.
 * @param shape Shape of the images.
 * @param least Fewest pixels per side.
 * @throws {StrayError} `shape` If they are not.
 */
export function requireSide(name: string, [height, width]: ImageShape, least: number): void {
  if (Math.min(height, width) >= least) return;
  const side = Math.max(width, height, least); // a square always fits
  throw new StrayError(
    "shape",
    `Cannot build "${name}" as width and height must be at least ${least}: current value is ${width} x ${height}`,
    { hint: `add --size ${side}x${side}` },
  );
}

/**
 * Asserts that images can be halved twice.
 *
 * @param name The architecture.
 * @param shape Shape of the images.
 * @throws {StrayError} `shape` If they cannot.
 */
export function requireMultipleOf4(name: string, [height, width]: ImageShape): void {
  if (height % 4 === 0 && width % 4 === 0) return;
  const up = (n: number) => Math.ceil(n / 4) * 4, side = Math.sqrt(width);
  const square = side % 4 === 0 ? `${side}x${side}` : "WxH";
  throw new StrayError(
    "shape",
    `Cannot build "${name}" as width and height must be divisible by 4: current value is ${width} x ${height}`,
    {
      hint: height === 1 && width > 1
        ? `if a row is the pixels of an image, add --size ${square}; else take --model dense or linear`
        : `add --size ${up(width)}x${up(height)}`,
    },
  );
}
