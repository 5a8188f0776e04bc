import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { Detector, scoreEntries, trainDetector } from "../../src/detection/mod.ts";
import { writeModelInput } from "../../src/images/mod.ts";
import { stepsFor } from "../models/_models.ts";
import { crosses, failure, squares, stream } from "./_entries.ts";

const UNLEARNT = { backend: "wasm", seed: 2, version: "0.0.0" } as const;
const OPTIONS = { ...UNLEARNT, epochs: 40, batch: 16 } as const;

async function makeDetectors(architecture: string, latent?: number) {
  const steps = stepsFor(architecture, OPTIONS);
  const options = { ...UNLEARNT, ...steps, architecture, latent };
  const { model } = await trainDetector(stream(squares(300)), options);
  const open = (score: string) => Detector.open(model, { backend: "wasm", score });
  return { model, mean: await open("blurred_mse"), max: await open("max_error") };
}

for (const architecture of ["vae", "pca"]) {
  Deno.test(`${architecture}: a map's largest error is max_error, its mean blurred_mse, and 1 the threshold of max_error`, async () => {
    const { mean: meanDetector, max: maxDetector } = await makeDetectors(architecture);
    const entries = [...squares(20, 9), ...crosses(20)];
    const size = meanDetector.inputSize;
    const batch = new Float32Array(entries.length * size);
    entries.forEach((entry, i) => {
      assert.ok("image" in entry);
      writeModelInput(entry.image, meanDetector.model.input, batch, i * size);
    });
    const maps = await maxDetector.errorMaps(batch, entries.length);
    assert.equal(maps.length, entries.length * 64);
    const means = await meanDetector.scores(batch, entries.length);
    const largest = await maxDetector.scores(batch, entries.length);
    const level = maxDetector.threshold!;
    let above = 0;
    for (let i = 0; i < entries.length; i++) {
      const map = maps.subarray(i * 64, (i + 1) * 64);
      const mean = level * map.reduce((a, b) => a + b, 0) / 64, most = Math.max(...map);
      // Float32: the mean of 64 squares that were added up in another order.
      assert.ok(Math.abs(mean - means[i]!) <= 1e-5 * means[i]!, `mean ${mean} ${means[i]}`);
      assert.ok(
        Math.abs(level * most - largest[i]!) <= 1e-6 * largest[i]!,
        `${most} ${largest[i]}`,
      );
      assert.equal(most > 1, maxDetector.judge(largest[i]!).anomaly);
      if (most > 1) above++;
    }
    assert.ok(above > 0 && above < entries.length, `${above} have a strange pixel`);
    meanDetector.dispose();
    maxDetector.dispose();
  });
}

Deno.test("a spot on a normal image is where its map is greatest", async () => {
  // A square stands at one of 25 places, so that 25 components know them all.
  const { mean: detector } = await makeDetectors("pca", 25);
  for (const entry of squares(30, 11)) {
    assert.ok("image" in entry);
    const { data } = entry.image;
    // Far from the square: the corner that is furthest from its middle.
    const first = data.findIndex((value) => value > 0);
    const x = first % 8 < 3 ? 7 : 0, y = first >> 3 < 3 ? 7 : 0;
    data[y * 8 + x] = 255;
    const values = new Float32Array(64);
    writeModelInput(entry.image, detector.model.input, values, 0);
    const map = await detector.errorMaps(values, 1);
    const at = map.indexOf(Math.max(...map));
    const distance = Math.max(Math.abs(at % 8 - x), Math.abs((at >> 3) - y));
    assert.ok(
      distance <= 1,
      `the spot is at ${x}, ${y}, the map's greatest at ${at % 8}, ${at >> 3}`,
    );
  }
  detector.dispose();
});

Deno.test("a stream gives the maps of one image at a time, and none where nothing was asked for", async () => {
  const { mean: detector } = await makeDetectors("vae");
  const entries = [failure("a.png"), ...squares(300, 5), failure("b.png")];
  const before = tf.memory().numTensors;
  let place = 0;
  for await (const batch of scoreEntries(stream(entries), detector, { inspect: true })) {
    for (const outcome of batch) {
      const entry = entries[place++]!;
      if ("error" in outcome) continue;
      assert.ok("image" in entry);
      const { errors } = outcome.inspection!;
      const alone = new Float32Array(64);
      writeModelInput(entry.image, detector.model.input, alone, 0);
      if (place % 40 === 3) assert.deepEqual(errors, await detector.errorMaps(alone, 1));
    }
  }
  assert.equal(place, entries.length);
  assert.equal(tf.memory().numTensors, before);
  for await (const batch of scoreEntries(stream(squares(3)), detector)) {
    for (const outcome of batch) assert.ok("verdict" in outcome && !("inspection" in outcome));
  }
  detector.dispose();
});

Deno.test("maps need a reconstruction, a calibration of them, and enough of it", async () => {
  await openBackend("wasm");
  const { model: knn } = await trainDetector(stream(squares(40)), {
    ...UNLEARNT,
    architecture: "knn",
  });
  const neighbours = await Detector.open(knn, { backend: "wasm" });
  await assert.rejects(neighbours.errorMaps(new Float32Array(64), 1), {
    message: 'Cannot map errors by "knn" as the model must have reconstructions',
  });
  neighbours.dispose();

  const { model } = await trainDetector(stream(squares(40)), { ...UNLEARNT, architecture: "pca" });
  const strict = await Detector.open(model, { backend: "wasm", fpr: 0.001 });
  await assert.rejects(strict.errorMaps(new Float32Array(64), 1), (error: Error) => {
    assert.match(
      error.message,
      /^Cannot map errors as .* false positive rate of 0\.001, at least 999: current/,
    );
    return true;
  });
  strict.dispose();

  const calibrations = new Map(model.calibrations);
  calibrations.delete("max_error");
  const old = await Detector.open({ ...model, calibrations }, { backend: "wasm", name: "old.m" });
  await assert.rejects(old.errorMaps(new Float32Array(64), 1), {
    message: 'Cannot use the model "old.m" as it must hold calibration scores by max_error',
  });
  old.dispose();
});
