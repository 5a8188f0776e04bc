/** A numerical self-test of the current backend: small problems with known answers. */

import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "./adam.ts";
import { enableGradients } from "./gradients.ts";
import { conv2dTranspose } from "./ops/mod.ts";

/** The result of one problem. */
export interface SelfTestResult {
  /** Name of the problem. */
  readonly name: string;
  /** Maximum deviation from the known answer, relative to the answer's maximum. */
  readonly error: number;
  /** Whether the error is at most {@linkcode SELF_TEST_TOLERANCE}. */
  readonly passed: boolean;
}

/** Allows for float32 rounding, and for exponentials that a GPU may compute to about 16 bits. */
export const SELF_TEST_TOLERANCE = 1e-5;

interface Problem {
  readonly name: string;
  readonly solve: () => tf.Tensor | Promise<tf.Tensor>;
  readonly answer: readonly number[];
}

/** The numbers 0 to 15 as a 4 x 4 image. */
function ramp(): tf.Tensor4D {
  return tf.tensor4d(Array.from({ length: 16 }, (_, i) => i), [1, 4, 4, 1]);
}

/** Convolution with stride 2 and padding 1; with a kernel of ones, sums over windows. */
function windowSums(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  return tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 2, 1, "NHWC", 1, "floor");
}

function ones(shape: number[]): tf.Tensor {
  return tf.ones(shape);
}

async function adamStep(): Promise<tf.Tensor> {
  const weight = tf.variable(tf.tensor1d([1, -1]));
  const gradient = tf.tensor1d([2, -0.5]);
  const adam = await Adam.create([weight], { learningRate: 0.1 });
  adam.apply([gradient]);
  const moved = weight.clone();
  adam.dispose();
  tf.dispose([weight, gradient]);
  return moved;
}

/** Stride 3 and padding 1: the positions of taps need remainders, which drivers have got wrong. */
const TRANSPOSED: Problem = {
  name: "transposed convolution",
  solve: () => {
    const kernel = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
    const options = { stride: 3, pad: 1, activation: "linear" } as const;
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    return conv2dTranspose(x, kernel, undefined, options, [4, 4, 1]);
  },
  answer: [5, 6, 8, 10, 8, 9, 14, 16, 6, 9, 4, 8, 15, 18, 16, 20],
};

const POINTS = [-20, -2, 0, 0.5, 20];

const PROBLEMS: readonly Problem[] = [
  {
    name: "product",
    solve: () => tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])),
    answer: [19, 22, 43, 50],
  },
  {
    name: "convolution",
    solve: () => windowSums(ramp(), ones([3, 3, 1, 1])),
    answer: [10, 24, 51, 90],
  },
  {
    name: "convolution, filter gradient",
    solve: () => tf.grad((k) => windowSums(ramp(), k))(ones([3, 3, 1, 1]), ones([1, 2, 2, 1])),
    answer: [5, 10, 12, 10, 20, 24, 18, 36, 40],
  },
  {
    name: "convolution, input gradient",
    solve: () => tf.grad((x) => windowSums(x, ones([3, 3, 1, 1])))(ramp(), ones([1, 2, 2, 1])),
    answer: [1, 2, 1, 1, 2, 4, 2, 2, 1, 2, 1, 1, 1, 2, 1, 1],
  },
  TRANSPOSED,
  {
    name: "bilinear up-sampling",
    solve: () => tf.image.resizeBilinear(tf.tensor3d([[[0], [1]]]), [1, 4], false, true),
    answer: [0, 0.25, 0.75, 1],
  },
  {
    name: "sigmoid",
    solve: () => tf.sigmoid(tf.tensor1d(POINTS)),
    answer: POINTS.map((x) => 1 / (1 + Math.exp(-x))),
  },
  {
    name: "softplus",
    solve: () => tf.log1p(tf.exp(tf.neg(tf.abs(tf.tensor1d(POINTS))))),
    answer: POINTS.map((x) => Math.log1p(Math.exp(-Math.abs(x)))),
  },
  {
    name: "mean and root",
    solve: () => tf.sqrt(tf.mean(tf.square(tf.tensor2d([[3, 1], [4, 7]])), 0)),
    answer: [Math.sqrt(12.5), 5],
  },
  { name: "Adam step", solve: adamStep, answer: [0.9, -0.9] },
];

/**
 * Solves small problems on the current backend and compares with the known answers.
 *
 * @returns One result per problem.
 */
export async function selfTest(): Promise<SelfTestResult[]> {
  await enableGradients();
  const results: SelfTestResult[] = [];
  for (const problem of PROBLEMS) results.push(await compare(problem));
  return results;
}

/**
 * Solves one problem, which fails on drivers that are known to compute wrongly: fit for the start.
 *
 * @returns Its result.
 */
export async function quickTest(): Promise<SelfTestResult> {
  return await compare(TRANSPOSED);
}

async function compare({ name, solve, answer }: Problem): Promise<SelfTestResult> {
  const before = tf.memory().numTensors;
  tf.engine().startScope();
  const values = await (await solve()).data();
  tf.engine().endScope();
  const scale = Math.max(...answer.map(Math.abs));
  let error = values.length === answer.length ? 0 : Infinity;
  answer.forEach((value, i) => error = Math.max(error, Math.abs(values[i]! - value) / scale));
  if (tf.memory().numTensors !== before) error = Infinity;
  return { name, error, passed: error <= SELF_TEST_TOLERANCE };
}
