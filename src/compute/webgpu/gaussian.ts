/** The Gaussian latent: a sample, its KL divergence from the prior, and the gradient. */

import type { KernelTable } from "../ops/_kernel.ts";
import { defineProgram, forEachElement, forEachImage, type Program } from "./program.ts";
import { output, run } from "./run.ts";

/** Code and KL divergence of each image. Moments are mean and log-variance side by side. */
const SAMPLE = defineProgram({
  name: "gaussian",
  writes: ["code", "kl"],
  reads: ["moments", "noise"],
  uniforms: { images: "u32", length: "u32", noisy: "u32" },
  code: forEachImage(`
fn term(image: u32, k: u32) -> f32 {
  let at = 2u * image * u.length + k;
  let mean = moments[at];
  let logVariance = moments[at + u.length];
  let i = image * u.length + k;
  var sample = mean;
  if (u.noisy == 1u) { sample += noise[i] * exp(0.5 * logVariance); }
  code[i] = sample;
  return 0.5 * (mean * mean + exp(logVariance) - (logVariance + 1.0));
}
fn put(image: u32, sum: f32) { kl[image] = sum; }`),
});

/** Gradients of mean and log-variance of each latent unit. */
const GRADIENT = defineProgram({
  name: "gaussian_gradient",
  writes: ["dmoments"],
  reads: ["dcode", "dkl", "moments", "noise"],
  uniforms: { size: "u32", length: "u32", noisy: "u32" },
  code: forEachElement(`
    let image = i / u.length;
    let at = i + image * u.length;
    let logVariance = moments[at + u.length];
    var fromCode = 0.0;
    if (u.noisy == 1u) { fromCode = dcode[i] * noise[i] * 0.5 * exp(0.5 * logVariance); }
    dmoments[at] = dcode[i] + dkl[image] * moments[at];
    dmoments[at + u.length] = fromCode + dkl[image] * 0.5 * (exp(logVariance) - 1.0);`),
});

/** All programs. */
export const GAUSSIAN_PROGRAMS: readonly Program[] = [SAMPLE, GRADIENT];

/** Kernels of the WebGPU backend. Without noise, the moments are bound in its place but not read. */
export const WEBGPU_GAUSSIAN: KernelTable = {
  /** 1 dispatch. */
  StrayGaussian: ({ moments, noise }) => {
    const [images, both] = moments!.shape as [number, number];
    const length = both / 2;
    const code = output([images, length]), kl = output([images]);
    run(SAMPLE, {
      writes: [code, kl],
      reads: [moments!, noise ?? moments!],
      uniforms: { images, length, noisy: noise ? 1 : 0 },
    });
    return [code, kl];
  },
  /** 1 dispatch. */
  StrayGaussianGradient: ({ dcode, dkl, moments, noise }) => {
    const [images, both] = moments!.shape as [number, number];
    const length = both / 2, size = images * length;
    const dmoments = output([images, both]);
    run(GRADIENT, {
      writes: [dmoments],
      reads: [dcode!, dkl!, moments!, noise ?? moments!],
      uniforms: { size, length, noisy: noise ? 1 : 0 },
    });
    return dmoments;
  },
};
