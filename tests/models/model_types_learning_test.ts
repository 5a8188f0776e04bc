/** Models other than autoencoders learn: a batch by heart, without a tensor left behind. */

import assert from "node:assert/strict";
import { enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { modelTypeOf, requireModel } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { ImageSet } from "../../src/training/mod.ts";
import { digits } from "./_digits.ts";
import { fitModel, OTHER_LEARNING_NAMES } from "./_models.ts";

/** The side of the images where a model takes none of 8 x 8. */
const SIDES: Readonly<Record<string, number>> = { aae: 17 };

/** The share of the first loss below which it falls: `damage` never sees an example twice. */
const FALL: Readonly<Record<string, number>> = { damage: 0.85 };

const SOME = (await digits("train")).slice(0, 12);

for (const name of OTHER_LEARNING_NAMES) {
  Deno.test(`${name} learns a batch by heart, moves every parameter and leaks nothing`, async () => {
    await openBackend("wasm");
    await enableGradients();
    const before = tf.memory().numTensors;
    const side = SIDES[name] ?? 8;
    const images = new ImageSet([side, side, 1]);
    for (const { image } of SOME) {
      const pixels = new Float32Array(side * side);
      for (let i = 0; i < 64; i++) {
        pixels[Math.floor(i / 8) * side + i % 8] = image.data[i]! / image.white;
      }
      images.add(pixels);
    }
    const labels = [...new Set(SOME.map(({ label }) => label))];
    const all = Uint32Array.from(SOME, (_, i) => i);
    const data = {
      images,
      classes: Int32Array.from(SOME, ({ label }) => labels.indexOf(label)),
      split: { training: all, validation: all, calibration: all },
    };
    const spec = requireModel(name).build({
      inputShape: images.shape,
      images: SOME.length,
      classes: labels,
      latent: 16,
      beta: 0.01,
    });
    const fit = (epochs: number) =>
      fitModel(spec, data, {
        epochs,
        batch: SOME.length,
        learningRate: 5e-3,
        patience: epochs,
        random: new Random(4),
      });
    const { model: fresh } = await fit(0), first = await fresh.snapshot();
    fresh.dispose();
    const { model, result } = await fit(150);
    const losses = result.history.map(({ validationLoss }) => validationLoss);
    const best = Math.min(...losses);
    // Part of the loss is the pixels' own entropy, which nothing can take away.
    assert.ok(best < (FALL[name] ?? 0.75) * losses[0]!, `loss ${losses[0]} to ${best}`);
    const last = await model.snapshot();
    for (const { name: key } of modelTypeOf(spec).learning!.parameters(spec)) {
      const moved = last.get(key)!.data.some((value, i) => value !== first.get(key)!.data[i]);
      assert.ok(moved, `${key} must move`);
    }
    model.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("a Boltzmann machine whose hidden units are off draws the mean image before it learns", async () => {
  await openBackend("wasm");
  const images = new ImageSet([1, 4, 1]);
  for (const image of [[0, 1, 0.2, 1], [0, 0, 0.4, 1], [1, 1, 1, 0]]) {
    images.add(Float32Array.from(image));
  }
  const split = {
    training: Uint32Array.of(0, 1),
    validation: Uint32Array.of(2),
    calibration: Uint32Array.of(),
  };
  const spec = requireModel("rbm").build({ inputShape: images.shape, images: 2, latent: 3 });
  const data = { images, classes: new Int32Array(3).fill(-1), split };
  const options = { epochs: 0, batch: 2, learningRate: 1, patience: 1, random: new Random(1) };
  const { model } = await fitModel(spec, data, options);
  const drawn = tf.tidy(() => model.decode!(tf.zeros([1, 3])));
  // Nothing starts as certain.
  const wanted = [0.01, 0.5, 0.3, 0.99];
  (await drawn.data()).forEach((p, i) => assert.ok(Math.abs(p - wanted[i]!) < 1e-6, `${p}`));
  drawn.dispose();
  model.dispose();
});
