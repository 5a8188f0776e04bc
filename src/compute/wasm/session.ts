/** Our kernels, bound to the memory of tfjs's wasm backend. `kernels/assembly` has their sources. */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { endWideOperations } from "../../end_wide_operations.ts";
import {
  KernelInstance,
  type KernelName,
  type Kernels,
  type ProductAddresses,
  type ProductSizes,
} from "./kernel_instance.ts";
import type { TileChoice } from "./tile_choice.ts";

/** Sizes of a convolution, in the order of the fields of `kernels/assembly/geometry.ts`. */
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

/** An argument of a kernel. */
type Argument = tf.TensorInfo | number | boolean | undefined;

/** Members of the emscripten module that tfjs does not type. */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The tfjs backend with our kernels bound to its memory. */
class Session {
  readonly #backend: BackendWasm;
  readonly #memory: WebAssembly.Memory;
  readonly #instance: KernelInstance;
  /** Address of the geometry, overwritten by every convolution. */
  readonly #geometry: number;

  constructor(backend: BackendWasm) {
    this.#backend = backend;
    const module = backend.wasm as unknown as WasmModule;
    this.#memory = module.asm.memory;
    this.#instance = new KernelInstance({
      memory: this.#memory,
      allocate: (bytes) => module._malloc(bytes),
      free: (address) => module._free(address),
    });
    this.#geometry = module._malloc(GEOMETRY_INTEGERS * 4);
  }

  /** Whether products run by tiles, faster or slower with the same bits; undecided at first. */
  get tiles(): TileChoice {
    return this.#instance.tiles;
  }

  /** The kernels. */
  get kernels(): Kernels {
    return this.#instance.kernels;
  }

  /** See the kernel instance. */
  blockFor(multiplyAdds: number, steps?: number): number {
    return this.#instance.blockFor(multiplyAdds, steps);
  }

  /** See the kernel instance. */
  multiply(at: ProductAddresses, size: ProductSizes, activation: number): void {
    this.#instance.multiply(at, size, activation);
  }

  /**
   * Runs a kernel.
   *
   * @param name The kernel.
   * @param args Its arguments: a tensor is passed as its address, undefined as 0.
   */
  run(name: KernelName, ...args: Argument[]): void {
    // In place: a mapped copy would take thrice the time, which counts for small layers.
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (typeof arg === "object") args[i] = this.address(arg);
      else if (arg === undefined) args[i] = 0;
    }
    this.kernels[name](...args as (number | boolean)[]);
    endWideOperations();
  }

  /** The address of a tensor's first element. */
  address(tensor: tf.TensorInfo): number {
    return this.#backend.getMemoryOffset(tensor.dataId);
  }

  /** A new tensor with unspecified contents. */
  output(shape: number[], dtype: "float32" | "int32" = "float32"): tf.TensorInfo {
    return this.#backend.makeOutput(shape, dtype);
  }

  /** A view of floats in memory, valid until the memory grows. */
  floats(address: number, count: number): Float32Array {
    return this.#instance.floats(address, count);
  }

  /** A tensor's values, in place. */
  values(tensor: tf.TensorInfo): Float32Array {
    return this.floats(this.address(tensor), tf.util.sizeFromShape(tensor.shape));
  }

  /** Writes a convolution's geometry; returns its address, valid until the next call. */
  geometry(geometry: Geometry): number {
    new Int32Array(this.#memory.buffer, this.#geometry, geometry.length).set(geometry);
    return this.#geometry;
  }

  /** The address of scratch memory for at least `floats` floats, reused by later calls. */
  scratch(floats: number): number {
    return this.#instance.scratch(floats);
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
