/** Our kernels, bound to the memory of tfjs's wasm backend. `kernels/assembly` has their sources. */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { TileChoice, type TileSpeeds } from "./tile_choice.ts";
import { BLOCK_BYTES, NO_TILES, type TileKernels, tileKernels } from "./tile_kernels.ts";
import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "../kernels/kernels.generated.ts";

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

/** The kernels: see the functions of their names in `kernels/assembly`. */
type KernelName =
  | "activationGradient"
  | "adam"
  | "biasActivation"
  | "blurPower"
  | "channelSquares"
  | "channelSums"
  | "conv2d"
  | "conv2dFilterGradient"
  | "conv2dInputGradient"
  | "gaussian"
  | "gaussianGradient"
  | "losses"
  | "lstmCell"
  | "lstmCellGradient"
  | "matMul"
  | "maxPool"
  | "maxPoolGradient"
  | "normGradient"
  | "normGradientSums"
  | "scaleGradients"
  | "scaleShift"
  | "upsample"
  | "upsampleGradient"
  | "wideMatMul"
  | "writeConstants";

/** Functions that return a size in floats. */
type SizeName =
  | "blurPowerScratchFloats"
  | "constantFloats"
  | "conv2dFilterGradientScratchFloats"
  | "conv2dInputGradientScratchFloats"
  | "conv2dScratchFloats"
  | "matMulScratchFloats"
  | "wideMatMulScratchFloats";

/** Exports of the compiled module. Pointers are addresses in bytes; counts are in floats. */
type Kernels =
  & Readonly<Record<KernelName, (...args: readonly (number | boolean)[]) => void>>
  & Readonly<Record<SizeName, (...args: readonly (number | boolean)[]) => number>>;

/** An argument of a kernel. */
type Argument = tf.TensorInfo | number | boolean | undefined;

/** Members of the emscripten module that tfjs does not type. */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Compiles the kernels, with fused multiply-add if the engine has relaxed SIMD. */
function compile(): { readonly module: WebAssembly.Module; readonly relaxed: boolean } {
  const bytes = decode(RELAXED_SIMD_KERNELS), relaxed = WebAssembly.validate(bytes);
  return { module: new WebAssembly.Module(relaxed ? bytes : decode(SIMD_KERNELS)), relaxed };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The tfjs backend with our kernels bound to its memory. */
class Session {
  /** Whether products run by tiles, faster or slower with the same bits; undecided at first. */
  readonly tiles: TileChoice;
  kernels: Kernels;
  readonly #backend: BackendWasm;
  readonly #module: WasmModule;
  readonly #compiled: WebAssembly.Module;
  readonly #constants: number;
  /** Address of the geometry, overwritten by every convolution. */
  readonly #geometry: number;
  #block = 0;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(backend: BackendWasm) {
    this.#backend = backend;
    this.#module = backend.wasm as unknown as WasmModule;
    const { module, relaxed } = compile();
    this.#compiled = module;
    this.#constants = -1;
    this.kernels = this.#instantiate(NO_TILES);
    this.#constants = this.#module._malloc(this.kernels.constantFloats() * 4);
    this.kernels.writeConstants(this.#constants);
    this.#geometry = this.#module._malloc(GEOMETRY_INTEGERS * 4);
    this.tiles = new TileChoice(relaxed, () => this.#measureTiles());
  }

  /** Address of the block that products by tiles need; 0 where they run without. */
  get block(): number {
    return this.tiles.chosen ? this.#tileBlock() : 0;
  }

  #instantiate(tiles: TileKernels): Kernels {
    const imports = { env: { memory: this.#module.asm.memory }, tiles: { ...tiles } };
    return new WebAssembly.Instance(this.#compiled, imports).exports as unknown as Kernels;
  }

  /** Address of the block, after making the tile kernels at the first call. */
  #tileBlock(): number {
    if (this.#block === 0) {
      // Aligned to a line of the cache. It is never freed: its address is in the kernels' code.
      this.#block = (this.#module._malloc(BLOCK_BYTES + 63) + 63) & ~63;
      this.kernels = this.#instantiate(tileKernels(this.#module.asm.memory, this.#block));
      this.kernels.writeConstants(this.#constants);
    }
    return this.#block;
  }

  /** Speed of a product without tiles and with them, multiply-adds per ms. */
  #measureTiles(): TileSpeeds {
    const [m, n, k] = [192, 64, 256], block = this.#tileBlock();
    const plain = this.kernels.matMulScratchFloats(m, n, k, false, false);
    const a = this.scratch(m * k + k * n + m * n + plain);
    const b = a + m * k * 4, c = b + k * n * 4, rest = c + m * n * 4;
    this.floats(a, m * k + k * n).fill(1);
    const speed = (run: () => void) => {
      let least = Infinity;
      for (let i = 0; i < 3; i++) {
        const start = performance.now();
        run();
        least = Math.min(least, performance.now() - start);
      }
      return m * n * k / Math.max(least, 1e-3);
    };
    const size = [m, n, k, false, false, 0, rest] as const;
    return {
      plain: speed(() => this.kernels.matMul(a, b, 0, c, ...size)),
      tiles: speed(() => this.kernels.wideMatMul(a, b, 0, c, ...size, block)),
    };
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
  }

  /** The address of a tensor's first element. */
  address(tensor: tf.TensorInfo): number {
    return this.#backend.getMemoryOffset(tensor.dataId);
  }

  /** A new float32 tensor with unspecified contents. */
  output(shape: number[]): tf.TensorInfo {
    return this.#backend.makeOutput(shape, "float32");
  }

  /** A view of floats in memory, valid until the memory grows. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#module.asm.memory.buffer, address, count);
  }

  /** A tensor's values, in place. */
  values(tensor: tf.TensorInfo): Float32Array {
    return this.floats(this.address(tensor), tf.util.sizeFromShape(tensor.shape));
  }

  /** Writes a convolution's geometry; returns its address, valid until the next call. */
  geometry(geometry: Geometry): number {
    new Int32Array(this.#module.asm.memory.buffer, this.#geometry, geometry.length).set(geometry);
    return this.#geometry;
  }

  /** The address of scratch memory for at least `floats` floats, reused by later calls. */
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
