/**
 * WebGPU programs: WGSL with its bindings.
 *
 * tfjs's programs write one tensor each. Ours may write several, so their shaders are assembled here;
 * tfjs still dispatches, queues, allocates and profiles (see `run.ts`). This module handles text alone,
 * without a device.
 */

/** A uniform's type in WGSL. */
type UniformType = "u32" | "f32";

/** The parts of a program. All arrays hold f32. */
export interface ProgramSource {
  /** Name in messages and profiles. */
  readonly name: string;
  /** Arrays to write, at least one. Every device can bind 8, including `reads`. */
  readonly writes: readonly string[];
  /** Arrays to read. */
  readonly reads: readonly string[];
  /** Scalar parameters, accessible as `u.name`. */
  readonly uniforms: Readonly<Record<string, UniformType>>;
  /** WGSL with an entry point `main`, whose workgroup is a row of up to {@linkcode WORKGROUP} threads. */
  readonly code: string;
}

/** A program, ready to compile. */
export interface Program extends ProgramSource {
  /** The whole shader. */
  readonly wgsl: string;
}

/** Threads per workgroup, supported by every device. */
export const WORKGROUP = 256;

/** Maximum number of workgroups along a dimension, supported by every device. */
export const MAX_GROUPS = 65535;

/** Maximum number of storage buffers requested from a device; every device can bind 8, most far more. */
const MAX_ARRAYS = 28;

/**
 * Assembles a program.
 *
 * @param source Its parts.
 * @returns The program.
 * @throws {RangeError} If it has too many arrays to bind.
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
  // tfjs passes one number of its own first.
  const fields = ["tfjs: i32", ...Object.entries(uniforms).map(([key, type]) => `${key}: ${type}`)];
  const wgsl = `
struct Uniforms { ${fields.join(", ")} }
${declarations.join("\n")}
@group(0) @binding(${arrays.length}) var<uniform> u: Uniforms;
${code}`;
  return { ...source, wgsl };
}

/**
 * An entry point that runs a body for each of `u.size` elements.
 *
 * Threads advance in strides of the grid, so that a row of workgroups covers any size.
 *
 * @param body WGSL with access to the index `i: u32`.
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

/** Workgroups for {@linkcode forEachImage} or {@linkcode forEachElement}. */
export function defaultGroups(uniforms: Readonly<Record<string, number>>): [number, number] {
  const { images, size } = uniforms;
  return [Math.min(images ?? Math.ceil(size! / WORKGROUP), MAX_GROUPS), 1];
}

/**
 * An entry point that sums `term(i)` over the `u.length` numbers of each of `u.images` images.
 *
 * One workgroup per image: its threads read neighbouring numbers and merge in shared memory. Workgroups
 * advance in strides over more images.
 *
 * @param functions WGSL with `fn term(image: u32, k: u32) -> f32` and `fn put(image: u32, sum: f32)`.
 * @returns WGSL.
 */
export function forEachImage(functions: string): string {
  return `
${functions}
var<workgroup> sums: array<f32, ${WORKGROUP}>;

@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  for (var image = group.x; image < u.images; image += groups.x) {
    var sum = 0.0;
    for (var k = local; k < u.length; k += ${WORKGROUP}u) {
      sum += term(image, k);
    }
    sums[local] = sum;
    workgroupBarrier();
    for (var half = ${WORKGROUP / 2}u; half > 0u; half /= 2u) {
      if (local < half) { sums[local] += sums[local + half]; }
      workgroupBarrier();
    }
    if (local == 0u) { put(image, sums[0]); }
    workgroupBarrier();
  }
}`;
}
