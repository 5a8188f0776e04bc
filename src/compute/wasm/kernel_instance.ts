/** Our kernels on a memory. `kernels/assembly` has their sources. */

import { endWideOperations } from "../../end_wide_operations.ts";
import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "../kernels/kernels.generated.ts";
import { TileChoice, type TileSpeeds } from "./tile_choice.ts";
import { BLOCK_BYTES, NO_TILES, type TileKernels, tileKernels } from "./tile_kernels.ts";

/** The kernels: see the functions of their names in `kernels/assembly`. */
export type KernelName =
  | "activationGradient"
  | "adam"
  | "biasActivation"
  | "blurPower"
  | "channelSquares"
  | "channelSums"
  | "conv2d"
  | "conv2dFilterGradient"
  | "conv2dInputGradient"
  | "directionMaps"
  | "doubleDots"
  | "gaussian"
  | "gaussianGradient"
  | "largestProducts"
  | "losses"
  | "lstmCell"
  | "lstmCellGradient"
  | "matMul"
  | "maxPool"
  | "maxPoolGradient"
  | "normGradient"
  | "normGradientSums"
  | "rowDistances"
  | "scaleGradients"
  | "scaleShift"
  | "setMostSteps"
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
  | "directionMapsScratchFloats"
  | "largestProductsScratchFloats"
  | "matMulScratchFloats"
  | "wideMatMulScratchFloats";

/** Exports of the compiled module. Pointers are addresses in bytes; counts are in floats. */
export type Kernels =
  & Readonly<Record<KernelName, (...args: readonly (number | boolean)[]) => void>>
  & Readonly<Record<SizeName, (...args: readonly (number | boolean)[]) => number>>;

/** Minimum rows, columns and steps of a product for which tiles are as fast. */
const MIN_TILED = { m: 4, n: 9, k: 16 } as const;

/**
 * Steps of a sum that a call of tiles makes: long calls copy less, their code is too much for some
 * processors' caches of decoded instructions.
 */
const CALL_STEPS = { short: 64, long: 144 } as const;
/** Minimum gain for which calls are short. */
const MIN_SHORT_GAIN = 1.05;

/** Addresses of the matrices of a product; 0 for no bias. */
export interface ProductAddresses {
  readonly a: number;
  readonly b: number;
  readonly bias: number;
  readonly c: number;
}

/** Sizes of a product, as the kernel `matMul` takes them. */
export type ProductSizes = readonly [
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
];

/** A memory that kernels compute in, and its allocator. */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory;
  /** Allocates a number of bytes; returns their address, at the start of a line of the cache. */
  allocate(bytes: number): number;
  /** Frees what was allocated at an address. */
  free(address: number): void;
}

/** Compiles the kernels, with fused multiply-add if the engine has relaxed SIMD. */
function compile(): { readonly module: WebAssembly.Module; readonly relaxed: boolean } {
  const bytes = decode(RELAXED_SIMD_KERNELS), relaxed = WebAssembly.validate(bytes);
  return { module: new WebAssembly.Module(relaxed ? bytes : decode(SIMD_KERNELS)), relaxed };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The kernels bound to a memory, and the memory that they need beside their arguments. */
export class KernelInstance {
  /** Whether products run by tiles, faster or slower with the same bits; undecided at first. */
  readonly tiles: TileChoice;
  readonly #memory: KernelMemory;
  readonly #compiled: WebAssembly.Module;
  readonly #constants: number;
  #kernels: Kernels;
  #block = 0;
  #scratch = 0;
  #scratchBytes = 0;

  /** @param memory The memory. */
  constructor(memory: KernelMemory) {
    this.#memory = memory;
    const { module, relaxed } = compile();
    this.#compiled = module;
    this.#kernels = this.#instantiate(NO_TILES);
    this.#constants = memory.allocate(this.#kernels.constantFloats() * 4);
    this.#kernels.writeConstants(this.#constants);
    this.tiles = new TileChoice(relaxed, () => this.#measureTiles());
  }

  /** The kernels. */
  get kernels(): Kernels {
    return this.#kernels;
  }

  /** A view of floats in memory, valid until the memory grows. */
  floats(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.memory.buffer as ArrayBuffer, address, count);
  }

  /** The address of scratch memory for at least `floats` floats, reused by later calls. */
  scratch(floats: number): number {
    const bytes = floats * 4;
    if (bytes > this.#scratchBytes) {
      if (this.#scratch !== 0) this.#memory.free(this.#scratch);
      this.#scratch = this.#memory.allocate(bytes);
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }

  /**
   * C = activation(A * B + bias): see the kernel `matMul`.
   *
   * @param at The matrices.
   * @param size Their sizes.
   * @param activation 0 linear, 1 relu.
   */
  multiply(
    { a, b, bias, c }: ProductAddresses,
    size: ProductSizes,
    activation: number,
  ): void {
    const [m, n, k, transposeA] = size;
    const block = this.blockFor(m * n * k, k);
    const args = [a, b, bias, c, ...size, activation] as const;
    if (block !== 0 && m >= MIN_TILED.m && n >= MIN_TILED.n) {
      const scratch = this.scratch(this.#kernels.wideMatMulScratchFloats(transposeA));
      this.#kernels.wideMatMul(...args, scratch, block);
    } else {
      this.#kernels.matMul(...args, this.scratch(this.#kernels.matMulScratchFloats(...size)));
    }
    endWideOperations();
  }

  /**
   * Counts work, and chooses whether it runs by tiles; may measure, which takes the scratch.
   *
   * @param multiplyAdds The work.
   * @param steps Steps of each sum.
   * @returns Address of the block; 0 where the work runs without tiles.
   */
  blockFor(multiplyAdds: number, steps: number = MIN_TILED.k): number {
    this.tiles.count(multiplyAdds);
    return this.tiles.chosen && steps >= MIN_TILED.k ? this.#tileBlock() : 0;
  }

  #instantiate(tiles: TileKernels): Kernels {
    const imports = { env: { memory: this.#memory.memory }, tiles: { ...tiles } };
    return new WebAssembly.Instance(this.#compiled, imports).exports as unknown as Kernels;
  }

  /** Address of the block, after making the tile kernels at the first call. */
  #tileBlock(): number {
    if (this.#block === 0) {
      // It is never freed: its address is in the kernels' code.
      this.#block = this.#memory.allocate(BLOCK_BYTES);
      this.#kernels = this.#instantiate(tileKernels(this.#memory.memory, this.#block));
      this.#kernels.writeConstants(this.#constants);
    }
    return this.#block;
  }

  /** Speed of a product without tiles and with them, multiply-adds per ms; chooses how many steps a call makes. */
  #measureTiles(): TileSpeeds {
    const [m, n, k] = [192, 64, 256], block = this.#tileBlock();
    const needed = this.kernels.matMulScratchFloats(m, n, k, false, false);
    const a = this.scratch(m * k + k * n + m * n + needed);
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
    const plain = speed(() => this.kernels.matMul(a, b, 0, c, ...size));
    const tiles = (steps: number) => {
      this.kernels.setMostSteps(steps);
      return speed(() => this.kernels.wideMatMul(a, b, 0, c, ...size, block));
    };
    const [short, long] = [tiles(CALL_STEPS.short), tiles(CALL_STEPS.long)];
    if (short > MIN_SHORT_GAIN * long) this.kernels.setMostSteps(CALL_STEPS.short);
    return { plain, tiles: Math.max(short, long) };
  }
}
