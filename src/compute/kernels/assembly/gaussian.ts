// The Gaussian latent of a variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114, section 2.4
// and appendix B). Moments [batch, 2 * latent] hold mean and log-variance side by side.

import { exp4 } from "./math";

const HALF: f32 = 0.5;

// @ts-ignore: decorator
@inline
function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** code = mean + noise * exp(logVariance / 2), kl[i] in nats; `noise` may be 0. */
export function gaussian(
  moments: usize,
  noise: usize,
  code: usize,
  kl: usize,
  batch: i32,
  latent: i32,
): void {
  const half = <usize> latent << 2;
  let mean = moments;
  for (let n: i32 = 0; n < batch; n++) {
    let sum: f64 = 0;
    for (let i: usize = 0; i < half; i += 4) {
      const m = load<f32>(mean + i), v = load<f32>(mean + half + i);
      const deviation = exp1(HALF * v);
      store<f32>(code + i, noise == 0 ? m : m + load<f32>(noise + i) * deviation);
      sum += m * m + deviation * deviation - v - 1;
    }
    store<f32>(kl + (<usize> n << 2), <f32> (0.5 * sum));
    mean += 2 * half;
    code += half;
    if (noise != 0) noise += half;
  }
}

/** Computes dmoments from dcode and dkl. */
export function gaussianGradient(
  dcode: usize,
  dkl: usize,
  moments: usize,
  noise: usize,
  dmoments: usize,
  batch: i32,
  latent: i32,
): void {
  const half = <usize> latent << 2;
  let at: usize = 0;
  for (let n: i32 = 0; n < batch; n++) {
    const share = load<f32>(dkl + (<usize> n << 2));
    for (let i: usize = 0; i < half; i += 4) {
      const d = load<f32>(dcode + i), v = load<f32>(moments + at + half + i);
      const deviation = exp1(HALF * v);
      store<f32>(dmoments + at + i, d + share * load<f32>(moments + at + i));
      const sampled = noise == 0 ? <f32> 0 : d * load<f32>(noise + i) * deviation;
      const prior = share * (deviation * deviation - 1);
      store<f32>(dmoments + at + half + i, HALF * (sampled + prior));
    }
    at += 2 * half;
    dcode += half;
    if (noise != 0) noise += half;
  }
}
