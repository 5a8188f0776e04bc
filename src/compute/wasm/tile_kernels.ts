/**
 * Products of a few rows with a panel of 16 columns, as WebAssembly made at start.
 *
 * V8 checks the bounds of every access at an address that it does not know; a check between two halves
 * keeps it from packing pairs of 128-bit operations into 256-bit ones (its revectorizer, with the flag
 * `--experimental-wasm-revectorize`). So panel and tile lie at constant addresses below the least size of
 * the memory: those accesses need no check. The code is straight-line, for 64, 48, 32, 16, 4 or 1 steps of the
 * sum.
 */

import { assemble, FunctionBuilder } from "./_assembler.ts";

/** Columns of a panel, and vectors of four of them. */
const COLUMNS = 16, VECTORS = COLUMNS / 4;
/** Rows of a tile. */
const ROWS = 4;
/** Steps of the sum that one kernel makes, the largest first. */
const STEPS = [64, 48, 32, 16, 4, 1] as const;
/** Chunks of so many steps that follow each other in one call, at most, with a panel and a kernel for each. */
const CHUNKS: Readonly<Record<typeof STEPS[number], number>> = {
  64: 2,
  48: 3,
  32: 4,
  16: 4,
  4: 1,
  1: 1,
};
/** Rows of the longest panel. */
const MOST_STEPS = Math.max(...STEPS.map((steps) => steps * CHUNKS[steps]));

/** Places within the block, in bytes; `assembly/tile_block.ts` has the same. */
const TILE = 0, BIAS = 256, PANEL = 512, LIST = PANEL + MOST_STEPS * COLUMNS * 4;
/** Rows for which the block has an address each, and then 16 columns each. */
const LISTED = 256;
/** Bytes of the block at a constant address. */
export const BLOCK_BYTES: number = LIST + LISTED * 4 * (1 + COLUMNS);

/** The layout of A: rows wherever a list of addresses says, or four rows interleaved. */
type Layout = "listed" | "packed";

/** A kernel to make. */
interface KernelPlan {
  /** Address of the block. */
  readonly base: number;
  readonly layout: Layout;
  /** Rows of A. */
  readonly rows: number;
  readonly steps: number;
}

/**
 * Tile = bias + A * panel, or tile += A * panel; tile, bias and panel at constant addresses.
 *
 * Parameters are the addresses of the rows of A.
 *
 * @param chunk Number of the panel.
 * @param first Whether sums begin with the bias.
 */
function tileKernel(
  { base, layout, rows, steps }: KernelPlan,
  chunk: number,
  first: boolean,
): FunctionBuilder {
  const f = new FunctionBuilder(layout === "listed" ? rows : 1);
  const sums = Array.from(
    { length: rows },
    () => Array.from({ length: VECTORS }, () => f.local("v128")),
  );
  const panel = Array.from({ length: VECTORS }, () => f.local("v128")), factor = f.local("v128");
  // Four numbers of A with one check of bounds: V8 makes of each splat a load of its own, without one.
  const four = sums.map(() => f.local("v128"));
  const tileAt = (row: number, j: number) => TILE + (row * VECTORS + j) * 16;
  const startAt = (row: number, j: number) => first ? BIAS + j * 16 : tileAt(row, j);
  sums.forEach((row, r) => row.forEach((sum, j) => f.constant(base).load(startAt(r, j)).set(sum)));
  for (let step = 0; step < steps; step++) {
    const panelRow = PANEL + (chunk * steps + step) * COLUMNS * 4;
    panel.forEach((b, j) => f.constant(base).load(panelRow + j * 16).set(b));
    sums.forEach((row, r) => {
      if (layout === "packed" && rows === ROWS) {
        if (r === 0) f.get(0).load(step * ROWS * 4).set(four[0]!);
        f.splatLane(four[0]!, r);
      } else if (layout === "packed") f.get(0).loadSplat(step * ROWS * 4);
      else if (steps >= 4) {
        if (step % 4 === 0) f.get(r).load(step * 4).set(four[r]!);
        f.splatLane(four[r]!, step % 4);
      } else f.get(r).loadSplat(step * 4);
      f.set(factor);
      row.forEach((sum, j) => f.get(factor).get(panel[j]!).get(sum).multiplyAdd().set(sum));
    });
  }
  sums.forEach((row, r) => row.forEach((sum, j) => f.constant(base).get(sum).store(tileAt(r, j))));
  return f;
}

/** Indices of the kernels of one plan: with the bias and the first panel, and one per panel. */
interface Kernels {
  readonly first: number;
  readonly more: readonly number[];
}

/**
 * C (m x 16) = or += A (m x steps) * panel, chunk by chunk, four rows at a time.
 *
 * Parameters: chunks; m; for `listed` the address of the list and an offset to add to its addresses, for
 * `packed` the address of A and the bytes between its groups of four rows; the bytes from a chunk of A to
 * the next; address of C, bytes between its rows; whether to begin with the bias instead of with C.
 *
 * @param four Kernels for four rows.
 * @param one Kernels for a single row.
 */
function productFunction(
  base: number,
  layout: Layout,
  { four, one }: { readonly four: Kernels; readonly one: Kernels },
): FunctionBuilder {
  const f = new FunctionBuilder(8);
  const [chunks, m, a, aStep, next, c, cRow, first] = [0, 1, 2, 3, 4, 5, 6, 7];
  const rowsOfA = Array.from({ length: layout === "listed" ? ROWS : 1 }, () => f.local("i32"));
  const rowsOfC = Array.from({ length: ROWS }, () => f.local("i32"));
  const group = (rows: number) => {
    const { first: firstKernel, more } = rows === ROWS ? four : one;
    const addresses = rowsOfA.slice(0, rows);
    const each = (use: (row: number, j: number, offset: number) => void) => {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < VECTORS; j++) use(rowsOfC[r]!, j, TILE + (r * VECTORS + j) * 16);
      }
    };
    const call = (kernel: number) => {
      for (const address of addresses) f.get(address);
      f.call(kernel);
    };
    const callFrom = (chunk: number) => {
      if (chunk === more.length) return;
      f.get(chunks).constant(chunk + 1).lessThan().ifElse(() => {}, () => {
        for (const address of addresses) f.get(address).get(next).add().set(address);
        call(more[chunk]!);
        callFrom(chunk + 1);
      });
    };
    f.get(c).set(rowsOfC[0]!);
    for (let r = 1; r < rows; r++) f.get(rowsOfC[r - 1]!).get(cRow).add().set(rowsOfC[r]!);
    addresses.forEach((address, r) => {
      f.get(a);
      if (layout === "listed") f.loadInteger(4 * r).get(aStep).add();
      f.set(address);
    });
    f.get(first).ifElse(() => call(firstKernel), () => {
      each((row, j, tile) => f.constant(base).get(row).load(j * 16).store(tile));
      call(more[0]!);
    });
    callFrom(1);
    each((row, j, tile) => f.get(row).constant(base).load(tile).store(j * 16));
    f.get(rowsOfC[rows - 1]!).get(cRow).add().set(c);
    f.get(m).constant(rows).subtract().set(m);
  };
  f.repeatUntil(() => f.get(m).constant(ROWS).lessThan(), () => {
    group(ROWS);
    f.get(a);
    if (layout === "packed") f.get(aStep).add().set(a);
    else f.constant(4 * ROWS).add().set(a);
  });
  f.repeatUntil(() => f.get(m).constant(1).lessThan(), () => {
    group(1);
    f.get(a).constant(4).add().set(a);
  });
  return f;
}

/**
 * Calls one of several functions: the first parameter is a number of steps, the others are passed on.
 *
 * @param indices Indices of the functions, by the place of their steps in `STEPS`.
 */
function dispatchFunction(name: Layout, indices: readonly number[]): FunctionBuilder {
  const f = new FunctionBuilder(9, name);
  const callFrom = (i: number) => {
    if (i === STEPS.length) return;
    f.get(0).constant(STEPS[i]!).equal().ifElse(
      () => {
        for (let parameter = 1; parameter < f.parameters; parameter++) f.get(parameter);
        f.call(indices[i]!);
      },
      () => callFrom(i + 1),
    );
  };
  callFrom(0);
  return f;
}

/** The exports: a number of `STEPS`, then the parameters of {@linkcode productFunction}. */
export type TileKernels = Readonly<
  Record<
    Layout,
    (
      steps: number,
      chunks: number,
      m: number,
      a: number,
      aStep: number,
      next: number,
      c: number,
      cRow: number,
      first: number,
    ) => void
  >
>;

/** Imports for kernels that run without tiles. */
export const NO_TILES: TileKernels = { listed() {}, packed() {} };

/**
 * Makes the tile kernels of a memory.
 *
 * @param memory The memory.
 * @param base Address of `BLOCK_BYTES` bytes in it, which stay where they are.
 * @returns The kernels.
 * @throws {WebAssembly.CompileError} If the engine has no relaxed SIMD.
 */
export function tileKernels(memory: WebAssembly.Memory, base: number): TileKernels {
  const functions: FunctionBuilder[] = [];
  const add = (f: FunctionBuilder) => functions.push(f) - 1;
  for (const layout of ["listed", "packed"] as const) {
    const products = STEPS.map((steps) => {
      const kernels = (rows: number): Kernels => {
        const plan = { base, layout, rows, steps };
        const numbers = Array.from({ length: CHUNKS[steps] }, (_, chunk) => chunk);
        return {
          first: add(tileKernel(plan, 0, true)),
          more: numbers.map((chunk) => add(tileKernel(plan, chunk, false))),
        };
      };
      return add(productFunction(base, layout, { four: kernels(ROWS), one: kernels(1) }));
    });
    add(dispatchFunction(layout, products));
  }
  const pages = memory.buffer.byteLength / 65536;
  const module = new WebAssembly.Module(assemble(functions, pages));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as TileKernels;
}
