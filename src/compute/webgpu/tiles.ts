/**
 * Products of matrices by tiles: what convolutions and their gradients are made of.
 *
 * A workgroup makes one tile of the result. Step by step along the sum it lays a piece of both factors
 * into shared memory, and each thread adds up four columns of one row or of four in registers. What the
 * factors are is up to the program: neither need lie in memory as a matrix.
 */

import { defineProgram, MAX_GROUPS, type Program, type ProgramSource } from "./program.ts";

/** A workgroup's part of the result. */
export interface Tile {
  /** Rows of results. */
  readonly rows: number;
  /** Columns of results, in fours. */
  readonly columns: number;
  /** Rows of a thread. With four, a read from shared memory serves eight multiplications; with one, two. */
  readonly rowsEach: 1 | 4;
  /** Terms of the sum that are laid into shared memory at once. */
  readonly depth: number;
}

/** Columns of a thread. */
const COLUMNS_EACH = 4;

/** How the threads of a workgroup share a tile's work. */
export interface TileThreads {
  /** All. */
  readonly threads: number;
  /** Threads along a row of results. */
  readonly across: number;
  /** Threads along a column of results. */
  readonly down: number;
  /** The elements of `left` that a thread fills in a step, by number. */
  readonly leftLoads: readonly number[];
  /** The elements of `right` that a thread fills in a step, by number; not all threads may be needed. */
  readonly rightLoads: readonly number[];
}

/** Shares a tile's work. */
export function threadsOf({ rows, columns, rowsEach, depth }: Tile): TileThreads {
  const across = columns / COLUMNS_EACH, down = rows / rowsEach, threads = across * down;
  const loads = (elements: number) => range(Math.ceil(elements * depth / threads));
  return { threads, across, down, leftLoads: loads(down), rightLoads: loads(across) };
}

/** A product. In WGSL it sees `part`, `firstRow`, `firstColumn`, `local`, and what it declares. */
export interface TiledProduct extends Omit<ProgramSource, "code"> {
  /** The tile. */
  readonly tile: Tile;
  /** Module-scope WGSL. */
  readonly functions?: string;
  /** Once: declares `start` and `end` of the sum, the same for the whole workgroup. */
  readonly before: string;
  /**
   * From `k0` on, zeros outside: fills `left[k * LEFT + place]`, a `Left` for the rows of a thread, and
   * `right[k * RIGHT + place]`, a `vec4<f32>` for its columns.
   */
  readonly load: string;
  /** Puts `sum` at `row` and `column`, which may be outside. */
  readonly put: string;
}

const UNIFORMS = { columnTiles: "u32", rowTiles: "u32", parts: "u32" } as const;

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/**
 * The program of a product.
 *
 * A line of shared memory is one element longer than the tile, so that threads that fill a column do not
 * wait for one another. Whole vectors are written, as to write a part may write all of it.
 */
export function tiledProduct(product: TiledProduct): Program {
  const { tile, functions = "", before, load, put, uniforms } = product;
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
    ${put}
  }`
        )
      ).join("\n")
    }
}`,
  });
}

/** How tiles are laid over a device. */
export interface TilePlan {
  /** Workgroups. */
  readonly groups: readonly [number, number];
  /** What the program is told. */
  readonly uniforms: Readonly<Record<keyof typeof UNIFORMS, number>>;
}

/** Lays out the tiles of some parts, of `rows` and `columns` each at most. */
export function planTiles(tile: Tile, rows: number, columns: number, parts: number): TilePlan {
  const columnTiles = Math.ceil(columns / tile.columns), rowTiles = Math.ceil(rows / tile.rows);
  const total = columnTiles * rowTiles * parts;
  const lines = Math.ceil(total / MAX_GROUPS);
  return {
    groups: [Math.ceil(total / lines), lines],
    uniforms: { columnTiles, rowTiles, parts },
  };
}
