import assert from "node:assert/strict";
import {
  BACKEND_NAMES,
  type BackendName,
  clipByNorm,
  createRule,
  enableGradients,
  openBackend,
  type PixelLoss,
  pixelLoss,
  type RuleOptions,
  tf,
} from "../../src/compute/mod.ts";
import { parseSchedule, rateFactor } from "../../src/training/schedule.ts";
import { webgpuTest } from "../compute/_adapter.ts";
import golden from "./golden.json" with { type: "json" };

/** Twelve steps of float32 beside float64. */
const TOLERANCE = 2e-5;

const CASES: Readonly<
  Record<keyof typeof golden.steps, RuleOptions & { readonly rate: number; readonly clip?: number }>
> = {
  "sgd": { optimizer: "sgd", rate: 0.02 },
  "sgd, momentum": { optimizer: "sgd", momentum: 0.9, rate: 0.02 },
  "sgd, momentum, decay": { optimizer: "sgd", momentum: 0.5, weightDecay: 0.3, rate: 0.02 },
  "adam": { rate: 0.05 },
  "adam, decay": { weightDecay: 0.3, rate: 0.05 },
  "adamw": { optimizer: "adamw", weightDecay: 0.01, rate: 0.05 },
  "adamw, decay": { optimizer: "adamw", weightDecay: 0.3, rate: 0.05 },
  "rmsprop": { optimizer: "rmsprop", rate: 0.02 },
  "rmsprop, momentum, decay": {
    optimizer: "rmsprop",
    momentum: 0.8,
    weightDecay: 0.3,
    rate: 0.01,
  },
  "sgd, clip": { optimizer: "sgd", momentum: 0.9, rate: 0.02, clip: 4 },
};

/** Numbers of all variables as tensors of their shapes. */
function tensors(numbers: readonly number[]): tf.Tensor[] {
  let at = 0;
  return golden.shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(numbers.slice(at, at += size), shape);
  });
}

/** Takes the steps on a backend, and checks the weights after each. */
async function follow(backend: BackendName, name: string, wanted: number[][]): Promise<void> {
  await openBackend(backend);
  const before = tf.memory().numTensors;
  const { rate, clip, ...options } = CASES[name as keyof typeof CASES];
  const [a, b, c] = [golden.a, golden.b, golden.c].map(tensors);
  const start = tensors(golden.start);
  const weights = start.map((value) => tf.tidy(() => tf.variable(value)));
  const rule = await createRule(weights, options);
  for (const after of wanted) {
    const gradients = weights.map((w, i) =>
      tf.tidy(() => {
        const far = tf.sub(w, b![i]!);
        return tf.mul(far, tf.add(a![i]!, tf.mul(c![i]!, tf.square(far))));
      })
    );
    const short = clip === undefined ? gradients : clipByNorm(gradients, clip);
    rule.apply(short, rate);
    tf.dispose([gradients, short]);
    const got = (await Promise.all(weights.map((w) => w.data()))).flatMap((data) => [...data]);
    got.forEach((value, i) => {
      const error = Math.abs(value - after[i]!);
      const where = `step ${rule.steps}, value ${i}`;
      assert.ok(error <= TOLERANCE, `${where}: ${value}, not ${after[i]}`);
    });
  }
  rule.dispose();
  tf.dispose([...weights, ...start, ...a!, ...b!, ...c!]);
  assert.equal(tf.memory().numTensors, before);
}

for (const [name, wanted] of Object.entries(golden.steps)) {
  for (const backend of BACKEND_NAMES) {
    const test = backend === "webgpu" ? webgpuTest : Deno.test;
    const title = `${backend}: steps of ${name} are those of ${golden.madeBy}`;
    test(title, () => follow(backend, name, wanted));
  }
}

for (const backend of ["cpu", "wasm"] as const) {
  for (const [key, wanted] of Object.entries(golden.losses)) {
    Deno.test(`${backend}: the loss ${key} and its gradient are those of ${golden.madeBy}`, async () => {
      await openBackend(backend);
      await enableGradients();
      const [loss, output] = key.split(" ") as [PixelLoss, "sigmoid" | "linear"];
      const [losses, gradient] = tf.tidy(() => {
        const x = tf.tensor(golden.x, [2, 3, 4, 1]), logits = tf.tensor(golden.logits, x.shape);
        const { value, grad } = tf.valueAndGrad((l: tf.Tensor) =>
          tf.sum(tf.mul(pixelLoss(x, l, loss, output), tf.tensor1d([1, 2])))
        )(logits);
        value.dispose();
        return [pixelLoss(x, logits, loss, output).dataSync(), grad.dataSync()];
      });
      // Sums of 12 terms of float32.
      losses.forEach((value, i) => assert.ok(Math.abs(value / wanted.losses[i]! - 1) < 3e-6));
      gradient.forEach((value, i) => {
        assert.ok(Math.abs(value - wanted.gradient[i]!) < 5e-6, `${i}: ${value}`);
      });
    });
  }
}

Deno.test(`schedules are those of ${golden.madeBy}`, () => {
  const losses = golden.heldOut;
  for (const [name, wanted] of Object.entries(golden.rates)) {
    const schedule = parseSchedule(name);
    wanted.forEach((rate, i) => {
      const position = { step: i, steps: 20, epoch: i + 1, validationLosses: losses.slice(0, i) };
      const got = rateFactor(schedule, position);
      assert.ok(Math.abs(got - rate) < 1e-12, `${name}, step ${i}: ${got} is not ${rate}`);
    });
  }
});
