/** What several architectures are made of. */

import type { Activation, Padding } from "../../../compute/names.ts";
import { StrayError } from "../../../errors.ts";
import { type ImageShape, sizeOf } from "../../../shape.ts";
import type { Layer } from "../../network/layers.ts";

/** Batch normalisation. */
export const batchNorm: Layer = { type: "batchNorm" };
/** A rectifier alone. */
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

/** Numbers of a convolution or its transpose. */
export interface ConvolutionParts {
  readonly kernel?: number;
  readonly stride?: number;
  readonly pad?: Padding;
  readonly bias?: boolean;
  readonly activation?: Activation;
}

/** A convolution: 3 x 3 with padding 1 and a rectifier unless told otherwise. */
export function conv(filters: number, parts: ConvolutionParts = {}): Layer {
  const { kernel = 3, stride = 1, pad = 1, bias = true, activation = "relu" } = parts;
  return { type: "conv2d", filters, kernel, stride, pad, bias, activation };
}

/** A transposed convolution: 4 x 4 to twice the size with a rectifier unless told otherwise. */
export function transposed(filters: number, parts: ConvolutionParts = {}): Layer {
  const { kernel = 4, stride = 2, pad = 1, bias = true, activation = "relu" } = parts;
  return { type: "conv2dTranspose", filters, kernel, stride, pad, bias, activation };
}

/** Height and width. */
export type Extent = readonly [height: number, width: number];

/** Where a transposed convolution starts and ends. */
export interface Enlargement {
  readonly kernel: number;
  readonly stride: number;
  readonly from: Extent;
  readonly to: Extent;
}

/**
 * The padding with which a transposed convolution ends at a size; the odd pixel goes to the end, as in
 * Keras.
 *
 * @param name The architecture, for errors.
 * @param enlargement The layer's numbers and both sizes.
 * @param shape Of the images, for errors.
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
      `Cannot build "${name}" as width and height must leave the same rests when divided by ${stride}: current value is ${width} x ${height}`,
      { hint: `add --size ${side}x${side}` },
    );
  }
  const before = Math.floor(total(0) / 2);
  return [before, total(0) - before];
}

/**
 * Checks that images are large enough.
 *
 * @param name The architecture.
 * @param shape Of the images.
 * @param least The fewest pixels a side.
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
 * Checks that images can be halved twice.
 *
 * @param name The architecture.
 * @param shape Of the images.
 * @throws {StrayError} `shape` If they cannot.
 */
export function requireMultipleOf4(name: string, [height, width]: ImageShape): void {
  if (height % 4 === 0 && width % 4 === 0) return;
  const up = (n: number) => Math.ceil(n / 4) * 4;
  throw new StrayError(
    "shape",
    `Cannot build "${name}" as width and height must be divisible by 4: current value is ${width} x ${height}`,
    { hint: `add --size ${up(width)}x${up(height)}` },
  );
}
