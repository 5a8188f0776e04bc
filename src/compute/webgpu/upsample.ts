/** The gradient of bilinear up-sampling; forward, tfjs takes one dispatch. */

import type { KernelTable } from "../ops/_kernel.ts";
import { defineProgram, forEachElement, type Program } from "./program.ts";
import { output, run } from "./run.ts";

/**
 * Sums the gradients of the output pixels that a pixel contributed to, at most 2 * factor per axis.
 *
 * Output pixel o lies at (o + 0.5) / factor - 0.5, clamped to the image.
 */
const GRADIENT = defineProgram({
  name: "upsample_gradient",
  writes: ["dx"],
  reads: ["dy"],
  uniforms: { size: "u32", height: "u32", width: "u32", channels: "u32", factor: "u32" },
  code: `
fn weight(o: u32, pixel: u32, length: u32) -> f32 {
  let at = (f32(o) + 0.5) / f32(u.factor) - 0.5;
  let clamped = clamp(at, 0.0, f32(length - 1u));
  return max(0.0, 1.0 - abs(clamped - f32(pixel)));
}
fn first(pixel: u32) -> u32 {
  let start = pixel * u.factor;
  return start - min(start, u.factor / 2u);
}
fn end(pixel: u32, length: u32) -> u32 {
  return min((pixel + 1u) * u.factor + u.factor / 2u + 1u, length * u.factor);
}` + forEachElement(`
    let channel = i % u.channels;
    let pixel = i / u.channels;
    let column = pixel % u.width;
    let row = (pixel / u.width) % u.height;
    let image = pixel / (u.width * u.height);
    let wide = u.width * u.factor;
    let tall = u.height * u.factor;
    var sum = 0.0;
    for (var y = first(row); y < end(row, u.height); y++) {
      var line = 0.0;
      for (var x = first(column); x < end(column, u.width); x++) {
        line += weight(x, column, u.width) * dy[((image * tall + y) * wide + x) * u.channels + channel];
      }
      sum += weight(y, row, u.height) * line;
    }
    dx[i] = sum;`),
});

/** All programs. */
export const UPSAMPLE_PROGRAMS: readonly Program[] = [GRADIENT];

/** Kernels of the WebGPU backend. */
export const WEBGPU_UPSAMPLE: KernelTable = {
  /** 1 dispatch. */
  StrayUpsampleGradient: ({ dy }, attributes) => {
    const factor = attributes["factor"] as number;
    const [images, tall, wide, channels] = dy!.shape as [number, number, number, number];
    const height = tall / factor, width = wide / factor;
    const dx = output([images, height, width, channels]);
    const size = images * height * width * channels;
    run(GRADIENT, {
      writes: [dx],
      reads: [dy!],
      uniforms: { size, height, width, channels, factor },
    });
    return dx;
  },
};
