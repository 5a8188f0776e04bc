/** The Gaussian latent of a variational autoencoder: sampling, and KL divergence from the prior. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";

/** A sampled latent. */
interface GaussianSample {
  /** mean + noise * exp(logVariance / 2), `[batch, latent]`. */
  readonly code: tf.Tensor2D;
  /** KL divergence of N(mean, exp(logVariance)) from N(0, 1), summed over the latent, `[batch]`. */
  readonly kl: tf.Tensor1D;
}

/**
 * Samples a Gaussian latent by the reparameterisation trick, and computes its KL divergence.
 *
 * Source: Kingma and Welling 2014 (arXiv 1312.6114), section 2.4 and appendix B.
 *
 * @param moments Mean and log-variance side by side, `[batch, 2 * latent]`.
 * @param noise Standard normal deviates, `[batch, latent]`; omit it for the mean itself.
 * @returns The sample, and the KL divergence in nats.
 */
export function sampleGaussian(moments: tf.Tensor, noise: tf.Tensor | undefined): GaussianSample {
  const [code, kl] = runKernels("StrayGaussian", { moments, noise });
  return { code: code as tf.Tensor2D, kl: kl as tf.Tensor1D };
}

function halves(moments: tf.Tensor): [tf.Tensor2D, tf.Tensor2D] {
  return tf.split(moments, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
}

/** Compositions of tfjs operations. */
export const PLAIN_GAUSSIAN: KernelTable = {
  StrayGaussian: ({ moments, noise }) => {
    const [mean, logVariance] = halves(moments!);
    const code = noise
      ? tf.add(mean, tf.mul(noise, tf.exp(tf.mul(logVariance, 0.5))))
      : tf.clone(mean);
    const inner = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
    return [code, tf.mul(tf.sum(inner, 1), 0.5)];
  },
  StrayGaussianGradient: ({ dcode, dkl, moments, noise }) => {
    const [mean, logVariance] = halves(moments!);
    const share = tf.reshape(dkl!, [-1, 1]);
    const dmean = tf.add(dcode!, tf.mul(share, mean));
    const fromKl = tf.mul(share, tf.mul(tf.sub(tf.exp(logVariance), 1), 0.5));
    const fromCode = tf.mul(
      dcode!,
      tf.mul(noise ?? tf.zerosLike(mean), tf.mul(tf.exp(tf.mul(logVariance, 0.5)), 0.5)),
    );
    return tf.concat([dmean, tf.add(fromKl, fromCode)], 1);
  },
};

/** The gradient; none flows into the noise. */
export const GAUSSIAN_GRADIENT: tf.GradConfig = {
  kernelName: "StrayGaussian",
  inputsToSave: ["moments", "noise"],
  gradFunc: (dys, saved) => {
    const [moments, noise] = saved as [tf.Tensor, tf.Tensor | undefined];
    const [dcode, dkl] = dys as [tf.Tensor, tf.Tensor | undefined];
    return {
      moments: () =>
        runKernel("StrayGaussianGradient", {
          dcode,
          dkl: dkl ?? tf.zeros([dcode.shape[0]!]),
          moments,
          noise,
        }),
      noise: () => tf.zerosLike(dcode),
    };
  },
};
