/** The operations on random shapes, for tests that compare backends. */

import {
  type Activation,
  ACTIVATIONS,
  type BackendName,
  batchNorm,
  conv2d,
  conv2dTranspose,
  dense,
  enableGradients,
  type LossOutput,
  lstm,
  maxPool,
  openBackend,
  type Padding,
  type PixelLoss,
  pixelLoss,
  sampleGaussian,
  type Tensor,
  tf,
  upsampleBilinear,
} from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

/** An operation on random shapes, with the inputs to differentiate with respect to. */
export interface Case {
  readonly inputs: Tensor[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

/** Random numbers, and tensors of them. */
export class Draw {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** From 1 to `most`. */
  size(most: number): number {
    return 1 + this.random.integer(most);
  }

  normal(shape: number[]): Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(Float32Array.from({ length: size }, () => this.random.normal()), shape);
  }

  /** In [0, 1]. */
  image(shape: number[]): Tensor {
    return tf.sigmoid(this.normal(shape));
  }

  activation(): Activation {
    return ACTIVATIONS[this.random.integer(ACTIVATIONS.length)]!;
  }
}

/** The operations, by name. */
export const OPERATIONS: Readonly<Record<string, (draw: Draw) => Case>> = {
  dense: (draw) => {
    const [batch, inputs, units] = [draw.size(9), draw.size(40), draw.size(40)];
    const activation = draw.activation();
    return {
      inputs: [draw.normal([batch, inputs]), draw.normal([inputs, units]), draw.normal([units])],
      run: (x, kernel, bias) => dense(x!, kernel!, bias!, activation),
    };
  },
  conv2d: (draw) => {
    const [batch, channels, filters] = [draw.size(3), draw.size(9), draw.size(9)];
    const [kernel, stride] = [draw.size(5), draw.size(3)];
    const pad = draw.random.integer(kernel);
    const shape = [
      batch,
      kernel + draw.random.integer(7),
      kernel + draw.random.integer(7),
      channels,
    ];
    const activation = draw.activation(), biased = draw.random.integer(2) === 1;
    return {
      inputs: [
        draw.normal(shape),
        draw.normal([kernel, kernel, channels, filters]),
        ...(biased ? [draw.normal([filters])] : []),
      ],
      run: (x, weights, bias) => conv2d(x!, weights!, bias, { stride, pad, activation }),
    };
  },
  conv2dTranspose: (draw) => {
    const [batch, channels, filters] = [draw.size(3), draw.size(9), draw.size(9)];
    const [kernel, stride] = [1 + draw.size(4), draw.size(3)];
    const after = Math.min(1, kernel - 1), before = draw.random.integer(2) * after;
    const pad: Padding = before === after ? before : [before, after];
    const [height, width] = [draw.size(6), draw.size(6)];
    const out = (n: number) => (n - 1) * stride - before - after + kernel;
    const activation = draw.activation(), biased = draw.random.integer(2) === 1;
    const wanted = [Math.max(1, out(height)), Math.max(1, out(width)), filters];
    const fits = out(height) >= 1 && out(width) >= 1;
    const size = fits ? [height, width] : [3, 3];
    const shape = fits ? wanted : [out(3), out(3), filters];
    return {
      inputs: [
        draw.normal([batch, ...size, channels]),
        draw.normal([kernel, kernel, filters, channels]),
        ...(biased ? [draw.normal([filters])] : []),
      ],
      run: (x, weights, bias) =>
        conv2dTranspose(x!, weights!, bias, { stride, pad, activation }, shape),
    };
  },
  batchNorm: (draw) => {
    const channels = draw.size(20);
    const shape = [1 + draw.size(5), draw.size(6), draw.size(6), channels];
    const activation = draw.random.integer(2) === 1 ? "relu" : "linear";
    return {
      inputs: [
        tf.add(draw.normal(shape), 3),
        draw.normal([channels]),
        draw.normal([channels]),
      ],
      run: (x, gamma, beta) => batchNorm(x!, gamma!, beta!, { epsilon: 1e-5, activation }).y,
    };
  },
  upsample: (draw) => {
    const shape = [draw.size(3), draw.size(6), draw.size(6), draw.size(9)];
    const factor = 1 + draw.size(3);
    return { inputs: [draw.normal(shape)], run: (x) => upsampleBilinear(x!, factor) };
  },
  mse: (draw) => pixels(draw, "mse"),
  bce: (draw) => pixels(draw, "bce"),
  l1: (draw) => pixels(draw, "l1"),
  huber: (draw) => pixels(draw, "huber:0.3"),
  focal: (draw) => pixels(draw, "focal:1.5,0.7,0.5"),
  "mse of a linear output": (draw) => pixels(draw, "mse", "linear"),
  "l1 of a linear output": (draw) => pixels(draw, "l1", "linear"),
  "huber of a linear output": (draw) => pixels(draw, "huber", "linear"),
  ssim: (draw) => {
    const shape = [draw.size(3), 10 + draw.size(6), 10 + draw.size(6), draw.size(3)];
    const x = draw.image(shape);
    return { inputs: [draw.normal(shape)], run: (logits) => pixelLoss(x, logits!, "ssim") };
  },
  maxPool: (draw) => {
    const size = 1 + draw.size(2);
    const side = () => size + draw.random.integer(6);
    const shape = [draw.size(3), side(), side(), draw.size(9)];
    return { inputs: [draw.normal(shape)], run: (x) => maxPool(x!, size) };
  },
  lstm: (draw) => {
    const [batch, time] = [draw.size(4), 1 + draw.size(4)];
    const [features, units] = [draw.size(6), draw.size(9)];
    return {
      inputs: [
        draw.normal([batch, time, features]),
        draw.normal([features, 4 * units]),
        draw.normal([units, 4 * units]),
        draw.normal([4 * units]),
      ],
      run: (x, kernel, recurrent, bias) =>
        tf.stack(lstm(x!, { kernel: kernel!, recurrent: recurrent!, bias: bias! }), 1),
    };
  },
  gaussian: (draw) => {
    const [batch, latent] = [draw.size(6), draw.size(20)];
    const noise = draw.normal([batch, latent]);
    return {
      inputs: [draw.normal([batch, 2 * latent])],
      run: (moments) => {
        const { code, kl } = sampleGaussian(moments!, noise);
        return tf.concat([code, tf.reshape(kl, [batch, 1])], 1);
      },
    };
  },
};

function pixels(draw: Draw, loss: PixelLoss, output: LossOutput = "sigmoid"): Case {
  const shape = [draw.size(4), draw.size(12), draw.size(12), draw.size(3)];
  const x = draw.image(shape);
  return {
    inputs: [tf.mul(draw.normal(shape), 8)],
    run: (logits) => pixelLoss(x, logits!, loss, output),
  };
}

/** Errors of smaller values are absolute: derivatives of saturated sigmoids subtract numbers near 1. */
const SMALL = 0.1;

/** Shapes whose results are read at once; later ones have buffers of these. */
const AT_ONCE = 5;

async function readAll(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const read = await Promise.all(tensors.map(async (t) => Float32Array.from(await t.data())));
  tf.dispose([...tensors]);
  return read;
}

/**
 * Computes an operation and its gradients for random shapes.
 *
 * @param backend The backend.
 * @param name The operation.
 * @param shapes Number of shapes, from seed 0.
 * @returns For each shape the result, then the gradient of each input.
 */
export async function results(
  backend: BackendName,
  name: string,
  shapes: number,
): Promise<Float32Array[][]> {
  await openBackend(backend);
  await enableGradients();
  const outputs: Promise<Float32Array[]>[] = [];
  for (let seed = 0; seed < shapes; seed++) {
    const tensors = tf.tidy(() => {
      const draw = new Draw(seed);
      const { inputs, run } = OPERATIONS[name]!(draw);
      const y = run(...inputs);
      const gradients = tf.grads((...given: Tensor[]) => run(...given))(
        inputs,
        draw.normal(y.shape),
      );
      return [y, ...gradients];
    });
    outputs.push(readAll(tensors));
    // Several wait at once, as Deno looks only every few ms whether WebGPU is done.
    if (seed % AT_ONCE === AT_ONCE - 1) await Promise.all(outputs);
  }
  return await Promise.all(outputs);
}

/** The largest error relative to the largest value, and its location. */
export function worst(
  wanted: Float32Array[][],
  got: Float32Array[][],
): { readonly error: number; readonly where: string } {
  let error = 0, where = "";
  wanted.forEach((tensors, seed) => {
    tensors.forEach((values, i) => {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), SMALL);
      values.forEach((value, j) => {
        const own = Math.abs(value - got[seed]![i]![j]!) / scale;
        if (own <= error) return;
        error = own;
        where = `shape ${seed}, tensor ${i}, value ${j}`;
      });
    });
  });
  return { error, where };
}
