/** Batch normalisation and its gradient in few passes; a group of Workers shares the sums. */

import { type KernelTable, rowsOf } from "../ops/_kernel.ts";
import type { BatchNormAttributes } from "../ops/batch_norm.ts";
import { session } from "./session.ts";

/** Kernels of the wasm backend. */
export const WASM_BATCH_NORM: KernelTable = {
  StrayScaleShift: ({ x, scale, shift }, { activation }) => {
    const s = session(), { rows, channels } = rowsOf(x!), y = s.output(x!.shape);
    s.run("scaleShift", x, y, scale, shift, rows, channels, activation === "relu");
    return y;
  },
  StrayBatchNorm: ({ x, gamma, beta }, attributes) => {
    const { epsilon, activation, reduce, batch } = attributes as unknown as BatchNormAttributes;
    const s = session(), { rows, channels } = rowsOf(x!);
    const y = s.output(x!.shape), mean = s.output([channels]), variance = s.output([channels]);
    const scratch = s.scratch(2 * channels), second = scratch + 4 * channels;
    // The count travels with the sums: two reductions per call, not three.
    s.run("channelSums", x, scratch, rows, channels, second);
    const sums = new Float32Array(channels + 1);
    sums.set(s.floats(scratch, channels));
    sums[channels] = rows;
    reduce?.(sums);
    const count = batch.count = sums[channels]!;
    s.values(mean).set(sums.subarray(0, channels).map((sum) => sum / count));
    s.run("channelSquares", x, mean, variance, rows, channels, scratch);
    const squares = s.values(variance).slice();
    reduce?.(squares);
    const variances = squares.map((sum) => sum / count);
    s.values(variance).set(variances);
    const means = s.values(mean), gammas = s.values(gamma!), betas = s.values(beta!);
    const scale = variances.map((v, c) => gammas[c]! / Math.sqrt(v + epsilon));
    s.floats(scratch, channels).set(scale);
    s.floats(second, channels).set(scale.map((a, c) => betas[c]! - means[c]! * a));
    s.run("scaleShift", x, y, scratch, second, rows, channels, activation === "relu");
    return [y, mean, variance];
  },
  StrayBatchNormGradient: ({ dy, x, y, gamma, mean, variance }, attributes) => {
    const { epsilon, activation, reduce, batch } = attributes as unknown as BatchNormAttributes;
    const relu = activation === "relu";
    const s = session(), { rows, channels } = rowsOf(x!);
    const dx = s.output(x!.shape), dgamma = s.output([channels]), dbeta = s.output([channels]);
    const scratch = s.scratch(3 * channels);
    s.run("normGradientSums", dy, x, y, mean, dbeta, dgamma, rows, channels, relu, scratch);
    const deviations = s.values(variance!).map((v) => 1 / Math.sqrt(v + epsilon));
    const own = s.values(dgamma);
    own.forEach((sum, c) => own[c] = sum * deviations[c]!);
    const sums = new Float32Array(2 * channels);
    sums.set(s.values(dbeta));
    sums.set(own, channels);
    reduce?.(sums);
    // dx = a dy + b x + c, from a (dy - mean dy - x^ mean(dy x^)) with x^ = (x - mean) * deviation.
    const means = s.values(mean!), gammas = s.values(gamma!);
    const coefficients = s.floats(scratch, 3 * channels);
    for (let c = 0; c < channels; c++) {
      const deviation = deviations[c]!;
      const a = gammas[c]! * deviation;
      const b = -a * deviation * sums[channels + c]! / batch.count;
      coefficients[c] = a;
      coefficients[channels + c] = b;
      coefficients[2 * channels + c] = -a * sums[c]! / batch.count - b * means[c]!;
    }
    const terms = [scratch, scratch + 4 * channels, scratch + 8 * channels];
    s.run("normGradient", dy, x, y, dx, ...terms, rows, channels, relu);
    return [dx, dgamma, dbeta];
  },
};
