/**
 * Tiled matrix products, the basis of convolutions and their gradients.
 *
 * A workgroup computes one tile of the result. Step by step along the sum, it loads parts of both factors
 * into shared memory, and each thread accumulates four columns of one or four rows in registers. Programs
 * define the factors, which need not be matrices in memory.
 */

import { defineProgram, MAX_GROUPS, type Program, type ProgramSource } from "./program.ts";

/** A workgroup's part of the result. */
export interface Tile {
  /** Rows of results. */
  readonly rows: number;
  /** Columns of results, a multiple of four. */
  readonly columns: number;
  /** Rows per thread. With four, a read of shared memory serves eight multiplications; with one, two. */
  readonly rowsEach: 1 | 4;
  /** Terms of the sum per step. */
  readonly depth: number;
}

/** Columns per thread. */
const COLUMNS_EACH = 4;

/** The distribution of a tile's work over threads. */
interface TileThreads {
  /** Threads per workgroup. */
  readonly threads: number;
  /** Threads along a row of results. */
  readonly across: number;
  /** Threads along a column of results. */
  readonly down: number;
  /** Indices of the elements of `left` that a thread loads per step. */
  readonly leftLoads: readonly number[];
  /** Indices of the elements of `right` that a thread loads per step; some threads may be idle. */
  readonly rightLoads: readonly number[];
}

/** Distributes a tile's work over threads. */
export function threadsOf({ rows, columns, rowsEach, depth }: Tile): TileThreads {
  const across = columns / COLUMNS_EACH, down = rows / rowsEach, threads = across * down;
  const loads = (elements: number) => range(Math.ceil(elements * depth / threads));
  return { threads, across, down, leftLoads: loads(down), rightLoads: loads(across) };
}

/** A product. Its WGSL can use `part`, `firstRow`, `firstColumn`, `local` and its own declarations. */
interface TiledProduct extends Omit<ProgramSource, "code"> {
  /** The tile. */
  readonly tile: Tile;
  /** Module-scope WGSL. */
  readonly functions?: string;
  /** Runs once: declares `start` and `end` of the sum, equal in the whole workgroup. */
  readonly before: string;
  /**
   * Loads terms from `k0`, zeros outside: `left[k * LEFT + place]`, a `Left` for the rows of a thread, and
   * `right[k * RIGHT + place]`, a `vec4<f32>` for its columns.
   */
  readonly load: string;
  /** Stores `sum` at `row` and `column`, which may be outside. */
  readonly store: string;
}

const UNIFORMS = { columnTiles: "u32", rowTiles: "u32", parts: "u32" } as const;

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/**
 * Creates the program of a product.
 *
 * A line of shared memory is one element longer than the tile, so that threads that load a column do not
 * conflict. Vectors are written whole, as writing a component may write all of them.
 */
export function tiledProduct(product: TiledProduct): Program {
  const { tile, functions = "", before, load, store, uniforms } = product;
  const { rows, columns, rowsEach, depth } = tile;
  const { threads, across, down } = threadsOf(tile);
  const own = range(rowsEach);
  return defineProgram({
    ...product,
    uniforms: { ...UNIFORMS, ...uniforms },
    code: `
alias Left = ${rowsEach === 1 ? "f32" : "vec4<f32>"};
const LEFT = ${down + 1}u;
const RIGHT = ${across + 1}u;
var<workgroup> left: array<Left, ${depth * (down + 1)}>;
var<workgroup> right: array<vec4<f32>, ${depth * (across + 1)}>;
${functions}
@compute @workgroup_size(${threads})
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let at = group.y * groups.x + group.x;
  let part = at / (u.columnTiles * u.rowTiles);
  if (part >= u.parts) { return; }
  let firstColumn = at % u.columnTiles * ${columns}u;
  let firstRow = at / u.columnTiles % u.rowTiles * ${rows}u;
  let threadColumn = local % ${across}u;
  let threadRow = local / ${across}u;
  ${before}
  ${own.map((i) => `var sum${i} = vec4<f32>();`).join("\n")}
  for (var k0 = start; k0 < end; k0 += ${depth}u) {
    ${load}
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let a = left[k * LEFT + threadRow];
      let b = right[k * RIGHT + threadColumn];
      ${
      own.map((i) => `sum${i} = fma(vec4<f32>(${rowsEach === 1 ? "a" : `a[${i}]`}), b, sum${i});`)
        .join("\n")
    }
    }
    workgroupBarrier();
  }
  ${
      own.flatMap((i) =>
        range(COLUMNS_EACH).map((j) =>
          `{
    let row = firstRow + ${rowsEach}u * threadRow + ${i}u;
    let column = firstColumn + ${COLUMNS_EACH}u * threadColumn + ${j}u;
    let sum = sum${i}[${j}];
    ${store}
  }`
        )
      ).join("\n")
    }
}`,
  });
}

/** The layout of tiles on a device. */
interface TilePlan {
  /** Workgroups. */
  readonly groups: readonly [number, number];
  /** Uniforms of the program. */
  readonly uniforms: Readonly<Record<keyof typeof UNIFORMS, number>>;
}

/** Lays out the tiles of parts of up to `rows` x `columns` results each. */
export function planTiles(tile: Tile, rows: number, columns: number, parts: number): TilePlan {
  const columnTiles = Math.ceil(columns / tile.columns), rowTiles = Math.ceil(rows / tile.rows);
  const total = columnTiles * rowTiles * parts;
  const lines = Math.ceil(total / MAX_GROUPS);
  return {
    groups: [Math.ceil(total / lines), lines],
    uniforms: { columnTiles, rowTiles, parts },
  };
}
