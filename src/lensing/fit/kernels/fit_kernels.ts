/** The kernels of the fit on a memory of their own. `assembly` has their sources. */

import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from "./kernels.generated.ts";

/** Exports of the compiled module: see `assembly`. Pointers are addresses and strides in bytes; counts are in doubles. */
export interface FitKernels {
  /** Blurs a plane in place. */
  blur(
    plane: number,
    scratch: number,
    width: number,
    height: number,
    weights: number,
    radius: number,
  ): void;
  /** The deflections of the halo. */
  deflections(x: number, y: number, ax: number, ay: number, count: number): void;
  /** The image and all columns before the PSF. */
  light(
    pixels: number,
    rays: number,
    stride: number,
    x: number,
    y: number,
    ax: number,
    ay: number,
    planes: number,
    isHaloFree: boolean,
    isRound: boolean,
    isDark: boolean,
  ): void;
  /** Products of each column with each before it and itself. */
  products(columns: number, rows: number, pixels: number, stride: number, c: number): void;
  /** Multiplies column by column. */
  weigh(a: number, b: number, to: number, count: number): void;
  /** Writes constants of the first page. */
  writeConstants(): void;
}

const PAGE = 65_536;
/** Places in the first page, in doubles; `assembly/layout.ts` has the same in bytes. */
const HALO = 32, DEFLECTION = 96, SOURCE = 112, LENS = 128;
/** Vectors may lie anywhere; lines of the cache begin at multiples of this, bytes. */
const LINE = 64;

/** A memory of fixed size with kernels, so that views of it stay valid. */
export class KernelMemory {
  /** The kernels. */
  readonly kernels: FitKernels;
  /** Numbers that the kernels read: of the halo, of the deflection, of the profiles of source and lens. */
  readonly halo: Float64Array;
  readonly deflection: Float64Array;
  readonly source: Float64Array;
  readonly lens: Float64Array;
  readonly #memory: WebAssembly.Memory;
  #used = PAGE;

  /**
   * Reserves memory.
   *
   * @param doubles Doubles of all allocations.
   * @param allocations Number of allocations, at least.
   */
  constructor(doubles: number, allocations: number) {
    const bytes = PAGE + 8 * doubles + LINE * allocations;
    const memory = this.#memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    const { exports } = new WebAssembly.Instance(compile(), { env: { memory } });
    this.kernels = exports as unknown as FitKernels;
    this.kernels.writeConstants();
    const view = (at: number, count: number) => new Float64Array(memory.buffer, 8 * at, count);
    this.halo = view(HALO, DEFLECTION - HALO);
    this.deflection = view(DEFLECTION, SOURCE - DEFLECTION);
    this.source = view(SOURCE, LENS - SOURCE);
    this.lens = view(LENS, 16);
  }

  /** Allocates doubles, all 0; their address is the view's `byteOffset`. */
  allocate(count: number): Float64Array {
    const array = new Float64Array(this.#memory.buffer, this.#used, count);
    this.#used = Math.ceil((this.#used + 8 * count) / LINE) * LINE;
    return array;
  }
}

/** Compiles the kernels, with fused multiply-add if the engine has relaxed SIMD. */
function compile(): WebAssembly.Module {
  const bytes = decode(RELAXED_SIMD_KERNELS);
  return new WebAssembly.Module(WebAssembly.validate(bytes) ? bytes : decode(SIMD_KERNELS));
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
