/** Long short-term memory (Hochreiter and Schmidhuber 1997; with forget gates, Gers et al. 2000). */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";
import { joinSteps, splitSteps } from "./steps.ts";

/** Parameters of a layer in Keras's layout: gates in the order input, forget, cell, output. */
export interface LstmParameters {
  /** `[features, 4 * units]`. */
  readonly kernel: tf.Tensor;
  /** `[units, 4 * units]`. */
  readonly recurrent: tf.Tensor;
  /** `[4 * units]`. */
  readonly bias: tf.Tensor;
}

/**
 * Runs a layer over a sequence, from a state of zeros.
 *
 * With z = x_t kernel + h_{t-1} recurrent + bias and its quarters i, f, g, o:
 * c_t = sigmoid(f) c_{t-1} + sigmoid(i) tanh(g), h_t = sigmoid(o) tanh(c_t).
 *
 * @param x `[batch, time, features]`.
 * @param parameters See {@linkcode LstmParameters}.
 * @returns h at each step, `[batch, units]`.
 */
export function lstm(x: tf.Tensor, { kernel, recurrent, bias }: LstmParameters): tf.Tensor[] {
  const [batch, time, features] = x.shape as [number, number, number];
  const units = recurrent.shape[0]!;
  // The input's contribution to the gates needs no recurrence: one product for all steps.
  const rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [time * batch, features]);
  const steps = splitSteps(tf.add(tf.matMul(rows, kernel), bias), time);
  let cell: tf.Tensor = tf.zeros([batch, units]), hidden: tf.Tensor | undefined;
  return steps.map((step) => {
    const gates = hidden ? tf.add(step, tf.matMul(hidden, recurrent)) : step;
    const [next, state] = runKernels("StrayLstmCell", { gates, cell });
    cell = state!;
    return hidden = next!;
  });
}

/**
 * Runs a layer over a sequence, as {@linkcode lstm}, into one tensor.
 *
 * @param x `[batch, time, features]`.
 * @param parameters See {@linkcode LstmParameters}.
 * @returns h at all steps, `[batch, time, units]`.
 */
export function lstmSequence(x: tf.Tensor, parameters: LstmParameters): tf.Tensor {
  const steps = lstm(x, parameters), [batch, units] = steps[0]!.shape as [number, number];
  return tf.transpose(tf.reshape(joinSteps(steps), [steps.length, batch, units]), [1, 0, 2]);
}

/** The activated gates i, f, g and o. */
function quarters(gates: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return [tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)];
}

/** Compositions of tfjs operations. */
export const PLAIN_LSTM: KernelTable = {
  StrayLstmCell: ({ gates, cell }) => {
    const [i, f, g, o] = quarters(gates!);
    const state = tf.add(tf.mul(f, cell!), tf.mul(i, g));
    return [tf.mul(o, tf.tanh(state)), state];
  },
  StrayLstmCellGradient: ({ dhidden, dstate, gates, cell, state }) => {
    const [i, f, g, o] = quarters(gates!);
    const squashed = tf.tanh(state!);
    const dcell = tf.add(
      dstate!,
      tf.mul(tf.mul(dhidden!, o), tf.sub(1, tf.square(squashed))),
    );
    const through = (d: tf.Tensor, s: tf.Tensor) => tf.mul(d, tf.mul(s, tf.sub(1, s)));
    const dgates = tf.concat([
      through(tf.mul(dcell, g), i),
      through(tf.mul(dcell, cell!), f),
      tf.mul(tf.mul(dcell, i), tf.sub(1, tf.square(g))),
      through(tf.mul(dhidden!, squashed), o),
    ], 1);
    return [dgates, tf.mul(dcell, f)];
  },
};

/** The gradient. */
export const LSTM_GRADIENT: tf.GradConfig = {
  kernelName: "StrayLstmCell",
  inputsToSave: ["gates", "cell"],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [gates, cell, state] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [dhidden, dstate] = dys as [tf.Tensor, tf.Tensor];
    const [dgates, dcell] = runKernel(
      "StrayLstmCellGradient",
      { dhidden, dstate, gates, cell, state },
    ) as unknown as [tf.Tensor, tf.Tensor];
    return { gates: () => tf.clone(dgates), cell: () => tf.clone(dcell) };
  },
};
