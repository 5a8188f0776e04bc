/**
 * Reductions over the rows of `[rows, columns]`: sums and statistics per channel.
 *
 * A workgroup covers a power of two of neighbouring columns and several rows, so that its threads read
 * contiguous memory. Each thread walks down its column; then threads of a column merge in shared memory.
 * Short tensors take one dispatch; long ones are split into blocks of rows to occupy the device, and a
 * second dispatch merges the blocks.
 */

import { defineProgram, type Program, type ProgramSource, WORKGROUP } from "./program.ts";

/** A reduction. Its WGSL can use `column`, `row`, `i = row * u.columns + column` and `state`. */
interface ColumnReduction extends Omit<ProgramSource, "code"> {
  /** The state's type; the initial state is zeros. */
  readonly state: "f32" | "vec2<f32>" | "vec3<f32>";
  /** Module-scope WGSL; unless it defines `merge(a, b)` of two states, they are added. */
  readonly functions?: string;
  /** Runs once per thread, before the rows. */
  readonly before?: string;
  /** Runs for each row: updates `state` by element `i`. */
  readonly each: string;
  /** Runs once per block, after the rows: stores `total` at `o = block * u.columns + column`. */
  readonly after: string;
}

const UNIFORMS = {
  rows: "u32",
  columns: "u32",
  width: "u32",
  rowsPerBlock: "u32",
  blocks: "u32",
} as const;

/** Creates the program of a reduction. */
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

/** The layout of a reduction on a device. */
interface ColumnPlan {
  /** Number of blocks of rows. */
  readonly blocks: number;
  /** Workgroups along columns and rows. */
  readonly groups: readonly [number, number];
  /** Uniforms of the program. */
  readonly uniforms: Readonly<Record<keyof typeof UNIFORMS, number>>;
}

/** Maximum columns per workgroup: 256 contiguous bytes. */
const MAX_WIDTH = 64;
/** Rows per thread up to which one block is faster than a second dispatch. */
const ROWS_IN_ONE = 64;
/** Minimum rows per thread with several blocks. */
const ROWS_IN_SEVERAL = 16;
/** Workgroups that occupy a large device. */
const MANY_GROUPS = 1024;

/**
 * Lays out a reduction.
 *
 * @param rows Number of rows, at least 1.
 * @param columns Number of columns, from 1 to some millions.
 * @param most Maximum number of blocks. @default {Infinity}
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
