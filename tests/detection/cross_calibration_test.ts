/** Calibrations that use every image: by folds, by leaving each out, and on images of their own. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import type { Entry } from "../../src/datasets/mod.ts";
import { chooseCalibration, parseCalibration } from "../../src/detection/calibration_choice.ts";
import { CROSS_CALIBRATION } from "../../src/detection/cross_calibration.ts";
import {
  type CalibrationChoice,
  Detector,
  pValue,
  recalibrate,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import { MODELS } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { stepsFor } from "../models/_models.ts";
import { TRAIN } from "./_digit_models.ts";
import { crosses, squares, stream } from "./_entries.ts";

const OPTIONS = { architecture: "small", backend: "wasm", seed: 1, version: "0.0.0" } as const;
/** A score of the model, as the default combines several. */
const SCORE = "blurred_mse";
const STEPS = { epochs: 3, batch: 8, learningRate: 3e-3 };

async function train(
  options: Partial<TrainOptions> = {},
  entries: readonly Entry[] = squares(60),
): Promise<ModelFile> {
  const { architecture = OPTIONS.architecture } = options;
  const steps = stepsFor(architecture as string, STEPS);
  const score = architecture === OPTIONS.architecture ? SCORE : undefined;
  const all = { ...OPTIONS, ...steps, score, ...options };
  return (await trainDetector(stream(entries), all)).model;
}

function calibration({ calibrations, score }: ModelFile): Float32Array {
  return calibrations.get(score)!;
}

/** An image of one row with independent normal samples. */
function vectors(count: number, random: Random): Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    path: `vector${i}`,
    image: {
      ...{ width: 4, height: 1, channels: 1 as const, white: 1 },
      data: Float32Array.from({ length: 4 }, () => random.normal()),
    },
  }));
}

/** Verdicts of a model on images. */
async function verdicts(model: ModelFile, entries: readonly Entry[], fpr = 0.05) {
  const detector = await Detector.open(model, { backend: "wasm", fpr });
  const images = entries.flatMap((entry) => "image" in entry ? [entry.image] : []);
  const found = await detector.detect(images);
  detector.dispose();
  return found;
}

Deno.test("the images of a fold calibrate once and train none of their own models", () => {
  for (const [count, folds] of [[5, 5], [20, 5], [61, 10], [400, 7]] as const) {
    for (const learns of [true, false]) {
      const division = CROSS_CALIBRATION.divide(count, new Random(3), { learns, folds });
      assert.deepEqual(
        division,
        CROSS_CALIBRATION.divide(count, new Random(3), { learns, folds }),
      );
      const all = Array.from({ length: count }, (_, i) => i);
      const sorted = (...parts: Uint32Array[]) =>
        parts.flatMap((part) => [...part]).toSorted((a, b) => a - b);
      const { split } = division;
      assert.deepEqual(sorted(split.training, split.validation), all);
      assert.equal(split.validation.length > 0, learns);
      assert.equal(division.folds.length, folds);
      assert.deepEqual(sorted(...division.folds.map((fold) => fold.calibration)), all);
      for (const { training, validation, calibration } of division.folds) {
        assert.deepEqual(sorted(training, validation, calibration), all);
        assert.ok(training.length > 0 && calibration.length > 0);
      }
    }
  }
});

Deno.test("the default follows the size and the model", () => {
  const chosen = (model: keyof typeof MODELS, count: number, choice?: CalibrationChoice) =>
    chooseCalibration(choice, {
      learning: MODELS[model].type.learning,
      remembers: model === "knn",
      leavesOneOut: model === "knn",
    }, count);
  const amongComponents = (count: number, choice: CalibrationChoice) =>
    chooseCalibration(choice, { learning: undefined, remembers: true, leavesOneOut: false }, count);
  assert.deepEqual(amongComponents(60, "cross:5"), { method: "cross", folds: 5 });
  assert.deepEqual(amongComponents(3, "cross:3"), { method: "cross", folds: 3 });
  assert.throws(() => amongComponents(60, "cross:4"), {
    code: "usage",
    message: /by 4 folds as there must be at least 5 for neighbours among components/,
  });
  assert.deepEqual(chosen("vae", 399), { method: "cross", folds: 5 });
  assert.deepEqual(chosen("pca", 399), { method: "cross", folds: 10 });
  assert.deepEqual(chosen("pca", 7), { method: "cross", folds: 7 });
  assert.deepEqual(chosen("knn", 399), { method: "loo", folds: 0 });
  for (const model of ["vae", "pca", "knn"] as const) {
    assert.deepEqual(chosen(model, 400), { method: "split", folds: 0 });
    assert.deepEqual(chosen(model, 60, "split"), { method: "split", folds: 0 });
    assert.deepEqual(chosen(model, 5000, "cross:8"), { method: "cross", folds: 8 });
  }
  assert.deepEqual(chosen("vae", 30, "loo"), { method: "cross", folds: 30 });
  assert.throws(() => chosen("vae", 30, "cross:31"), {
    code: "usage",
    message: "Cannot calibrate by 31 folds as there must be at least as many images: " +
      "current number is 30",
  });
  assert.deepEqual(["split", "cross", "cross:12", "loo", "photos"].map(parseCalibration), [
    ...["split", "cross", "cross:12", "loo"],
    undefined,
  ]);
  for (const text of ["cross:", "cross:1", "cross:2.5", "cross:x", "cross:-3"]) {
    assert.throws(() => parseCalibration(text), { code: "usage" });
  }
});

Deno.test("folds of neighbours among components flag no more than they say", async () => {
  const random = new Random(4);
  let flagged = 0, scored = 0;
  for (let i = 0; i < 6; i++) {
    const images = [...random.permutation(TRAIN.length)].slice(0, 130).map((at) => TRAIN[at]!);
    const model = await train(
      { architecture: "knn", calibrate: "cross:5", seed: i },
      images.slice(0, 30),
    );
    for (const { p } of await verdicts(model, images.slice(30))) {
      scored++;
      if (p <= 0.2) flagged++;
    }
  }
  // Each of the 6 shares has a beta distribution of standard deviation .07.
  assert.ok(flagged / scored < 0.2 + 3 * 0.08 / Math.sqrt(6), `${flagged / scored}`);
});

Deno.test("few folds are refused where the score compares with kept images", async () => {
  for (const score of ["embedding", "max-logit"]) {
    const labelled = TRAIN.slice(0, 40);
    const training = train(
      { architecture: "resnet", epochs: 1, calibrate: "cross:2", score },
      labelled,
    );
    if (score === "max-logit") await training;
    else {await assert.rejects(training, {
        code: "usage",
        hint: "for instance --calibrate cross:5",
      });}
  }
});

Deno.test("a small set trains and calibrates on all images, the same for one seed", async () => {
  await openBackend("wasm");
  const before = tf.memory().numTensors;
  const model = await train();
  assert.deepEqual(model.training.images, { training: 57, validation: 3, calibration: 60 });
  assert.deepEqual(model.calibration, { method: "cross", folds: 5, images: 60 });
  for (const scores of model.calibrations.values()) assert.equal(scores.length, 60);
  assert.deepEqual(encodeModel(await train()), encodeModel(model));
  assert.deepEqual(decodeModel(encodeModel(model), "m"), model);
  const split = await train({ calibrate: "split" });
  assert.equal(split.calibration, undefined);
  assert.equal(calibration(split).length, 20);
  assert.equal(tf.memory().numTensors, before, "tensors must be freed");
});

Deno.test("threads calibrate the same by folds", async () => {
  const [one, two] = [await train({ workers: 1 }), await train({ workers: 2 })];
  calibration(two).forEach((score, i) => {
    const wanted = calibration(one)[i]!;
    assert.ok(Math.abs(score - wanted) < 1e-4 * wanted, `${i}: ${score} is not ${wanted}`);
  });
});

Deno.test("the scores of folds are those of models that have not seen the image", async () => {
  // Two folds of principal components, made again by hand.
  const entries = squares(30);
  const model = await train({ architecture: "pca", calibrate: "cross:2" }, entries);
  const { folds } = CROSS_CALIBRATION.divide(30, new Random(1), { learns: false, folds: 2 });
  const medianOf = async (model: ModelFile, images: readonly Entry[]) =>
    (await verdicts(model, images)).map(({ score }) => score)
      .sort((a, b) => a - b)[images.length >> 1]!;
  const median = await medianOf(model, entries), scores: number[] = [];
  for (const { training, calibration } of folds) {
    const [seen, unseen] = [training, calibration].map((part) =>
      [...part].map((i) => entries[i]!)
    ) as [Entry[], Entry[]];
    const own = await train({ architecture: "pca", calibrate: stream(unseen) }, seen);
    const level = median - await medianOf(own, seen);
    scores.push(...[...own.calibrations.get("mse")!].map((score) => score + level));
  }
  scores.sort((a, b) => a - b);
  calibration(model).forEach((score, i) => {
    assert.ok(Math.abs(score - scores[i]!) < 1e-4 * Math.abs(scores[i]!), `${i}`);
  });
});

Deno.test("leaving an image out of neighbours is fitting without it", async () => {
  for (const metric of ["cosine", "euclidean"] as const) {
    for (const neighbours of [1, 3]) {
      const options = { architecture: "knn", metric, neighbours };
      const entries = squares(12), wanted: number[] = [];
      for (const [i, entry] of entries.entries()) {
        const rest = entries.filter((_, j) => j !== i);
        const one = await train({ ...options, calibrate: stream([entry]) }, rest);
        wanted.push(...calibration(one));
      }
      wanted.sort((a, b) => a - b);
      const model = await train(options, entries);
      assert.deepEqual(model.calibration, { method: "loo", images: 12 });
      calibration(model).forEach((score, i) =>
        assert.ok(Math.abs(score - wanted[i]!) < 1e-3, `${metric} ${i}: ${score}, ${wanted[i]}`)
      );
    }
  }
});

Deno.test("p-values of neighbours left out are valid: no more than fpr are flagged", async () => {
  const random = new Random(5), TRIALS = 60, FRESH = 40;
  for (const [count, fpr] of [[20, 0.05], [30, 0.1]] as const) {
    let flagged = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const model = await train(
        { architecture: "knn", metric: "euclidean", scale: { kind: "none" } },
        vectors(count, random),
      );
      const found = await verdicts(model, vectors(FRESH, random), fpr);
      flagged += found.filter(({ anomaly }) => anomaly).length / FRESH;
    }
    // Three standard errors of the mean over divisions, each with a share near a beta distribution's.
    const most = fpr + 3 * Math.sqrt(fpr * (1 - fpr) * (1 / (count + 2) + 1 / FRESH) / TRIALS);
    assert.ok(flagged / TRIALS <= most, `${flagged / TRIALS} of ${count} at ${fpr}`);
    assert.ok(flagged / TRIALS > fpr / 5, "and some are");
  }
});

Deno.test("a checkpoint goes on to the same file, and keeps its calibration method", async () => {
  const checkpoints = new Map<string, Uint8Array>();
  for (const calibrate of ["cross:3", "split"] as const) {
    const whole = await train({
      calibrate,
      onEpoch: async ({ epoch }, checkpoint) => {
        if (epoch === 2) checkpoints.set(calibrate, await checkpoint());
      },
    });
    const resume = { bytes: checkpoints.get(calibrate)!, name: "c" };
    assert.deepEqual(encodeModel(await train({ resume })), encodeModel(whole));
    assert.deepEqual(encodeModel(await train({ resume, calibrate })), encodeModel(whole));
  }
  const refuse = async (from: string, calibrate: CalibrationChoice, message: string) => {
    const resume = { bytes: checkpoints.get(from)!, name: "c" };
    await assert.rejects(train({ resume, calibrate }), { code: "usage", message });
  };
  const start = 'Cannot resume from "c" as --calibrate must be ';
  await refuse("cross:3", "split", `${start}cross:3: current value is split`);
  await refuse("split", "cross:3", `${start}split: current value is cross:3`);
});

Deno.test("an interrupted training is calibrated on the images scored so far", async () => {
  const interruptedAt = async (fold: number) => {
    const controller = new AbortController();
    return await trainDetector(stream(squares(60)), {
      ...OPTIONS,
      ...STEPS,
      signal: controller.signal,
      onEpoch: () => fold === 0 ? controller.abort() : undefined,
      onFold: (number) => number === fold ? controller.abort() : undefined,
    });
  };
  const none = await interruptedAt(0);
  assert.equal(none.interrupted, true);
  assert.equal(none.model.calibrations.get(SCORE)!.length, 0);
  const model = decodeModel(encodeModel(none.model), "m");
  const [verdict] = await verdicts(model, crosses(1));
  assert.deepEqual({ ...verdict, score: 0 }, { score: 0, p: 1, threshold: null, anomaly: false });
  const part = await interruptedAt(3);
  assert.equal(part.interrupted, true);
  assert.equal(part.model.training.interrupted, true);
  assert.equal(part.model.history.length, 3);
  assert.deepEqual(part.model.calibration, { method: "cross", folds: 5, images: 24 });
});

Deno.test("images of their own calibrate, chosen by label, and none of them trains", async () => {
  const own = () => stream([...squares(30, 9), ...crosses(5)]);
  const model = await train({ calibrate: own(), holdOut: ["cross"] }, [
    ...squares(40),
    ...crosses(3),
  ]);
  assert.deepEqual(model.training.images, { training: 38, validation: 2, calibration: 0 });
  assert.deepEqual(model.calibration, { method: "own", images: 30 });
  await assert.rejects(train({ calibrate: stream([]) }), {
    code: "empty",
    message: "Cannot calibrate as there must be images: current number is 0",
  });
  await assert.rejects(train({ calibrate: stream(vectors(3, new Random(1))) }), {
    code: "shape",
  });
});

Deno.test("neighbours on latents refuse images that the model of the latents has seen", async () => {
  const knn = { architecture: "knn" }, entries = squares(60);
  const encoder = await train({ architecture: "dense" }, entries);
  await assert.rejects(train({ ...knn, latentsOf: encoder }, entries), {
    code: "usage",
    message: "Cannot compare latents as the model of --latents-of must not have seen the images " +
      "that calibrate: it set 0 of these 60 aside",
    hint: "train that model with --calibrate split, or calibrate on other images: --calibrate SRC",
  });
  const split = await train({ architecture: "dense", calibrate: "split" }, entries);
  assert.equal(calibration(await train({ ...knn, latentsOf: split }, entries)).length, 20);
  await assert.rejects(train({ ...knn, latentsOf: split, calibrate: "loo" }, entries), {
    code: "usage",
    hint: "omit --calibrate, or calibrate on other images: --calibrate SRC",
  });
  const calibrate = stream(squares(25, 8));
  const own = await train({ ...knn, latentsOf: encoder, calibrate }, entries);
  assert.equal(calibration(own).length, 25);
  // The encoder saw other images: every calibration is possible, and no tensor is freed too early.
  for (const method of ["loo", "cross:3"] as const) {
    const other = await train({ ...knn, latentsOf: encoder, calibrate: method }, squares(30, 7));
    assert.equal(calibration(other).length, 30);
  }
});

Deno.test("calibrating again changes p-values and nothing else", async () => {
  const model = await train();
  const { model: again } = await recalibrate(model, stream(crosses(50)), {
    backend: "wasm",
    version: "0.0.0",
  });
  assert.deepEqual(again.weights, model.weights);
  assert.deepEqual(again.training, model.training);
  assert.equal(again.calibration?.method, "own");
  assert.equal(again.calibration?.images, 50);
  assert.deepEqual([...again.calibrations.keys()], [...model.calibrations.keys()]);
  const fresh = crosses(20, 77);
  const [before, after] = [await verdicts(model, fresh), await verdicts(again, fresh)];
  after.forEach(({ score, p }, i) => {
    assert.equal(score, before[i]!.score);
    assert.equal(p, pValue(calibration(again), score));
  });
  const mean = (all: typeof after) => all.reduce((sum, { p }) => sum + p, 0) / all.length;
  assert.ok(mean(after) > mean(before) + 0.15, `${mean(before)}, ${mean(after)}`);
});

Deno.test("there are no more threads than the smallest batch of any fold has images", async () => {
  const threads: number[] = [];
  const onStart = (start: { threads: number }) => void threads.push(start.threads);
  for (const count of [60, 61, 62, 63, 64]) {
    await train({ workers: 3, epochs: 1, onStart }, squares(count));
  }
  assert.ok(threads.every((number) => number >= 1 && number <= 3), threads.join());
});
