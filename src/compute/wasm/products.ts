/** Products and convolutions of tensors, by kernels of ours. */

import * as tf from "@tensorflow/tfjs-core";
import { type Geometry, session } from "./session.ts";

/** The kernels' number for no activation. */
const LINEAR = 0;

/** tfjs's attributes of a convolution, or of its gradients. */
export interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: [number, number] | number;
}

/** The geometry, or undefined for what only tfjs's own kernel does (dilation, NCHW, two strides). */
function geometryOf(
  xShape: number[],
  wShape: number[],
  attrs: ConvolutionAttributes,
): { geometry: Geometry; outShape: number[] } | undefined {
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
  return {
    geometry: [
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
    ],
    outShape: info.outShape,
  };
}

/** A bias (0 for none) and a non-linearity's number, to end a kernel with. */
export interface Epilogue {
  readonly bias: tf.TensorInfo | undefined;
  /** 0 linear, 1 relu. */
  readonly activation: number;
}

const NOTHING: Epilogue = { bias: undefined, activation: LINEAR };

/** A convolution; undefined for what only tfjs's own kernel does. */
export function conv2d(
  x: tf.TensorInfo,
  w: tf.TensorInfo,
  attrs: ConvolutionAttributes,
  end: Epilogue = NOTHING,
) {
  const g = geometryOf(x.shape, w.shape, attrs);
  if (!g) return undefined;
  const s = session();
  const y = s.output(g.outShape);
  const geometry = s.geometry(g.geometry);
  const scratch = s.scratch(s.kernels.conv2dScratchFloats(geometry));
  s.kernels.conv2d(
    s.address(x),
    s.address(w),
    end.bias ? s.address(end.bias) : 0,
    s.address(y),
    geometry,
    end.activation,
    scratch,
  );
  return y;
}

/** A convolution's input gradient, which is a transposed convolution; undefined as above. */
export function conv2dInputGradient(
  dy: tf.TensorInfo,
  w: tf.TensorInfo,
  attrs: ConvolutionAttributes & { inputShape: number[] },
  end: Epilogue = NOTHING,
) {
  const g = geometryOf(attrs.inputShape, w.shape, attrs);
  if (!g) return undefined;
  const s = session();
  const dx = s.output(attrs.inputShape);
  const geometry = s.geometry(g.geometry);
  const scratch = s.scratch(s.kernels.conv2dInputGradientScratchFloats(geometry));
  s.kernels.conv2dInputGradient(
    s.address(dy),
    s.address(w),
    end.bias ? s.address(end.bias) : 0,
    s.address(dx),
    geometry,
    end.activation,
    scratch,
  );
  return dx;
}

/** A convolution's filter gradient; undefined as above. */
export function conv2dFilterGradient(
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  attrs: ConvolutionAttributes & { filterShape: number[] },
) {
  const g = geometryOf(x.shape, attrs.filterShape, attrs);
  if (!g) return undefined;
  const s = session();
  const dw = s.output(attrs.filterShape);
  const geometry = s.geometry(g.geometry);
  const scratch = s.scratch(s.kernels.conv2dFilterGradientScratchFloats(geometry));
  s.kernels.conv2dFilterGradient(s.address(x), s.address(dy), s.address(dw), geometry, scratch);
  return dw;
}

/** A product of two matrices, not of stacks of them; undefined for those. */
export function matMul(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
  end: Epilogue = NOTHING,
): tf.TensorInfo | undefined {
  const stacked = (t: tf.TensorInfo) => t.shape.slice(0, -2).some((n) => n !== 1);
  if (stacked(a) || stacked(b)) return undefined;
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [n, inner] = transposeB ? [bRows, bColumns] : [bColumns, bRows];
  if (inner !== k) throw new RangeError(`Cannot multiply ${a.shape} by ${b.shape}`);
  const s = session();
  const c = s.output([...(a.shape.length > 2 ? [1] : []), m, n]);
  const scratch = s.scratch(s.kernels.matMulScratchFloats(m, n, k, transposeA, transposeB));
  s.kernels.matMul(
    s.address(a),
    s.address(b),
    end.bias ? s.address(end.bias) : 0,
    s.address(c),
    m,
    n,
    k,
    transposeA,
    transposeB,
    end.activation,
    scratch,
  );
  return c;
}
