/** One training step of the networks against PyTorch's: see golden.py, which made golden.json. */

import assert from "node:assert/strict";
import {
  enableGradients,
  openBackend,
  type Tensor,
  tf,
  valueAndGradients,
} from "../../src/compute/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { trainableOf, type TrainingPass } from "../../src/training/mod.ts";
import { NETWORKS } from "./_models.ts";
import golden from "./golden.json" with { type: "json" };

const SIDE = 28, BATCH = 4, LEARNING_RATE = 1e-4;

/** The norm, and the first, the middle and the last number of a tensor. */
type Entries = readonly number[];

interface Golden {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Entries>>;
  readonly running: Readonly<Record<string, Entries>>;
  readonly reconstruction: Entries;
}

/**
 * How far float32 may be from PyTorch's float64, relative to a tensor's norm: rounding, and where it
 * turns a rectifier on or off a jump of the gradient, which the many of `cae` are not all spared.
 */
const TOLERANCE: Readonly<Record<string, number>> = {
  stacked: 1e-5,
  "conv-pool": 1e-4,
  recurrent: 1e-4,
  vae: 1e-4,
  cae: 1e-3,
};

/** Uniform numbers in [0, 1): the finaliser of MurmurHash3 of (stream, index), as in golden.py. */
function values(stream: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let x = (i + stream * 0x9e3779b9 + 1) % 2 ** 32 | 0;
    x = Math.imul(x ^ x >>> 16, 0x85ebca6b);
    x = Math.imul(x ^ x >>> 13, 0xc2b2ae35);
    return ((x ^ x >>> 16) >>> 0) / 2 ** 32;
  });
}

/** A parameter's values: as in golden.py. */
function parameterValues(name: string, shape: readonly number[], stream: number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const spread = values(stream, size).map((u) => 2 * u - 1);
  switch (name.slice(name.lastIndexOf("/") + 1)) {
    case "gamma":
      return Float32Array.from(spread, (u) => 1 + 0.1 * u);
    case "bias":
    case "beta":
      return Float32Array.from(spread, (u) => 0.1 * u);
    case "mean":
      return new Float32Array(size);
    case "variance":
      return new Float32Array(size).fill(1);
    default:
      return Float32Array.from(spread, (u) => u / Math.sqrt(size / shape.at(-1)!));
  }
}

function entries(line: ArrayLike<number>): Entries {
  const { length } = line;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += line[i]! ** 2;
  return [Math.sqrt(sum), line[0]!, line[Math.floor(length / 2)]!, line[length - 1]!];
}

function near(got: Entries, wanted: Entries, least: number, tolerance: number, what: string) {
  const scale = Math.max(wanted[0]!, least);
  got.forEach((value, i) => {
    const error = Math.abs(value - wanted[i]!) / scale;
    assert.ok(error <= tolerance, `${what}: ${got} against ${wanted}`);
  });
}

for (const [name, wanted] of Object.entries<Golden>(golden.networks)) {
  for (const backend of ["cpu", "wasm"] as const) {
    // Plain JavaScript takes long for the larger ones; it is the same code as the small ones run.
    if (backend === "cpu" && name !== "stacked" && name !== "recurrent") continue;
    Deno.test(`${backend}: a step of ${name} is PyTorch's ${golden.pytorch}`, async () => {
      const tolerance = TOLERANCE[name]!;
      await openBackend(backend);
      await enableGradients();
      const spec = NETWORKS[name]!.build({ inputShape: [SIDE, SIDE, 1] });
      const model = new Autoencoder(spec, new Random(0));
      model.restore(
        new Map(
          model.parameters.map(({ name, shape }, i) => [
            name,
            { shape, data: parameterValues(name, shape, i) },
          ]),
        ),
      );
      const x = tf.tensor4d(values(1000, BATCH * SIDE * SIDE), [BATCH, SIDE, SIDE, 1]);
      const pass: TrainingPass = {
        statistics: [],
        normal: (shape) => {
          const count = shape.reduce((a, b) => a * b, 1);
          return tf.tensor(values(1001, count).map((u) => 2 * u - 1), [...shape]);
        },
        uniform: () => assert.fail("no chance here"),
      };
      const { value, gradients } = valueAndGradients(
        () => tf.mean<tf.Scalar>(model.trainingLoss({ x }, pass)),
        trainableOf(model.parameters),
      );
      const [loss] = await value.data();
      assert.ok(Math.abs(loss! - wanted.loss) <= tolerance * wanted.loss, `${loss} ${wanted.loss}`);

      const trained = model.parameters.filter(({ trainable }) => trainable);
      assert.deepEqual(
        trained.map(({ name }) => name).sort(),
        Object.keys(wanted.gradients).sort(),
      );
      // A bias before a normalisation has no gradient but rounding: the largest norm is the measure.
      const least = 1e-3 * Math.max(...Object.values(wanted.gradients).map(([norm]) => norm!));
      for (const [i, parameter] of trained.entries()) {
        const gradient = gradients[i]!;
        near(
          entries(await gradient.data()),
          wanted.gradients[parameter.name]!,
          least,
          tolerance,
          `gradient of ${parameter.name}`,
        );
        tf.tidy(() =>
          parameter.value.assign(
            tf.sub(parameter.value, tf.mul(gradient, LEARNING_RATE)) as Tensor,
          )
        );
      }
      model.update(pass.statistics);
      for (const [running, numbers] of Object.entries(wanted.running)) {
        const { value } = model.parameters.find(({ name }) => name === running)!;
        near(entries(await value.data()), numbers, 0, tolerance, running);
      }
      const { reconstruction } = tf.tidy(() => ({
        reconstruction: model.errors(x).reconstruction,
      }));
      const numbers = entries(await reconstruction.data());
      near(numbers, wanted.reconstruction, 0, tolerance, "reconstruction after the step");
      tf.dispose([x, value, reconstruction, ...gradients]);
      model.dispose();
    });
  }
}
