/** Every architecture separates a digit that it never saw from the others. */

import assert from "node:assert/strict";
import { Detector, scoreEntries, trainDetector } from "../../src/detection/mod.ts";
import { encodeModel } from "../../src/store/mod.ts";
import { stream } from "../detection/_entries.ts";
import { aurocOf, digits, meanImageAuroc } from "./_digits.ts";
import { LATENTS, NETWORKS, SIDES } from "./_models.ts";

const TRAIN = await digits("train"), TEST = await digits("test");

/** The digit that is held out, and passes over the others. */
const STRANGE = "0";
const EPOCHS: Readonly<Record<string, number>> = { cae: 3, "cae-transposed": 3, recurrent: 10 };

async function scoresOf(detector: Detector): Promise<number[]> {
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(TEST), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  return scores;
}

/** Runs, fewer of what takes long. */
const SEEDS: Readonly<Record<string, readonly number[]>> = {
  cae: [1],
  "cae-transposed": [1],
  recurrent: [1],
};

for (const name of Object.keys(NETWORKS)) {
  for (const seed of SEEDS[name] ?? [1, 2]) {
    Deno.test(`${name}, seed ${seed}, separates a strange digit better than the mean image does`, () =>
      separatesStrangeDigit(name, seed));
  }
}

async function separatesStrangeDigit(name: string, seed: number) {
  const side = SIDES[name] ?? 8;
  const { model } = await trainDetector(stream(TRAIN), {
    architecture: name,
    holdOut: [STRANGE],
    size: { width: side, height: side },
    latent: LATENTS[name],
    epochs: EPOCHS[name] ?? 15,
    batch: 32,
    learningRate: 3e-3,
    seed,
    backend: "wasm",
    workers: 1,
    version: "0.0.0",
  });
  const detector = await Detector.open(model, { backend: "wasm" });
  const scores = await scoresOf(detector);
  const loaded = await Detector.open(encodeModel(model), { backend: "wasm" });
  assert.deepEqual(await scoresOf(loaded), scores);
  detector.dispose();
  loaded.dispose();
  const trivial = meanImageAuroc(TRAIN, TEST, STRANGE), got = aurocOf(scores, TEST, STRANGE);
  assert.ok(got > trivial, `AUROC ${got}, by the mean image ${trivial}`);
}
