/**
 * Kernels of ours for the tfjs wasm backend, which work in place on its memory.
 *
 * tfjs's wasm backend has no gradient for a convolution's filter, so it cannot train a convolutional
 * network, and its products with transposed matrices are scalar. These kernels take their place;
 * models stay ordinary tfjs code. `kernels/assembly` has the sources.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "./kernels/kernels.generated.ts";

/** Geometry of a convolution as every kernel takes it, in this order. */
type Geometry = readonly [
  batch: number,
  height: number,
  width: number,
  channels: number,
  kernelHeight: number,
  kernelWidth: number,
  outHeight: number,
  outWidth: number,
  filters: number,
  stride: number,
  padTop: number,
  padLeft: number,
];

/** The kernels' number for no activation. */
const LINEAR = 0;

/** The element-wise kernels: see the files of their names in `kernels/assembly`. */
type ElementwiseKernels = Readonly<
  Record<
    | "activationGradient"
    | "biasActivation"
    | "channelSquares"
    | "channelSums"
    | "gaussian"
    | "gaussianGradient"
    | "lstmCell"
    | "lstmCellGradient"
    | "maxPool"
    | "maxPoolGradient"
    | "normGradient"
    | "normGradientSums"
    | "pixelLoss"
    | "pixelLossGradient"
    | "scaleShift"
    | "upsample"
    | "upsampleGradient",
    (...args: (number | boolean)[]) => void
  >
>;

/** What the compiled module exports. Pointers are addresses in bytes, counts are of floats. */
interface Kernels extends ElementwiseKernels {
  conv2d(
    x: number,
    w: number,
    bias: number,
    y: number,
    ...rest: [...Geometry, activation: number, scratch: number]
  ): void;
  conv2dScratchFloats(...geometry: Geometry): number;
  conv2dInputGradient(
    dy: number,
    w: number,
    bias: number,
    dx: number,
    ...rest: [...Geometry, activation: number, scratch: number]
  ): void;
  conv2dInputGradientScratchFloats(...geometry: Geometry): number;
  conv2dFilterGradient(
    x: number,
    dy: number,
    dw: number,
    ...rest: [...Geometry, scratch: number]
  ): void;
  conv2dFilterGradientScratchFloats(...geometry: Geometry): number;
  matMul(
    a: number,
    b: number,
    bias: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    activation: number,
    scratch: number,
  ): void;
  matMulScratchFloats(
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
  ): number;
  adam(
    weight: number,
    gradient: number,
    mean: number,
    variance: number,
    count: number,
    beta1: number,
    beta2: number,
    step: number,
    epsilon: number,
  ): void;
}

/** The parts of the emscripten module that tfjs does not type. */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Compiles the kernels for this engine: with fused multiply-add where it has relaxed SIMD. */
function compile(): WebAssembly.Module {
  const relaxed = decode(RELAXED_SIMD_KERNELS);
  return new WebAssembly.Module(WebAssembly.validate(relaxed) ? relaxed : decode(SIMD_KERNELS));
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The tfjs backend, and our kernels bound to its memory. */
class Session {
  readonly kernels: Kernels;
  readonly #backend: BackendWasm;
  readonly #module: WasmModule;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(backend: BackendWasm) {
    this.#backend = backend;
    this.#module = backend.wasm as unknown as WasmModule;
    const instance = new WebAssembly.Instance(compile(), {
      env: { memory: this.#module.asm.memory },
    });
    this.kernels = instance.exports as unknown as Kernels;
  }

  /** The address of a tensor's first element. */
  address(tensor: tf.TensorInfo): number {
    return this.#backend.getMemoryOffset(tensor.dataId);
  }

  /** A new float32 tensor; its contents are whatever was there. */
  output(shape: number[]): tf.TensorInfo {
    return this.#backend.makeOutput(shape, "float32");
  }

  /** Floats of the memory, as they are until it grows. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#module.asm.memory.buffer, address, count);
  }

  /** A tensor's values, in place. */
  values(tensor: tf.TensorInfo): Float32Array {
    return this.floats(this.address(tensor), tf.util.sizeFromShape(tensor.shape));
  }

  /** The address of scratch memory for at least `floats` floats, kept from call to call. */
  scratch(floats: number): number {
    const bytes = floats * 4;
    if (bytes > this.#scratchBytes) {
      if (this.#scratch !== 0) this.#module._free(this.#scratch);
      this.#scratch = this.#module._malloc(bytes);
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }
}

const sessions = new WeakMap<object, Session>();

/** The session of the current backend, which must be wasm. */
export function session(): Session {
  const backend = tf.backend() as BackendWasm;
  let found = sessions.get(backend);
  if (!found) sessions.set(backend, found = new Session(backend));
  return found;
}

/** tfjs's attributes of a convolution, or of its gradients. */
interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: [number, number] | number;
}

/** The geometry, or undefined for what only tfjs's own kernel does (dilation, NCHW, two strides). */
function geometry(
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

type Work = (
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
) => tf.TensorInfo | undefined;

/** Puts a kernel in the place of tfjs's, which is called for what ours does not do. */
function replace(kernelName: string, work: Work): void {
  const own = tf.getKernel(kernelName, "wasm");
  if (own) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    ...(own?.setupFunc && { setupFunc: own.setupFunc }),
    kernelFunc: (call) => {
      const output = work(call.inputs as Record<string, tf.TensorInfo>, call.attrs ?? {});
      if (output) return output;
      if (own) return own.kernelFunc(call);
      throw new RangeError(`Cannot run ${kernelName} on wasm with ${JSON.stringify(call.attrs)}`);
    },
  });
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
  const g = geometry(x.shape, w.shape, attrs);
  if (!g) return undefined;
  const s = session();
  const y = s.output(g.outShape);
  const scratch = s.scratch(s.kernels.conv2dScratchFloats(...g.geometry));
  s.kernels.conv2d(
    s.address(x),
    s.address(w),
    end.bias ? s.address(end.bias) : 0,
    s.address(y),
    ...g.geometry,
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
  const g = geometry(attrs.inputShape, w.shape, attrs);
  if (!g) return undefined;
  const s = session();
  const dx = s.output(attrs.inputShape);
  const scratch = s.scratch(s.kernels.conv2dInputGradientScratchFloats(...g.geometry));
  s.kernels.conv2dInputGradient(
    s.address(dy),
    s.address(w),
    end.bias ? s.address(end.bias) : 0,
    s.address(dx),
    ...g.geometry,
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
  const g = geometry(x.shape, attrs.filterShape, attrs);
  if (!g) return undefined;
  const s = session();
  const dw = s.output(attrs.filterShape);
  const scratch = s.scratch(s.kernels.conv2dFilterGradientScratchFloats(...g.geometry));
  s.kernels.conv2dFilterGradient(
    s.address(x),
    s.address(dy),
    s.address(dw),
    ...g.geometry,
    scratch,
  );
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

/** Puts the kernels into tfjs. The wasm backend must be the current one. */
export function registerWasmKernels(): void {
  // tfjs copies a tensor to clone it, and clones whatever a gradient needs; its memory can be shared.
  replace(tf.Identity, ({ x }) => {
    tf.backend().incRef(x!.dataId);
    return { dataId: x!.dataId, shape: x!.shape, dtype: x!.dtype };
  });
  replace(
    tf.Conv2D,
    ({ x, filter }, attrs) => conv2d(x!, filter!, attrs as unknown as ConvolutionAttributes),
  );
  replace(
    tf.Conv2DBackpropInput,
    ({ dy, filter }, attrs) =>
      conv2dInputGradient(
        dy!,
        filter!,
        attrs as unknown as ConvolutionAttributes & { inputShape: number[] },
      ),
  );
  replace(
    tf.Conv2DBackpropFilter,
    ({ x, dy }, attrs) =>
      conv2dFilterGradient(
        x!,
        dy!,
        attrs as unknown as ConvolutionAttributes & { filterShape: number[] },
      ),
  );
  replace(
    tf.BatchMatMul,
    ({ a, b }, attrs) => matMul(a!, b!, attrs["transposeA"] === true, attrs["transposeB"] === true),
  );
}

/** The numbers of one Adam step. See `kernels/assembly/adam.ts`. */
export interface AdamStep {
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** The learning rate, with both bias corrections. */
  readonly step: number;
  /** Epsilon-hat of the paper. */
  readonly epsilon: number;
}

/** One Adam step on one variable, in place: weight, mean and variance are overwritten. */
export function wasmAdam(
  weight: tf.TensorInfo,
  gradient: tf.TensorInfo,
  mean: tf.TensorInfo,
  variance: tf.TensorInfo,
  { beta1, beta2, step, epsilon }: AdamStep,
): void {
  const s = session();
  s.kernels.adam(
    s.address(weight),
    s.address(gradient),
    s.address(mean),
    s.address(variance),
    tf.util.sizeFromShape(weight.shape),
    beta1,
    beta2,
    step,
    epsilon,
  );
}
