/** Matrix products and convolutions of tensors. */

import * as tf from "@tensorflow/tfjs-core";
import { type Geometry, session } from "./session.ts";

/** tfjs's attributes of a convolution and of its gradients. */
export interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: [number, number] | number;
  /** Shape of the images, for the input gradient. */
  readonly inputShape?: number[];
  /** Shape of the filter, for the filter gradient. */
  readonly filterShape?: number[];
}

/** A bias and an activation (0 linear, 1 relu), applied before a product is stored. */
export interface Epilogue {
  readonly bias: tf.TensorInfo | undefined;
  readonly activation: number;
}

/** Multiply-adds of a part of a search, some 15 ms of work. */
const PART_MULTIPLY_ADDS = 1 << 28;
const NO_EPILOGUE: Epilogue = { bias: undefined, activation: 0 };

/** The geometry; undefined for dilation, NCHW and unequal strides, which only tfjs's kernel supports. */
function geometryOf(
  xShape: number[],
  wShape: number[],
  attrs: ConvolutionAttributes,
): Geometry | undefined {
  const info = tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    wShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
  );
  if (info.dataFormat !== "channelsLast" || info.strideHeight !== info.strideWidth) {
    return undefined;
  }
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return undefined;
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.strideHeight,
    info.padInfo.top,
    info.padInfo.left,
  ];
}

/** Runs a convolution kernel on two tensors; without a geometry, returns undefined. */
function convolve(
  kernel: "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient",
  inputs: readonly tf.TensorInfo[],
  geometry: Geometry | undefined,
  shape: readonly number[] | undefined,
  epilogue?: Epilogue,
): tf.TensorInfo | undefined {
  if (!geometry) return undefined;
  const [batch, , , channels, kernelHeight, kernelWidth, outHeight, outWidth, filters] = geometry;
  const s = session();
  const window = kernelHeight * kernelWidth * channels;
  const block = s.blockFor(batch * outHeight * outWidth * filters * window);
  const output = s.output([...shape ?? [batch, outHeight, outWidth, filters]]);
  const at = s.geometry(geometry);
  const scratch = s.scratch(s.kernels[`${kernel}ScratchFloats`](at));
  const rest = epilogue ? [epilogue.bias, output, at, epilogue.activation] : [output, at];
  s.run(kernel, ...inputs, ...rest, scratch, block);
  return output;
}

/** A convolution; undefined if only tfjs's kernel supports it. */
export function conv2d(
  x: tf.TensorInfo,
  w: tf.TensorInfo,
  attrs: ConvolutionAttributes,
  epilogue = NO_EPILOGUE,
): tf.TensorInfo | undefined {
  return convolve("conv2d", [x, w], geometryOf(x.shape, w.shape, attrs), undefined, epilogue);
}

/** A convolution's input gradient, which is a transposed convolution; undefined as above. */
export function conv2dInputGradient(
  dy: tf.TensorInfo,
  w: tf.TensorInfo,
  attrs: ConvolutionAttributes,
  epilogue = NO_EPILOGUE,
): tf.TensorInfo | undefined {
  const shape = attrs.inputShape!, geometry = geometryOf(shape, w.shape, attrs);
  return convolve("conv2dInputGradient", [dy, w], geometry, shape, epilogue);
}

/** A convolution's filter gradient; undefined as above. */
export function conv2dFilterGradient(
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  attrs: ConvolutionAttributes,
): tf.TensorInfo | undefined {
  const shape = attrs.filterShape!;
  return convolve("conv2dFilterGradient", [x, dy], geometryOf(x.shape, shape, attrs), shape);
}

/** A product of two matrices; undefined for stacks of matrices. */
export function matMul(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
  { bias, activation } = NO_EPILOGUE,
): tf.TensorInfo | undefined {
  const stacked = (t: tf.TensorInfo) => t.shape.slice(0, -2).some((n) => n !== 1);
  if (stacked(a) || stacked(b)) return undefined;
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [n, inner] = transposeB ? [bRows, bColumns] : [bColumns, bRows];
  if (inner !== k) throw new RangeError(`Cannot multiply ${a.shape} by ${b.shape}`);
  const s = session(), size = [m, n, k, transposeA, transposeB] as const;
  const c = s.output([...(a.shape.length > 2 ? [1] : []), m, n]);
  const at = { a: s.address(a), b: s.address(b), bias: bias ? s.address(bias) : 0 };
  s.multiply({ ...at, c: s.address(c) }, size, activation);
  return c;
}

/**
 * The largest products of rows with rows; see the operation of the same name.
 *
 * @param count At most the number of rows.
 */
export function largestProducts(
  queries: tf.TensorInfo,
  rows: tf.TensorInfo,
  offsets: tf.TensorInfo | undefined,
  count: number,
): { readonly values: tf.TensorInfo; readonly places: tf.TensorInfo } {
  const [m, k] = queries.shape as [number, number], n = rows.shape[0]!;
  const s = session(), best = s.output([m, count]), places = s.output([m, count], "int32");
  s.values(best).fill(-Infinity);
  // In parts, as tiles are chosen between products.
  const each = Math.max(1, Math.ceil(PART_MULTIPLY_ADDS / (m * k)));
  for (let start = 0; start < n; start += each) {
    const part = Math.min(each, n - start);
    const block = s.blockFor(m * part * k, k);
    const scratch = s.scratch(s.kernels.largestProductsScratchFloats());
    const from = s.address(rows) + start * k * 4,
      less = offsets ? s.address(offsets) + start * 4 : 0;
    const size = [m, part, k, count] as const;
    s.run("largestProducts", queries, from, less, start, best, places, ...size, scratch, block);
  }
  return { values: best, places };
}
