import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { Detector, scoreEntries, trainDetector } from "../../src/detection/mod.ts";
import { LensInspector } from "../../src/lensing/mod.ts";
import { Random } from "../../src/random.ts";
import { LENSES, SHAPE } from "../models/_fitted.ts";

const [HEIGHT, WIDTH] = SHAPE, COUNT = 12;

/** Noise, in which lenses are fitted all the same. */
async function* images(count: number): AsyncGenerator<Entry> {
  const random = new Random(1);
  for (let i = 0; i < count; i++) {
    const data = Float32Array.from({ length: WIDTH * HEIGHT }, () => 0.2 + 0.1 * random.uniform());
    yield { path: `${i}`, image: { width: WIDTH, height: HEIGHT, channels: 1, data, white: 1 } };
  }
}

Deno.test("each lens is fitted once for score, numbers, heatmap and mass; on threads as on one", async () => {
  const { model } = await trainDetector(images(COUNT), {
    ...{ architecture: "lens-fit", lenses: LENSES, backend: "wasm", version: "test" },
  });
  const detector = await Detector.open(model, { backend: "wasm", fpr: 0.1 });
  const fit = LensInspector.prototype.inspect;
  let fits = 0;
  LensInspector.prototype.inspect = function (values) {
    fits++;
    return fit.call(this, values);
  };
  try {
    const all = { inspect: true, massMaps: true };
    const found = await Array.fromAsync(scoreEntries(images(COUNT), detector, all));
    assert.equal(fits, COUNT);
    const spread = await Array.fromAsync(
      scoreEntries(images(COUNT), detector, { ...all, workers: 2 }),
    );
    assert.deepEqual(spread.flat(), found.flat());
    fits = 0;
    const plain = (await Array.fromAsync(scoreEntries(images(COUNT), detector))).flat();
    assert.equal(fits, COUNT);
    for (const [i, entry] of found.flat().entries()) {
      const other = plain[i]!;
      if ("error" in entry || "error" in other) throw new Error("no image fails");
      assert.deepEqual(entry.verdict, other.verdict);
      assert.deepEqual(entry.details, other.details);
      assert.ok(!("mass" in other) && !("inspection" in other));
      const values = entry.inspection!.image.data as Float32Array;
      assert.deepEqual(entry.inspection!.errors, await detector.errorMaps(values, 1));
      assert.ok(entry.mass!.significance.some((value) => value !== 0));
    }
  } finally {
    LensInspector.prototype.inspect = fit;
    detector.dispose();
  }
});

Deno.test("maps that a model cannot make are refused before the first image is read", async () => {
  const { model } = await trainDetector(images(COUNT), {
    ...{ architecture: "pca", backend: "wasm", version: "test" },
  });
  const detector = await Detector.open(model, { backend: "wasm" });
  let read = 0;
  async function* counted() {
    for await (const entry of images(3)) {
      read++;
      yield entry;
    }
  }
  try {
    await assert.rejects(
      Array.fromAsync(scoreEntries(counted(), detector, { massMaps: true })),
      /Cannot map mass by "pca" as the model must have lenses that it fits/,
    );
    assert.equal(read, 0);
  } finally {
    detector.dispose();
  }
});
