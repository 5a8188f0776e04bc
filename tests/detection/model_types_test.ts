/** Models other than autoencoders find what they never saw, each by scores of its own. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import type { RbmSpec } from "../../src/models/mod.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { aurocOf, meanImageAuroc } from "../models/_digits.ts";
import { OTHER_NAMES } from "../models/_models.ts";
import { scoresOf, STRANGE, TEST, TRAIN, train, trained } from "./_digit_models.ts";

for (const name of OTHER_NAMES) {
  Deno.test(`${name} finds a digit that it never saw, and scores the same after save and load`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const model = await trained(name), bytes = encodeModel(model);
    const scores = await scoresOf(model);
    assert.ok(new Set(scores).size > TEST.length / 2, "scores must differ");
    const reached = aurocOf(scores, TEST, STRANGE), trivial = meanImageAuroc(TRAIN, TEST, STRANGE);
    assert.ok(reached > trivial, `AUROC ${reached}, of the mean image ${trivial}`);
    assert.deepEqual(await scoresOf(bytes), scores);
    assert.deepEqual(encodeModel(decodeModel(bytes, "m")), bytes);
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("a conditional model given the label is no less surprised, and more by a wrong one", async () => {
  const model = await trained("cvae");
  const known = TEST.filter(({ label }) => label !== STRANGE);
  const wrong = known.map((entry) => ({ ...entry, label: entry.label === "1" ? "2" : "1" }));
  const unknown = known.map((entry) => ({ ...entry, label: STRANGE }));
  const score = "negative_elbo-label";
  const blind = await scoresOf(model, { entries: known, score: "negative_elbo" });
  const told = await scoresOf(model, { entries: known, score });
  const misled = await scoresOf(model, { entries: wrong, score });
  const mean = (scores: readonly number[]) => scores.reduce((a, b) => a + b, 0) / scores.length;
  blind.forEach((value, i) => assert.ok(told[i]! >= value * (1 - 1e-5), `${told[i]} ${value}`));
  assert.ok(mean(misled) > mean(told));
  // A label that the model does not know is as good as none.
  assert.deepEqual(await scoresOf(model, { entries: unknown, score }), blind);
});

Deno.test("the probability of an image takes the same samples, whatever images are beside it", async () => {
  const model = await train("vae", { epochs: 2 });
  const score = "probability";
  const all = await scoresOf(model, { score });
  const alone = await scoresOf(model, { entries: TEST.slice(5, 6), score });
  assert.ok(Math.abs(alone[0]! - all[5]!) <= 1e-4 * all[5]!);
  assert.deepEqual(await scoresOf(model, { score }), all);
  assert.ok((model.calibrations.get(score)?.length ?? 0) > 0);
});

Deno.test("a Boltzmann machine samples for as many Gibbs steps as asked for", async () => {
  const losses = new Set<number>();
  for (const gibbs of [1, 5]) {
    const { spec, history } = await train("rbm", { epochs: 2, gibbs });
    assert.equal(spec.kind, "rbm");
    assert.equal((spec as RbmSpec).steps, gibbs);
    losses.add(history[1]!.loss);
  }
  assert.equal(losses.size, 2);
});

Deno.test("a classifier's probability of a label is calibrated by images of other labels", async () => {
  const model = await trained("resnet");
  const all = model.calibrations.get("uncertainty")!.length;
  const labels = model.labels!;
  const counts = labels.map((label) => model.calibrations.get(`class:${label}`)!.length);
  assert.equal(counts.reduce((a, b) => a + b), (labels.length - 1) * all);
});
