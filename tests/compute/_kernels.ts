/** The compiled kernels on separate memory, with helpers for tests. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "../../src/compute/kernels/kernels.generated.ts";
import { BLOCK_BYTES, NO_TILES, tileKernels } from "../../src/compute/wasm/tile_kernels.ts";
import type { Geometry } from "../../src/compute/wasm/session.ts";
import type { Random } from "../../src/random.ts";

type Kernel = (...numbers: number[]) => number;

/** The kernels under test. */
export interface Kernels {
  /** y from x and w. */
  readonly conv2d: Kernel;
  /** dx from dy and w. */
  readonly conv2dInputGradient: Kernel;
  /** dw from x and dy. */
  readonly conv2dFilterGradient: Kernel;
  /** A product of matrices. */
  readonly matMul: Kernel;
  /** Floats of scratch for each. */
  readonly conv2dScratchFloats: Kernel;
  readonly conv2dInputGradientScratchFloats: Kernel;
  readonly conv2dFilterGradientScratchFloats: Kernel;
  readonly matMulScratchFloats: Kernel;
  /** A product by tiles. */
  readonly wideMatMul: Kernel;
  readonly wideMatMulScratchFloats: Kernel;
  /** Constants that kernels read from memory, and their number of floats. */
  readonly constantFloats: Kernel;
  readonly writeConstants: Kernel;
}

/** One of the two builds, on separate memory that is allocated linearly and cleared. */
export class Bench {
  /** Name of the build. */
  readonly name: string;
  /** Exports of the build. */
  readonly kernels: Kernels;
  /** Address of the block of the tile kernels; 0 without them. */
  readonly block: number;
  readonly #floats: Float32Array;
  /** Start of allocations, in floats. */
  readonly #start: number;
  #used: number;

  constructor(name: string, base64: string, megabytes = 64, tiles = false) {
    const memory = new WebAssembly.Memory({ initial: megabytes * 16 });
    const module = new WebAssembly.Module(new Uint8Array(Buffer.from(base64, "base64")));
    this.name = name;
    this.block = tiles ? 64 : 0;
    this.kernels = new WebAssembly.Instance(module, {
      env: { memory },
      tiles: { ...tiles ? tileKernels(memory, this.block) : NO_TILES },
    }).exports as unknown as Kernels;
    this.#floats = new Float32Array(memory.buffer);
    const constants = 16 + (tiles ? BLOCK_BYTES / 4 : 0);
    this.kernels.writeConstants(constants * 4);
    this.#start = this.#used = constants + this.kernels.constantFloats();
  }

  /** Frees all allocations. */
  clear(): void {
    this.#floats.fill(NaN, this.#start, this.#used);
    this.#used = this.#start;
  }

  /** Allocates `count` floats, all NaN, followed by 16 NaNs; returns their address. */
  reserve(count: number): number {
    const at = this.#used;
    this.#used += count + 16;
    assert.ok(this.#used <= this.#floats.length, "the test's memory is too small");
    this.#floats.fill(NaN, at, this.#used);
    return at * 4;
  }

  /** Copies `values` to memory; returns their address. */
  put(values: ArrayLike<number>): number {
    const address = this.reserve(values.length);
    this.#floats.set(values, address / 4);
    return address;
  }

  /** Copies a geometry to memory; returns its address. */
  putGeometry(geometry: Geometry): number {
    const address = this.reserve(geometry.length);
    new Int32Array(this.#floats.buffer, address, geometry.length).set(geometry);
    return address;
  }

  /** A copy of `count` floats; asserts that the floats behind them are untouched. */
  take(address: number, count: number): Float32Array {
    const end = address / 4 + count;
    assert.ok(this.#floats.subarray(end, end + 16).every(Number.isNaN), "written beyond the end");
    return this.#floats.slice(address / 4, end);
  }
}

/** Both builds. */
export const BENCHES: readonly Bench[] = [
  new Bench("relaxed SIMD", RELAXED_SIMD_KERNELS),
  new Bench("plain SIMD", SIMD_KERNELS),
];

/** `count` normal deviates, as float32. */
export function normals(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** The product of numbers. */
export function product(...numbers: number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}

/** A result in double precision, and for each value the sum of the magnitudes of its terms. */
export interface Reference {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

/** A reference of `count` zeros. */
export function emptyReference(count: number): Reference {
  return { values: new Float64Array(count), magnitudes: new Float64Array(count) };
}

/** Adds a bias along the last axis and applies relu, as the kernels' epilogue does. */
export function applyEpilogue(
  { values, magnitudes }: Reference,
  bias: Float32Array | undefined,
  relu: boolean,
): void {
  for (let i = 0; i < values.length; i++) {
    if (bias) {
      values[i]! += bias[i % bias.length]!;
      magnitudes[i]! += Math.abs(bias[i % bias.length]!);
    }
    if (relu && values[i]! < 0) values[i] = 0;
  }
}

/** Asserts that each error is within `tolerance` of the largest sum of magnitudes. */
export function assertNear(
  got: Float32Array,
  { values, magnitudes }: Reference,
  tolerance: number,
  what: string,
): void {
  assert.equal(got.length, values.length);
  const scale = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(got[i]! - values[i]!);
    assert.ok(!Number.isNaN(difference), `${what}: value ${i} is not a number`);
    worst = Math.max(worst, difference);
  }
  assert.ok(worst <= tolerance * scale, `${what}: off by ${worst / scale} of the terms`);
}
