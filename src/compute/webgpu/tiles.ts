/**
 * Products of matrices by tiles: what convolutions and their gradients are made of.
 *
 * A workgroup makes one tile of the result. In steps of {@linkcode DEPTH} along the sum it lays a piece
 * of both factors into shared memory, and each thread adds up some results in registers. What the
 * factors are is up to the program: neither need lie in memory as a matrix.
 */

import {
  defineProgram,
  MAX_GROUPS,
  type Program,
  type ProgramSource,
  WORKGROUP,
} from "./program.ts";

/** Terms of the sum that are laid into shared memory at once. */
export const DEPTH = 16;

/** A workgroup's part of the result: threads in a grid, several results each. */
export interface Tile {
  /** Rows of results. */
  readonly rows: number;
  /** Columns of results. */
  readonly columns: number;
  /** Threads along a row of results. */
  readonly across: number;
}

/** A product. In WGSL it sees `part`, `firstRow`, `firstColumn`, `local`, and what it declares. */
export interface TiledProduct extends Omit<ProgramSource, "code"> {
  /** The tile. */
  readonly tile: Tile;
  /** Module-scope WGSL. */
  readonly functions?: string;
  /** Once: declares `start` and `end` of the sum, the same for the whole workgroup. */
  readonly before: string;
  /** From `k0` on: fills `left[k * LEFT + row]` and `right[k * RIGHT + column]`, zeros outside. */
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
 * Results of a thread lie apart by the grid, so that threads read neighbours in shared memory and write
 * neighbours to the device's; a row of `left` is one longer than the tile, so that threads that fill a
 * column do not wait for one another. Results are single variables: registers on every compiler.
 */
export function tiledProduct(product: TiledProduct): Program {
  const { tile, functions = "", before, load, put, uniforms } = product;
  const { rows, columns, across } = tile, down = WORKGROUP / across;
  const ys = range(rows / down), xs = range(columns / across);
  const each = (text: (y: number, x: number) => string) =>
    ys.flatMap((y) => xs.map((x) => text(y, x))).join("\n");
  return defineProgram({
    ...product,
    uniforms: { ...UNIFORMS, ...uniforms },
    code: `
const LEFT = ${rows + 1}u;
const RIGHT = ${columns + 1}u;
var<workgroup> left: array<f32, ${DEPTH * (rows + 1)}>;
var<workgroup> right: array<f32, ${DEPTH * (columns + 1)}>;
${functions}
@compute @workgroup_size(${WORKGROUP})
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
  ${each((y, x) => `var sum${y}_${x} = 0.0;`)}
  for (var k0 = start; k0 < end; k0 += ${DEPTH}u) {
    ${load}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      ${ys.map((y) => `let a${y} = left[k * LEFT + threadRow + ${y * down}u];`).join("\n")}
      ${xs.map((x) => `let b${x} = right[k * RIGHT + threadColumn + ${x * across}u];`).join("\n")}
      ${each((y, x) => `sum${y}_${x} = fma(a${y}, b${x}, sum${y}_${x});`)}
    }
    workgroupBarrier();
  }
  ${
      each((y, x) =>
        `{
    let row = firstRow + threadRow + ${y * down}u;
    let column = firstColumn + threadColumn + ${x * across}u;
    let sum = sum${y}_${x};
    ${put}
  }`
      )
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
