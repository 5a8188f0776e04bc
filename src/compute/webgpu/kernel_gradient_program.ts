/**
 * The program of a convolution's kernel gradient: transposed image windows times the output gradient,
 * over a slice of the positions.
 */

import type { Program } from "./program.ts";
import { threadsOf, type Tile, tiledProduct } from "./tiles.ts";

/** Positions per step. */
export const STEP = 16;

/** Creates the program. Rows are weights of a filter, columns filters; `left` holds pixels, `right` gradients. */
export function kernelGradientProgram(tile: Tile): Program {
  const { rows, columns, rowsEach, depth } = tile;
  const { threads, across, down, leftLoads, rightLoads } = threadsOf(tile);
  // A thread loads `left` for the same rows at every `threads / down`th position.
  const leftStep = threads / down, rightStep = threads / across;
  const own = Array.from({ length: rowsEach }, (_, i) => i);
  return tiledProduct({
    name: `conv2d_kernel_gradient_${rows}x${columns}`,
    tile,
    writes: ["parts"],
    reads: ["x", "dy"],
    uniforms: {
      positions: "u32",
      slice: "u32",
      weights: "u32",
      filters: "u32",
      kernelWidth: "u32",
      height: "u32",
      width: "u32",
      channels: "u32",
      outHeight: "u32",
      outWidth: "u32",
      stride: "u32",
      pad: "u32",
    },
    functions: `
/** Decodes a position: column, row, image. */
fn place(p: u32) -> vec3<u32> {
  let line = p / u.outWidth;
  return vec3<u32>(p % u.outWidth, line % u.outHeight, line / u.outHeight);
}
/** Advances a place by a step, with carries: faster than division. */
fn advance(place: vec3<u32>, by: vec3<u32>) -> vec3<u32> {
  var next = place + by;
  if (next.x >= u.outWidth) { next.x -= u.outWidth; next.y += 1u; }
  if (next.y >= u.outHeight) { next.y -= u.outHeight; next.z += 1u; }
  return next;
}
/** Decodes a weight: column and row of its tap relative to the window, and channel. */
fn reach(weight: u32) -> vec3<i32> {
  let tap = weight / u.channels;
  let pad = i32(u.pad);
  return vec3<i32>(
    i32(tap % u.kernelWidth) - pad,
    i32(tap / u.kernelWidth) - pad,
    i32(weight % u.channels),
  );
}
fn pixel(place: vec3<u32>, reach: vec3<i32>) -> f32 {
  let at = vec2<i32>(place.xy * u.stride) + reach.xy;
  if (any(at < vec2<i32>()) || at.x >= i32(u.width) || at.y >= i32(u.height)) { return 0.0; }
  return x[((place.z * u.height + u32(at.y)) * u.width + u32(at.x)) * u.channels + u32(reach.z)];
}`,
    before: `
  let start = part * u.slice;
  let end = min(start + u.slice, u.positions);
  let by = place(${depth}u);
  let leftSlot = local % ${down}u;
  let leftLine = local / ${down}u;
  let rightSlot = local % ${across}u;
  let rightLine = local / ${across}u;
  let weight = firstRow + ${rowsEach}u * leftSlot;
  let feature = firstColumn + 4u * rightSlot;
  ${own.map((j) => `let reach${j} = reach(weight + ${j}u);`).join("\n")}
  ${
      leftLoads.map((i) => `var place${i} = place(start + leftLine + ${i * leftStep}u);`).join("\n")
    }`,
    load: `
  ${
      leftLoads.map((i) =>
        `{
    let line = leftLine + ${i * leftStep}u;
    var value = Left();
    if (k0 + line < end) {
      value = Left(${own.map((j) => `pixel(place${i}, reach${j})`).join(", ")});
    }
    left[line * LEFT + leftSlot] = value;
    place${i} = advance(place${i}, by);
  }`
      ).join("\n")
    }
  ${
      rightLoads.map((i) =>
        `{
    let line = rightLine + ${i * rightStep}u;
    let at = (k0 + line) * u.filters + feature;
    var value = vec4<f32>();
    for (var j = 0u; j < 4u; j++) {
      if (k0 + line < end && feature + j < u.filters) { value[j] = dy[at + j]; }
    }
    if (line < ${depth}u) { right[line * RIGHT + rightSlot] = value; }
  }`
      ).join("\n")
    }`,
    store: `
    if (row < u.weights && column < u.filters) {
      parts[(part * u.weights + row) * u.filters + column] = sum;
    }`,
  });
}
