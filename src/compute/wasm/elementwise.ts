/** Activations, pooling, up-sampling, blur, directions of edges, LSTM steps and the Gaussian latent. */

import type * as tf from "@tensorflow/tfjs-core";
import { heapView } from "../heap.ts";
import { type KernelTable, rowsOf, type Shape4 } from "../ops/_kernel.ts";
import type { Activation } from "../ops/activation.ts";
import { type DirectionMapKernels, MOST_TAPS, radiusOf } from "../ops/direction_maps.ts";
import { session } from "./session.ts";

/** The numbers by which compiled kernels select an activation. */
export const ACTIVATION_NUMBERS: Readonly<Record<Activation, number>> = {
  linear: 0,
  relu: 1,
  selu: 2,
  sigmoid: 3,
  tanh: 4,
};

/** Kernels of the wasm backend. */
export const WASM_ELEMENTWISE: KernelTable = {
  StrayActivationGradient: ({ dy, y }, { activation }) => {
    const s = session(), { rows, channels } = rowsOf(y!);
    const dz = s.output(y!.shape), bias = s.output([channels]), scratch = s.scratch(channels);
    const number = ACTIVATION_NUMBERS[activation as Activation];
    s.run("activationGradient", dy, y, dz, bias, rows, channels, number, scratch);
    return [dz, bias];
  },
  StrayBlurPower: ({ x, others }) => {
    const s = session(), [batch, ...size] = x!.shape as Shape4;
    const [, width, channels] = size;
    const means = s.output([batch]);
    const scratch = s.scratch(s.kernels.blurPowerScratchFloats(width, channels));
    s.run("blurPower", x, others, means, batch, ...size, scratch);
    return means;
  },
  StrayColumnSums: ({ x }) => {
    const s = session(), { rows, channels } = rowsOf(x!);
    const sums = s.output([channels]);
    s.run("channelSums", x, sums, rows, channels, s.scratch(channels));
    return sums;
  },
  StrayDirectionMaps: ({ x }, attributes) => {
    const { directions, blur, slope, mapBlur } = attributes as unknown as DirectionMapKernels;
    const s = session(), [images, height, width] = x!.shape as Shape4;
    const y = s.output([images, Math.ceil(height / 2), Math.ceil(width / 2), directions]);
    const scratch = s.scratch(s.kernels.directionMapsScratchFloats(height, width, directions));
    [blur, slope, mapBlur].forEach((taps, i) =>
      s.floats(scratch + i * MOST_TAPS * 4, taps.length).set(taps)
    );
    const radii = [radiusOf(blur), radiusOf(mapBlur)] as const;
    s.run("directionMaps", x, y, images, height, width, directions, ...radii, scratch);
    return y;
  },
  StrayUpsample: ({ x }, attributes) => {
    const factor = attributes["factor"] as number;
    const s = session(), [batch, height, width, channels] = x!.shape as Shape4;
    const y = s.output([batch, height * factor, width * factor, channels]);
    s.run("upsample", x, y, batch, height, width, channels, factor);
    return y;
  },
  StrayUpsampleGradient: ({ dy }, attributes) => {
    const factor = attributes["factor"] as number;
    const s = session(), [batch, tall, wide, channels] = dy!.shape as Shape4;
    const shape: Shape4 = [batch, tall / factor, wide / factor, channels];
    const dx = s.output(shape);
    s.run("upsampleGradient", dy, dx, ...shape, factor);
    return dx;
  },
  StrayMaxPool: ({ x }, attributes) => {
    const size = attributes["size"] as number;
    const s = session(), [batch, height, width, channels] = x!.shape as Shape4;
    const y = s.output([batch, Math.floor(height / size), Math.floor(width / size), channels]);
    s.run("maxPool", x, y, batch, height, width, channels, size);
    return y;
  },
  StrayMaxPoolGradient: ({ dy, x, y }, attributes) => {
    const s = session(), dx = s.output(x!.shape);
    s.run("maxPoolGradient", dy, x, y, dx, ...x!.shape, attributes["size"] as number);
    return dx;
  },
  StraySplitSteps: ({ x }, { time }) => {
    const s = session();
    const [rows, features] = x!.shape as [number, number], batch = rows / (time as number);
    const parts = Array.from({ length: time as number }, () => s.output([batch, features]));
    const values = heapView(x as tf.Tensor), each = batch * features;
    parts.forEach((part, i) => {
      heapView(part as tf.Tensor).set(values.subarray(i * each, (i + 1) * each));
    });
    return parts;
  },
  StrayJoinSteps: (inputs) => {
    const steps = Object.values(inputs), [batch, features] = steps[0]!.shape as [number, number];
    const joined = session().output([steps.length * batch, features]);
    const values = heapView(joined as tf.Tensor);
    steps.forEach((step, i) => values.set(heapView(step), i * batch * features));
    return joined;
  },
  StrayLstmCell: ({ gates, cell }) => {
    const s = session(), [batch, units] = cell!.shape as [number, number];
    const hidden = s.output([batch, units]), state = s.output([batch, units]);
    s.run("lstmCell", gates, cell, hidden, state, batch, units);
    return [hidden, state];
  },
  StrayLstmCellGradient: ({ dhidden, dstate, gates, cell, state }) => {
    const s = session(), [batch, units] = cell!.shape as [number, number];
    const dgates = s.output([batch, 4 * units]), dcell = s.output([batch, units]);
    const inputs = [dhidden, dstate, gates, cell, state];
    s.run("lstmCellGradient", ...inputs, dgates, dcell, batch, units);
    return [dgates, dcell];
  },
  StrayGaussian: ({ moments, noise }) => {
    const s = session(), [batch, both] = moments!.shape as [number, number];
    const code = s.output([batch, both / 2]), kl = s.output([batch]);
    s.run("gaussian", moments, noise, code, kl, batch, both / 2);
    return [code, kl];
  },
  StrayGaussianGradient: ({ dcode, dkl, moments, noise }) => {
    const s = session(), [batch, both] = moments!.shape as [number, number];
    const dmoments = s.output([batch, both]);
    s.run("gaussianGradient", dcode, dkl, moments, noise, dmoments, batch, both / 2);
    return dmoments;
  },
};
