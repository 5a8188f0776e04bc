/** A value of each image: sums over its numbers, one workgroup an image. */

import { WORKGROUP } from "./program.ts";

/**
 * An entry point that adds up `term(i)` over the `u.length` numbers of each of `u.images` images.
 *
 * Threads of an image read neighbours, and merge in shared memory. More images than workgroups are taken
 * in strides.
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
