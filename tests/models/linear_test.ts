import assert from "node:assert/strict";
import { enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { ARCHITECTURES, Autoencoder } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { fit, ImageSet } from "../../src/training/mod.ts";
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
      ARCHITECTURES["linear"]!.build({ inputShape: [1, 3, 1] }),
      random,
    );
    await fit(model, images, { training: all, validation: all, calibration: all }, {
      epochs: 1000,
      batch: points.length,
      learningRate: ARCHITECTURES["linear"]!.defaults.learningRate,
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
