import assert from "node:assert/strict";
import { enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { ARCHITECTURES, Autoencoder } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { fit, ImageSet, splitImages } from "../../src/training/mod.ts";

/** Bright squares at random places. */
function squares(count: number): ImageSet {
  const random = new Random(3);
  const images = new ImageSet([8, 8, 1]);
  for (let i = 0; i < count; i++) {
    const left = random.integer(5), top = random.integer(5);
    const image = new Float32Array(64);
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) image[(top + y) * 8 + left + x] = 1;
    }
    images.add(image);
  }
  return images;
}

async function train(name: string) {
  await openBackend("wasm");
  await enableGradients();
  const random = new Random(1);
  const images = squares(80);
  const split = splitImages(images.count, random);
  const before = tf.memory().numTensors;
  const model = new Autoencoder(ARCHITECTURES[name]!.build({ inputShape: [8, 8, 1] }), random);
  const start = await model.snapshot();
  const result = await fit(model, images, split, {
    epochs: 8,
    batch: 16,
    learningRate: 3e-3,
    patience: 8,
    random,
  });
  const weights = await model.snapshot();
  model.dispose();
  return { result, start, weights, leaked: tf.memory().numTensors - before };
}

for (const name of Object.keys(ARCHITECTURES)) {
  Deno.test(`${name} learns, moves every parameter, leaks nothing and is repeatable`, async () => {
    const first = await train(name), second = await train(name);
    const losses = first.result.history.map((record) => record.loss);
    assert.ok(losses.at(-1)! < 0.9 * losses[0]!, `losses ${losses}`);
    for (const [parameter, { data }] of first.weights) {
      assert.notDeepEqual(data, first.start.get(parameter)!.data, parameter);
    }
    assert.equal(first.leaked, 0);
    assert.deepEqual(first.weights, second.weights);
  });
}
