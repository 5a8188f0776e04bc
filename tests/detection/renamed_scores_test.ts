/** Names that earlier versions gave to scores, in calls and in files. */

import assert from "node:assert/strict";
import { Detector, trainDetector } from "../../src/detection/mod.ts";
import { currentScoreName } from "../../src/models/mod.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { crosses, squares, stream } from "./_entries.ts";

/** Old names, and today's. */
const RENAMED = { nse: "blurred_mse", peak: "max_error", elbo: "negative_elbo" } as const;

async function train(architecture: string): Promise<ModelFile> {
  const { model } = await trainDetector(stream([...squares(30), ...crosses(30)]), {
    architecture,
    backend: "wasm",
    epochs: 1,
    version: "0.0.0",
  });
  return model;
}

Deno.test("every old name has one of today, alone and for an image's own label", () => {
  for (const [old, name] of Object.entries(RENAMED)) {
    assert.equal(currentScoreName(old), name);
    assert.equal(currentScoreName(`${old}-label`), `${name}-label`);
    assert.equal(currentScoreName(name), name);
  }
  for (const name of ["mse", "class:nse", "nse-labels", "toString", "", "-label"]) {
    assert.equal(currentScoreName(name), name);
  }
});

Deno.test("a detector opens by an old name, and has today's", async () => {
  for (const [architecture, suffix] of [["vae", ""], ["cvae-dense", "-label"]] as const) {
    const model = await train(architecture);
    for (const [old, name] of Object.entries(RENAMED)) {
      const [byOld, byName] = [
        await Detector.open(model, { backend: "wasm", score: old + suffix }),
        await Detector.open(model, { backend: "wasm", score: name + suffix }),
      ];
      assert.equal(byOld.scoreName, name + suffix);
      assert.equal(byOld.threshold, byName.threshold);
      const batch = new Float32Array(byOld.inputSize).fill(0.5);
      assert.deepEqual(await byOld.scores(batch, 1), await byName.scores(batch, 1));
      byOld.dispose();
      byName.dispose();
    }
  }
});

Deno.test("a training by an old name stores today's, and an unknown name is refused", async () => {
  const options = { architecture: "pca", backend: "wasm", version: "0.0.0" } as const;
  const { model } = await trainDetector(stream(squares(30)), { ...options, score: "peak" });
  assert.equal(model.score, "max_error");
  assert.deepEqual([...model.calibrations.keys()], ["blurred_mse", "mse", "max_error"]);
  const refused = {
    code: "usage",
    message: 'Cannot score by "ssim" as "pca" must have that score: ' +
      "it has blurred_mse, mse, max_error",
  };
  await assert.rejects(trainDetector(stream(squares(30)), { ...options, score: "ssim" }), refused);
  await assert.rejects(Detector.open(model, { backend: "wasm", score: "ssim" }), refused);
});

Deno.test("a file with old names is read with today's, which are written again", async () => {
  const model = await train("cvae-dense");
  const names: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(RENAMED).flatMap(([old, name]) => [
      [name, old],
      [`${name}-label`, `${old}-label`],
    ]),
  );
  const old: ModelFile = {
    ...model,
    score: "nse+peak",
    calibrations: new Map(
      [...model.calibrations].map(([name, scores]) => [names[name] ?? name, scores]),
    ),
  };
  assert.notDeepEqual([...old.calibrations.keys()], [...model.calibrations.keys()]);
  assert.deepEqual(decodeModel(encodeModel(old), "m"), decodeModel(encodeModel(model), "m"));
});
