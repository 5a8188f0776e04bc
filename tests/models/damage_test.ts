/** `damage` finds damaged digits, by each of its scores, and the same in every way. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import {
  Detector,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import { auroc, rank } from "../../src/metrics/mod.ts";
import { type DamageSpec, MODELS } from "../../src/models/mod.ts";
import { DAMAGE_IMPLEMENTATION } from "../../src/models/damage/damage.ts";
import { DAMAGE_KINDS, visiblyDamaged } from "../../src/models/damage/kinds.ts";
import { Random } from "../../src/random.ts";
import {
  CALIBRATION_SHARE,
  checkpointSettings,
  decodeCheckpoint,
  decodeModel,
  encodeCheckpoint,
  encodeModel,
  type ModelFile,
} from "../../src/store/mod.ts";
import { stream } from "../detection/_entries.ts";
import { type Digits, digits } from "./_digits.ts";

const TRAIN = await digits("train"), TEST = (await digits("test")).slice(0, 200);

/** Every second digit damaged, each by the next kind. */
function damagedDigits(
  kinds: readonly string[],
): { readonly all: Digits; readonly is: Uint8Array } {
  const random = new Random(11), is = new Uint8Array(TEST.length);
  const all = TEST.map((digit, i) => {
    if (i % 2 === 0) return digit;
    const { data, white } = digit.image;
    const unit = Float32Array.from(data, (value) => value / white);
    const kind = DAMAGE_KINDS[kinds[(i >> 1) % kinds.length]!]!;
    const damaged = visiblyDamaged(kind, unit, [8, 8, 1], random.split());
    if (!damaged) return digit;
    is[i] = 1;
    return { ...digit, image: { ...digit.image, data: damaged, white: 1 } };
  });
  return { all, is };
}

async function train(options: Partial<TrainOptions> = {}): Promise<ModelFile> {
  const { model } = await trainDetector(stream(TRAIN), {
    ...{ architecture: "damage", backend: "wasm", seed: 3, version: "0.0.0", workers: 1 },
    ...{ epochs: 12, batch: 32, ...options },
  });
  return model;
}

/** A model that has learnt little, trained once. */
const SHORT = train({ epochs: 2 });

async function scoresOf(model: ModelFile, images: Digits, score?: string): Promise<number[]> {
  const detector = await Detector.open(model, { backend: "wasm", score });
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(images), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  detector.dispose();
  return scores;
}

Deno.test("damaged digits are found, by both parts and by their sum", async () => {
  const model = await train(), { all, is } = damagedDigits(Object.keys(DAMAGE_KINDS));
  assert.equal(model.score, "damage");
  assert.equal(is.reduce((sum, value) => sum + value), 100);
  const found = new Map<string, number>();
  for (const name of ["damage", "odds", "whole"]) {
    const scores = await scoresOf(model, all, name);
    found.set(name, auroc(rank(Float64Array.from(scores), is)));
  }
  assert.ok(found.get("damage")! > 0.85, `${[...found]}`);
  assert.ok(found.get("odds")! > 0.75 && found.get("whole")! > 0.75, `${[...found]}`);
});

Deno.test("a quarter of the images calibrates", async () => {
  const { training: { images } } = await SHORT;
  const sum = images.training + images.validation + images.calibration;
  assert.deepEqual([sum, images.calibration], [TRAIN.length, Math.round(TRAIN.length / 4)]);
});

Deno.test("the same seed gives the same model, and a file the same scores", async () => {
  const model = await SHORT, scores = await scoresOf(model, TEST);
  const file = encodeModel(model);
  assert.deepEqual(encodeModel(await train({ epochs: 2 })), file);
  assert.deepEqual(await scoresOf(await decodeModel(file, "m"), TEST), scores);
  assert.notDeepEqual(await scoresOf(await train({ epochs: 1, seed: 4 }), TEST), scores);
});

Deno.test("kinds that the program no longer knows are in the file, and score", async () => {
  const model = await SHORT, spec = model.spec as DamageSpec;
  const kinds = spec.kinds.map((_, i) => `old-${i}`);
  const renamed = { ...model, spec: { ...spec, kinds } };
  assert.deepEqual(await scoresOf(renamed, TEST), await scoresOf(model, TEST));
});

Deno.test("values that do not fit are refused by name, and leave no tensor", async () => {
  const model = await SHORT;
  await openBackend("wasm");
  const before = tf.memory().numTensors;
  const values = { shape: [3], data: new Float32Array(3) };
  for (const name of ["units", "edges/scales", "edges/mean", "head/0_dense/bias"]) {
    for (const weights of [new Map(model.weights).set(name, values), without(model, name)]) {
      await assert.rejects(
        async () => await DAMAGE_IMPLEMENTATION.open(model.spec as DamageSpec, weights, never),
        TypeError,
        name,
      );
    }
  }
  assert.equal(tf.memory().numTensors, before);
});

function without({ weights }: ModelFile, name: string) {
  return new Map([...weights].filter(([each]) => each !== name));
}

function never(): never {
  throw new Error("nothing is nested");
}

Deno.test("images of fewer than 8 pixels along a side are refused with the remedy", () => {
  assert.throws(() => MODELS.damage.build({ inputShape: [1, 30, 1] }), {
    code: "shape",
    message: /must have 8 pixels or more along each side: current size is 30 x 1$/,
    hint: "take --model knn",
  });
});

Deno.test("a checkpoint of another division, as of earlier versions, is refused", async () => {
  let checkpoint: Uint8Array = new Uint8Array(0);
  await train({ epochs: 1, onEpoch: async (_, make) => void (checkpoint = await make()) });
  const { [CALIBRATION_SHARE]: share, ...settings } = checkpointSettings(checkpoint, "c");
  assert.equal(share, "0.25");
  const state = decodeCheckpoint(checkpoint, "c", { ...settings, [CALIBRATION_SHARE]: share! });
  const bytes = encodeCheckpoint(settings, state);
  await assert.rejects(train({ epochs: 1, resume: { bytes, name: "c" } }), {
    code: "usage",
    message: /the share of the images that calibrates must be 0.1: current value is 0.25/,
  });
});
