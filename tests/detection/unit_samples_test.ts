/** Samples outside [0, 1] never meet a sigmoid or a cross-entropy: over the whole registry. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { Detector, trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { Random } from "../../src/random.ts";
import { encodeModel } from "../../src/store/mod.ts";
import { DEFINITIONS } from "../models/_fitted.ts";
import { stream } from "./_entries.ts";

/** Images of random numbers in a range, with two labels. */
function images(low: number, high: number, side = 20): Entry[] {
  const random = new Random(5);
  return Array.from({ length: 24 }, (_, i) => ({
    path: `${i}`,
    label: i % 2 === 0 ? "even" : "odd",
    image: {
      width: side,
      height: side,
      channels: 1,
      white: 1,
      data: Float32Array.from(
        { length: side * side },
        (_, j) => j === 0 ? low : j === 1 ? high : low + (high - low) * random.uniform(),
      ),
    },
  }));
}

async function train(name: string, entries: Entry[], options: Partial<TrainOptions> = {}) {
  const warnings: string[] = [];
  const { learning } = DEFINITIONS.find(([each]) => each === name)![1].type;
  const { model } = await trainDetector(stream(entries), {
    architecture: name,
    backend: "wasm",
    version: "0.0.0",
    scale: { kind: "none" },
    calibrate: "split",
    ...learning && { epochs: 1, batch: 8 },
    ...options,
    // One epoch is too short for some, and the images are few, which are other matters.
    onWarning: (message) =>
      /in \d+ steps or more|are enough for/.test(message) || warnings.push(message),
  });
  return { model, warnings };
}

for (const [name, { type, takesOutput, requires, options = [] }] of DEFINITIONS) {
  // A recipe determines the samples of lenses.
  if (requires !== undefined) continue;
  Deno.test(`${name}: samples outside [0, 1] are refused, or change its output with a word`, async () => {
    // Grey levels that were not scaled, standardised pixels, and [-1, 1] as for tanh.
    for (const [low, high] of [[0, 255], [-3, 3], [-1, 1]] as const) {
      const training = train(name, images(low, high), name === "aae" ? { latent: 4 } : {});
      if (name === "rbm" || name === "patchcore") {
        await assert.rejects(training, {
          code: "value",
          message: new RegExp(`samples must lie in \\[0, 1\\].* from ${low} to ${high}$`),
          hint: /--scale auto/,
        });
        continue;
      }
      // A Gaussian latent behind a dense layer may overflow: never without an error.
      const trained = await training.catch((error) => {
        if (high < 255 || !/must be finite/.test(error.message)) throw error;
        assert.match(error.hint, /--scale/);
      });
      if (!trained) continue;
      const { model, warnings } = trained;
      assert.equal(type.needsUnitSamples?.(model.spec) ?? false, false);
      if (takesOutput && name !== "linear") assert.match(warnings.join(), /output of .* is linear/);
      else assert.deepEqual(warnings, []);
      assert.ok(!/"(bce|focal)/.test(JSON.stringify(model.spec)), "no loss of probabilities");
      for (const { loss } of model.history) assert.ok(loss >= 0, `${loss}`);
      const detector = await Detector.open(encodeModel(model), { backend: "wasm" });
      const [score] = await detector.scores(new Float32Array(detector.inputSize).fill(high), 1);
      assert.ok(Number.isFinite(score));
      detector.dispose();
    }
    const { warnings, model } = await train(
      name,
      images(0, 1),
      name === "aae" ? { latent: 4 } : {},
    );
    assert.deepEqual(warnings, []);
    assert.equal(
      type.needsUnitSamples?.(model.spec) ?? false,
      takesOutput && name !== "linear" ||
        name === "rbm" || name === "patchcore",
    );
  });

  if (options.includes("loss") && name !== "linear") {
    Deno.test(`${name}: a loss of probabilities is refused for samples outside [0, 1]`, async () => {
      for (const loss of ["bce", "focal:1,2,0"] as const) {
        await assert.rejects(train(name, images(0, 1.5), { loss }), {
          code: "usage",
          message: new RegExp(`^Cannot use --loss ${loss}.* from 0 to 1.5$`),
        });
      }
    });
  }
}

Deno.test("a network file with a sigmoid is refused with the way out", async () => {
  const { parseNetworkFile } = await import("../../src/models/mod.ts");
  const text = JSON.stringify({
    encoder: [{ type: "reshape", shape: [400] }, { type: "dense", units: 4, activation: "relu" }],
    decoder: [{ type: "dense", units: 400 }, { type: "reshape", shape: [20, 20, 1] }],
  });
  await assert.rejects(
    trainDetector(stream(images(0, 9)), {
      architecture: parseNetworkFile(text, "net.json"),
      ...{ backend: "wasm", version: "0.0.0", scale: { kind: "none" } },
    }),
    { code: "value", hint: /"output": "linear"/ },
  );
});
