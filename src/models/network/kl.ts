/** The KL term of a variational autoencoder's training loss: its weight, warm-up and free bits. */

import { type Reduce, scaled, type Tensor, type Tensor1D, tf, traced } from "../../compute/mod.ts";
import type { KlOptions } from "../../training/mod.ts";

/**
 * The KL divergence of each image from the prior, as weighted in training.
 *
 * With free bits λ the mean over a batch is Σ_j max(λ, mean_i KL_ij) over latent units j: a unit whose
 * mean divergence over the batch is below λ costs λ and has no gradient (Kingma et al. 2016, arXiv
 * 1606.04934, the objective with free bits, one group per unit). The mean is over the whole batch,
 * however many threads share it.
 *
 * @param moments Mean and log-variance side by side, `[batch, 2 * latent]`.
 * @param kl The divergences summed over the latent, `[batch]`.
 * @param options Weight and free bits.
 * @returns Nats, `[batch]`, before the factor beta.
 */
export function trainingKl(moments: Tensor, kl: Tensor1D, options: KlOptions): Tensor1D {
  const { klWeight = 1, freeBits = 0, reduce } = options;
  const counted = freeBits > 0 ? withFreeBits(moments, freeBits, reduce) : kl;
  return klWeight === 1 ? counted : scaled(counted, klWeight) as Tensor1D;
}

function withFreeBits(moments: Tensor, freeBits: number, reduce: Reduce | undefined): Tensor1D {
  let above: Tensor;
  const forward = () => {
    const [mean, logVariance] = tf.split(moments, 2, 1) as [Tensor, Tensor];
    const inner = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
    const units = tf.mul(inner, 0.5);
    // 1 where a unit is above its free bits; a constant, so that no gradient flows through it.
    above = tf.customGrad((...given: (Tensor | tf.GradSaveFunc)[]) => {
      const divergences = given[0] as Tensor;
      return {
        value: tf.cast(tf.greater(batchMean(divergences, reduce), freeBits), "float32"),
        gradFunc: () => tf.zerosLike(divergences),
      };
    })(units);
    const costs = tf.add(tf.mul(units, above), tf.mul(tf.sub(1, above), freeBits));
    return tf.sum(costs, 1);
  };
  return traced({ moments }, forward, (dy) => ({
    moments: () => {
      const [mean, logVariance] = tf.split(moments, 2, 1) as [Tensor, Tensor];
      const share = tf.mul(tf.reshape(dy, [-1, 1]), above);
      const slope = tf.mul(tf.sub(tf.exp(logVariance), 1), 0.5);
      return tf.concat([tf.mul(share, mean), tf.mul(share, slope)], 1);
    },
  })) as Tensor1D;
}

/** The mean of each column over the whole batch, `[1, latent]`. */
function batchMean(units: Tensor, reduce: Reduce | undefined): Tensor {
  if (!reduce) return tf.mean(units, 0, true);
  const sums = tf.sum(units, 0).dataSync<"float32">();
  const total = Float32Array.of(...sums, units.shape[0]!);
  reduce(total);
  const count = total.at(-1)!;
  return tf.tensor2d(total.subarray(0, -1).map((sum) => sum / count), [1, total.length - 1]);
}
