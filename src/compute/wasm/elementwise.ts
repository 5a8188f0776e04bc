/** Activations, pooling, up-sampling and the Gaussian latent, by kernels of ours. */

import * as tf from "@tensorflow/tfjs-core";
import { heapView } from "../heap.ts";
import type { KernelTable } from "../ops/_kernel.ts";
import type { Activation } from "../ops/activation.ts";
import { session } from "./session.ts";

/** Activations by the numbers that the kernels know them by. */
export const ACTIVATION_NUMBERS: Readonly<Record<Activation, number>> = {
  linear: 0,
  relu: 1,
  selu: 2,
  sigmoid: 3,
  tanh: 4,
};

/** Rows and channels of a tensor: the last axis, and all others. */
export function rowsOf({ shape }: tf.TensorInfo): { rows: number; channels: number } {
  const channels = shape.at(-1)!;
  return { rows: tf.util.sizeFromShape(shape) / channels, channels };
}

/** Kernels of the wasm backend. */
export const WASM_ELEMENTWISE: KernelTable = {
  StrayActivationGradient: ({ dy, y }, { activation }) => {
    const s = session();
    const { rows, channels } = rowsOf(y!);
    const dz = s.output(y!.shape), bias = s.output([channels]);
    s.kernels.activationGradient(
      s.address(dy!),
      s.address(y!),
      s.address(dz),
      s.address(bias),
      rows,
      channels,
      ACTIVATION_NUMBERS[activation as Activation],
      s.scratch(channels),
    );
    return [dz, bias];
  },
  StrayBlurPower: ({ x, others }) => {
    const s = session();
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const means = s.output([batch]);
    s.kernels.blurPower(
      s.address(x!),
      others ? s.address(others) : 0,
      s.address(means),
      batch,
      height,
      width,
      channels,
      s.scratch(s.kernels.blurPowerScratchFloats(width, channels)),
    );
    return means;
  },
  StrayColumnSums: ({ x }) => {
    const s = session();
    const { rows, channels } = rowsOf(x!);
    const sums = s.output([channels]);
    s.kernels.channelSums(s.address(x!), s.address(sums), rows, channels, s.scratch(channels));
    return sums;
  },
  StrayUpsample: ({ x }, attributes) => {
    const factor = attributes["factor"] as number;
    const s = session();
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const y = s.output([batch, height * factor, width * factor, channels]);
    s.kernels.upsample(s.address(x!), s.address(y), batch, height, width, channels, factor);
    return y;
  },
  StrayUpsampleGradient: ({ dy }, attributes) => {
    const factor = attributes["factor"] as number;
    const s = session();
    const [batch, tall, wide, channels] = dy!.shape as [number, number, number, number];
    const height = tall / factor, width = wide / factor;
    const dx = s.output([batch, height, width, channels]);
    s.kernels.upsampleGradient(
      s.address(dy!),
      s.address(dx),
      batch,
      height,
      width,
      channels,
      factor,
    );
    return dx;
  },
  StrayMaxPool: ({ x }, attributes) => {
    const size = attributes["size"] as number;
    const s = session();
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const y = s.output([batch, Math.floor(height / size), Math.floor(width / size), channels]);
    s.kernels.maxPool(s.address(x!), s.address(y), batch, height, width, channels, size);
    return y;
  },
  StrayMaxPoolGradient: ({ dy, x, y }, attributes) => {
    const size = attributes["size"] as number;
    const s = session();
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const dx = s.output(x!.shape);
    s.kernels.maxPoolGradient(
      s.address(dy!),
      s.address(x!),
      s.address(y!),
      s.address(dx),
      batch,
      height,
      width,
      channels,
      size,
    );
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
    const s = session();
    const [batch, units] = cell!.shape as [number, number];
    const hidden = s.output([batch, units]), state = s.output([batch, units]);
    const at = (tensor: tf.TensorInfo) => s.address(tensor);
    s.kernels.lstmCell(at(gates!), at(cell!), at(hidden), at(state), batch, units);
    return [hidden, state];
  },
  StrayLstmCellGradient: ({ dhidden, dstate, gates, cell, state }) => {
    const s = session();
    const [batch, units] = cell!.shape as [number, number];
    const dgates = s.output([batch, 4 * units]), dcell = s.output([batch, units]);
    const at = (tensor: tf.TensorInfo) => s.address(tensor);
    s.kernels.lstmCellGradient(
      at(dhidden!),
      at(dstate!),
      at(gates!),
      at(cell!),
      at(state!),
      at(dgates),
      at(dcell),
      batch,
      units,
    );
    return [dgates, dcell];
  },
  StrayGaussian: ({ moments, noise }) => {
    const s = session();
    const [batch, both] = moments!.shape as [number, number];
    const code = s.output([batch, both / 2]), kl = s.output([batch]);
    s.kernels.gaussian(
      s.address(moments!),
      noise ? s.address(noise) : 0,
      s.address(code),
      s.address(kl),
      batch,
      both / 2,
    );
    return [code, kl];
  },
  StrayGaussianGradient: ({ dcode, dkl, moments, noise }) => {
    const s = session();
    const [batch, both] = moments!.shape as [number, number];
    const dmoments = s.output([batch, both]);
    s.kernels.gaussianGradient(
      s.address(dcode!),
      s.address(dkl!),
      s.address(moments!),
      noise ? s.address(noise) : 0,
      s.address(dmoments),
      batch,
      both / 2,
    );
    return dmoments;
  },
};
