/**
 * A WebGPU program of ours: WGSL with what it reads and writes.
 *
 * tfjs's own programs write one tensor each. Ours may write several, so their shaders are assembled
 * here; dispatching, queueing, buffers and profiling stay tfjs's (see `run.ts`). What is here needs no
 * device: it is text.
 */

/** A uniform's type in WGSL. */
export type UniformType = "u32" | "f32";

/** What a program is made from. All arrays are of f32. */
export interface ProgramSource {
  /** Its name, in messages and profiles. */
  readonly name: string;
  /** Arrays that it writes, at least one. With `reads` at most 8 are what every device can bind. */
  readonly writes: readonly string[];
  /** Arrays that it reads. */
  readonly reads: readonly string[];
  /** Numbers that it is given, seen as `u.name`. */
  readonly uniforms: Readonly<Record<string, UniformType>>;
  /** WGSL with the entry point `main`, a workgroup of at most {@linkcode WORKGROUP} threads in one row. */
  readonly code: string;
}

/** A program, ready to be compiled. */
export interface Program extends ProgramSource {
  /** The whole shader. */
  readonly wgsl: string;
}

/** Threads of a workgroup: what every device can do. */
export const WORKGROUP = 256;

/** Workgroups along one dimension that every device can do. */
export const MAX_GROUPS = 65535;

/** Storage buffers that we ask a device to bind: every one can bind 8, most far more. */
export const MAX_ARRAYS = 28;

/**
 * Assembles a program.
 *
 * @param source What it is made from.
 * @returns The program.
 * @throws {RangeError} If it has more arrays than a device is asked to bind.
 */
export function defineProgram(source: ProgramSource): Program {
  const { name, writes, reads, uniforms, code } = source;
  const arrays = [...writes, ...reads];
  if (arrays.length > MAX_ARRAYS) {
    throw new RangeError(
      `Cannot define "${name}" as it must have at most ${MAX_ARRAYS} arrays: current value is ${arrays.length}`,
    );
  }
  const declarations = arrays.map((array, binding) => {
    const access = binding < writes.length ? "read_write" : "read";
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${array}: array<f32>;`;
  });
  // tfjs puts one number of its own before ours.
  const fields = ["tfjs: i32", ...Object.entries(uniforms).map(([key, type]) => `${key}: ${type}`)];
  const wgsl = `
struct Uniforms { ${fields.join(", ")} }
${declarations.join("\n")}
@group(0) @binding(${arrays.length}) var<uniform> u: Uniforms;
${code}`;
  return { ...source, wgsl };
}

/**
 * An entry point that does something for each of `u.size` elements.
 *
 * Threads go on in strides of the whole grid, so that one row of workgroups does for any size.
 *
 * @param body WGSL that may use the index `i: u32`.
 * @returns WGSL.
 */
export function forEachElement(body: string): string {
  return `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) at: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  for (var i = at.x; i < u.size; i += groups.x * ${WORKGROUP}u) {
    ${body}
  }
}`;
}

/** Workgroups for {@linkcode forEachElement}. */
export function elementGroups(size: number): [number, number] {
  return [Math.min(Math.ceil(size / WORKGROUP), MAX_GROUPS), 1];
}
