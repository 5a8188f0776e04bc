/** The classifier's loss and its gradient, and a batch that it learns by heart. */

import assert from "node:assert/strict";
import { enableGradients, openBackend, sumAndGradients, tf } from "../../src/compute/mod.ts";
import { Classifier } from "../../src/models/classifier/classifier.ts";
import { crossEntropy } from "../../src/models/classifier/cross_entropy.ts";
import { Random } from "../../src/random.ts";
import { gradientLearner } from "../../src/training/mod.ts";

/** The definition, in float64. */
function direct(logits: readonly number[], label: number, smoothing: number): number {
  const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
  return logits.reduce((sum, value, k) => {
    const target = (k === label ? 1 - smoothing : 0) + smoothing / logits.length;
    return sum - target * (value - total);
  }, 0);
}

Deno.test("the smoothed cross-entropy and its gradient are those of the definition", async () => {
  await openBackend("cpu");
  await enableGradients();
  const rows = [[0.3, -1.2, 2], [0.1, 0.4, -0.7]], labels = Int32Array.of(2, 0), h = 1e-5;
  for (const smoothing of [0, 0.05]) {
    const logits = tf.variable(tf.tensor2d(rows));
    const losses = () => crossEntropy(logits, labels, smoothing);
    const wanted = rows.map((row, i) => direct(row, labels[i]!, smoothing));
    losses().dataSync<"float32">().forEach((got, i) =>
      assert.ok(Math.abs(got - wanted[i]!) < 1e-6)
    );
    const { gradients } = sumAndGradients(losses, 0.5, [logits]);
    const slopes = gradients[0]!.dataSync<"float32">();
    rows.flatMap((row, i) =>
      row.map((value, k) => {
        const at = (change: number) => direct(row.with(k, value + change), labels[i]!, smoothing);
        return 0.5 * (at(h) - at(-h)) / (2 * h);
      })
    ).forEach((slope, i) => assert.ok(Math.abs(slopes[i]! - slope) < 1e-6));
  }
});

Deno.test("the classifier learns the labels of a batch of noise by heart", async () => {
  await openBackend("wasm");
  await enableGradients();
  const random = new Random(1),
    count = 16,
    classes = Int32Array.from({ length: count }, (_, i) => i % 3);
  const before = tf.memory().numTensors;
  const network = new Classifier([8, 8, 1], 3, random);
  const learner = await gradientLearner(network, { batch: count });
  const x = tf.tensor4d(Float32Array.from({ length: count * 64 }, () => random.uniform()), [
    count,
    8,
    8,
    1,
  ]);
  const none = () => tf.scalar(0);
  const hits = () =>
    tf.tidy(() => [...network.logits(network.embed(x)).argMax(1).dataSync<"int32">()])
      .filter((place, i) => place === classes[i]).length;
  for (let step = 0; step < 60; step++) {
    const pass = { statistics: [], normal: none, uniform: none };
    learner.step({ x, classes, wholeSize: count }, pass, 3e-3).dispose();
  }
  assert.equal(hits(), count);
  learner.optimiser.dispose();
  x.dispose();
  network.dispose();
  assert.equal(tf.memory().numTensors, before);
});
