/**
 * Reductions over the rows of `[rows, columns]`: sums and statistics of each channel.
 *
 * A workgroup's threads lie over neighbouring columns, a power of two of them, and over several rows,
 * so that together they read one run of memory. Each thread goes down its column, then threads of a
 * column merge in shared memory. Short tensors take one dispatch; long ones are cut into blocks of rows
 * (so that the whole device works), and a second dispatch merges the blocks.
 */

import { defineProgram, type Program, type ProgramSource, WORKGROUP } from "./program.ts";

/** A reduction. In WGSL it sees `column`, `row`, `i = row * u.columns + column`, and its `state`. */
export interface ColumnReduction extends Omit<ProgramSource, "code"> {
  /** The state's type, all zeros at first. */
  readonly state: "f32" | "vec2<f32>" | "vec3<f32>";
  /** Module-scope WGSL; `merge(a, b)` of two states is a sum unless it is here. */
  readonly functions?: string;
  /** Before the rows, once a thread. */
  readonly before?: string;
  /** For each row: takes element `i` into `state`. */
  readonly each: string;
  /** After the rows, once a block: `total` to `o = block * u.columns + column`. */
  readonly after: string;
}

const UNIFORMS = {
  rows: "u32",
  columns: "u32",
  width: "u32",
  rowsPerBlock: "u32",
  blocks: "u32",
} as const;

/** The program of a reduction. */
export function columnProgram(reduction: ColumnReduction): Program {
  const { state, functions = "", before = "", each, after, uniforms } = reduction;
  const merge = functions.includes("fn merge(")
    ? ""
    : `fn merge(a: ${state}, b: ${state}) -> ${state} { return a + b; }`;
  return defineProgram({
    ...reduction,
    uniforms: { ...UNIFORMS, ...uniforms },
    code: `
${functions}
${merge}
var<workgroup> states: array<${state}, ${WORKGROUP}>;

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let lane = local & (u.width - 1u);
  let line = local / u.width;
  let lines = ${WORKGROUP}u / u.width;
  let column = group.x * u.width + lane;
  let block = group.y;
  let end = min(block * u.rowsPerBlock + u.rowsPerBlock, u.rows);
  var state = ${state}();
  if (column < u.columns) {
    ${before}
    for (var row = block * u.rowsPerBlock + line; row < end; row += lines) {
      let i = row * u.columns + column;
      ${each}
    }
  }
  states[local] = state;
  workgroupBarrier();
  for (var half = lines / 2u; half > 0u; half /= 2u) {
    if (line < half) {
      states[local] = merge(states[local], states[local + half * u.width]);
    }
    workgroupBarrier();
  }
  if (line == 0u && column < u.columns) {
    let total = states[local];
    let o = block * u.columns + column;
    ${after}
  }
}`,
  });
}

/** How a reduction is laid over a device. */
export interface ColumnPlan {
  /** Blocks of rows. */
  readonly blocks: number;
  /** Workgroups: along columns, along rows. */
  readonly groups: readonly [number, number];
  /** What the program is told. */
  readonly uniforms: Readonly<Record<keyof typeof UNIFORMS, number>>;
}

/** Columns of a workgroup: 256 bytes of neighbours. */
const MAX_WIDTH = 64;
/** Rows of a thread up to which one block is quicker than a second dispatch. */
const ROWS_IN_ONE = 64;
/** Rows of a thread in one of several blocks, at least. */
const ROWS_IN_SEVERAL = 16;
/** Workgroups that keep a large device busy. */
const MANY_GROUPS = 1024;

/**
 * Lays out a reduction.
 *
 * @param rows At least 1.
 * @param columns At least 1, at most some millions.
 * @param most Blocks at most. @default {Infinity}
 * @returns The plan.
 */
export function planColumns(rows: number, columns: number, most = Infinity): ColumnPlan {
  const width = Math.min(MAX_WIDTH, 2 ** Math.ceil(Math.log2(columns)));
  const lines = WORKGROUP / width, tiles = Math.ceil(columns / width);
  const wanted = rows <= lines * ROWS_IN_ONE ? 1 : Math.ceil(rows / (lines * ROWS_IN_SEVERAL));
  const some = Math.min(wanted, most, Math.max(1, Math.floor(MANY_GROUPS / tiles)));
  const rowsPerBlock = Math.ceil(rows / some / lines) * lines;
  const blocks = Math.ceil(rows / rowsPerBlock);
  return {
    blocks,
    groups: [tiles, blocks],
    uniforms: { rows, columns, width, rowsPerBlock, blocks },
  };
}
