/**
 * Our kernels in the memory of tfjs's wasm backend, where they work in place. `kernels/assembly` has
 * their sources.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "../kernels/kernels.generated.ts";

/** Sizes of a convolution, in the order in which `kernels/assembly/geometry.ts` reads them. */
export type Geometry = readonly [
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

const GEOMETRY_INTEGERS: Geometry["length"] = 12;

/** The element-wise kernels: see the files of their names in `kernels/assembly`. */
type ElementwiseKernels = Readonly<
  Record<
    | "activationGradient"
    | "biasActivation"
    | "blurPower"
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
    | "otherLoss"
    | "otherLossGradient"
    | "pixelLoss"
    | "pixelLossGradient"
    | "pixelLossSlopes"
    | "scaleShift"
    | "scaleSlopes"
    | "upsample"
    | "upsampleGradient",
    (...args: (number | boolean)[]) => void
  >
>;

/** What the compiled module exports. Pointers are addresses in bytes, counts are of floats. */
export interface Kernels extends ElementwiseKernels {
  conv2d(
    x: number,
    w: number,
    bias: number,
    y: number,
    geometry: number,
    activation: number,
    scratch: number,
  ): void;
  conv2dScratchFloats(geometry: number): number;
  conv2dInputGradient(
    dy: number,
    w: number,
    bias: number,
    dx: number,
    geometry: number,
    activation: number,
    scratch: number,
  ): void;
  conv2dInputGradientScratchFloats(geometry: number): number;
  conv2dFilterGradient(
    x: number,
    dy: number,
    dw: number,
    geometry: number,
    scratch: number,
  ): void;
  conv2dFilterGradientScratchFloats(geometry: number): number;
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
  blurPowerScratchFloats(width: number, channels: number): number;
  matMulScratchFloats(
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
  ): number;
  constantFloats(): number;
  writeConstants(at: number): void;
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
    penalty: number,
    kept: number,
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
export class Session {
  readonly kernels: Kernels;
  readonly #backend: BackendWasm;
  readonly #module: WasmModule;
  /** The address of the one geometry that kernels read. */
  readonly #geometry: number;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(backend: BackendWasm) {
    this.#backend = backend;
    this.#module = backend.wasm as unknown as WasmModule;
    const instance = new WebAssembly.Instance(compile(), {
      env: { memory: this.#module.asm.memory },
    });
    this.kernels = instance.exports as unknown as Kernels;
    this.kernels.writeConstants(this.#module._malloc(this.kernels.constantFloats() * 4));
    this.#geometry = this.#module._malloc(GEOMETRY_INTEGERS * 4);
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

  /** The address of a convolution's geometry, for kernels to read until the next one is written. */
  geometry(geometry: Geometry): number {
    new Int32Array(this.#module.asm.memory.buffer, this.#geometry, geometry.length).set(geometry);
    return this.#geometry;
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
