import assert from "node:assert/strict";
import { enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { Detector, trainDetector } from "../../src/detection/mod.ts";
import type { Image } from "../../src/images/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { fitByGradients } from "../../src/models/fit_by_gradients.ts";
import { Random } from "../../src/random.ts";
import { ImageSet } from "../../src/training/mod.ts";
import { stream } from "../detection/_entries.ts";
import { NETWORKS } from "./_models.ts";
import golden from "./golden.json" with { type: "json" };

const { points, error } = golden.plane;

Deno.test("linear reconstructs the exercise's points as PCA does, whatever the seed", async () => {
  await openBackend("wasm");
  await enableGradients();
  const images = new ImageSet([1, 3, 1]);
  for (const point of points) images.add(Float32Array.from(point));
  const all = Uint32Array.from(points.keys());
  for (const seed of [1, 2, 3]) {
    const random = new Random(seed);
    const model = new Autoencoder(
      NETWORKS["linear"]!.build({ inputShape: [1, 3, 1] }),
      random,
    );
    const split = { training: all, validation: all, calibration: all };
    const data = { images, classes: new Int32Array(images.count).fill(-1), split };
    await fitByGradients(model, data, {
      epochs: 1000,
      batch: points.length,
      learningRate: NETWORKS["linear"]!.defaults.learningRate,
      patience: 1000,
      random,
    });
    const mean = tf.tidy(() => {
      const x = tf.tensor(points.flat(), [points.length, 1, 3, 1]);
      return tf.mean(tf.squaredDifference(x, model.errors(x).reconstruction)).dataSync()[0]!;
    });
    assert.ok(Math.abs(mean / error - 1) < 1e-3, `seed ${seed}: ${mean}, PCA ${error}`);
    model.dispose();
  }
});

Deno.test("linear with its defaults comes as near, though it keeps some points back", async () => {
  const images = points.map((point): Image => ({
    width: 3,
    height: 1,
    channels: 1,
    data: Float32Array.from(point),
    white: 1,
  }));
  const { model } = await trainDetector(
    stream(images.map((image, i) => ({ path: `${i}`, image }))),
    { architecture: "linear", scale: { kind: "none" }, backend: "wasm", workers: 1, version: "0" },
  );
  const detector = await Detector.open(model, { backend: "wasm" });
  const scores = (await detector.detect(images)).map(({ score }) => score);
  detector.dispose();
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  assert.equal(model.score, "mse");
  assert.ok(Math.abs(mean - error) < 1e-3, `${mean}, PCA ${error}`);
});
