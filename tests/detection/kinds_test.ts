/** Models of kinds of their own: they learn, keep what they learnt, and score the same everywhere. */

import assert from "node:assert/strict";
import { type BackendName, enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import {
  Detector,
  scoreEntries,
  scoreNames,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import { KINDS, LABEL_SCORE } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { fitKind, ImageSet } from "../../src/training/mod.ts";
import { aurocOf, digits, meanImageAuroc } from "../models/_digits.ts";
import { stream } from "./_entries.ts";

const STRANGE = "0";
const NAMES = Object.keys(KINDS);
const LEARNING = NAMES.filter((name) => KINDS[name]!.defaults.steps > 0);
const TRAIN = await digits("train"), TEST = await digits("test");

/** What suits 8 x 8 digits; the adversarial autoencoder of lenses takes no less than 17 x 17. */
const OPTIONS: Readonly<Record<string, Partial<TrainOptions>>> = {
  aae: { latent: 16, size: { width: 17, height: 17 }, epochs: 20 },
  cvae: { epochs: 30 },
  "cvae-dense": { latent: 8, epochs: 30 },
  rbm: { latent: 64, epochs: 40, learningRate: 5e-3 },
  resnet: { epochs: 6 },
};

async function train(name: string, options: Partial<TrainOptions> = {}): Promise<ModelFile> {
  const { model } = await trainDetector(stream(TRAIN), {
    architecture: name,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    batch: 32,
    learningRate: 3e-3,
    holdOut: [STRANGE],
    ...OPTIONS[name],
    ...options,
  });
  return model;
}

async function scoresOf(model: ModelFile | Uint8Array, {
  entries = TEST as typeof TEST,
  score = undefined as string | undefined,
  backend = "wasm" as BackendName,
} = {}): Promise<number[]> {
  const detector = await Detector.open(model, { backend, score });
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(entries), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  detector.dispose();
  return scores;
}

for (const name of LEARNING) {
  Deno.test(`${name} learns a batch by heart, moves every parameter and leaks nothing`, async () => {
    await openBackend("wasm");
    await enableGradients();
    const before = tf.memory().numTensors;
    const side = OPTIONS[name]!.size?.width ?? 8;
    const images = new ImageSet([side, side, 1]);
    const random = new Random(2), some = TRAIN.slice(0, 12);
    for (const { image } of some) {
      const pixels = new Float32Array(side * side);
      for (let i = 0; i < 64; i++) {
        pixels[Math.floor(i / 8) * side + i % 8] = image.data[i]! / image.white;
      }
      images.add(pixels);
    }
    const labels = [...new Set(some.map(({ label }) => label))];
    const all = Uint32Array.from(some, (_, i) => i);
    const data = {
      images,
      classes: Int32Array.from(some, ({ label }) => labels.indexOf(label)),
      split: { training: all, validation: all, calibration: all },
    };
    const spec = KINDS[name]!.build({
      inputShape: images.shape,
      images: some.length,
      classes: labels,
      latent: 16,
      beta: 0.01,
    });
    const fit = (epochs: number) =>
      fitKind(spec, data, {
        epochs,
        batch: some.length,
        learningRate: 5e-3,
        patience: epochs,
        random: new Random(random.integer(1) + 4),
      });
    const { model: fresh } = await fit(0), first = await fresh.snapshot();
    fresh.dispose();
    const { model, result } = await fit(150);
    const losses = result.history.map(({ validationLoss }) => validationLoss);
    const best = Math.min(...losses);
    // Part of the loss is the pixels' own entropy, which nothing can take away.
    assert.ok(best < 0.75 * losses[0]!, `loss ${losses[0]} to ${best}`);
    for (const [key, { data }] of await model.snapshot()) {
      const moved = data.some((value, i) => value !== first.get(key)!.data[i]);
      assert.ok(moved, `${key} must move`);
    }
    model.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

for (const name of NAMES) {
  Deno.test(`${name} finds a digit that it never saw, and scores the same after save and load`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const model = await train(name), bytes = encodeModel(model);
    const scores = await scoresOf(model);
    assert.ok(new Set(scores).size > TEST.length / 2, "scores must differ");
    const reached = aurocOf(scores, TEST, STRANGE), trivial = meanImageAuroc(TRAIN, TEST, STRANGE);
    assert.ok(reached > trivial, `AUROC ${reached}, of the mean image ${trivial}`);
    assert.deepEqual(await scoresOf(bytes), scores);
    assert.deepEqual(encodeModel(decodeModel(bytes, "m")), bytes);
    assert.deepEqual(encodeModel(await train(name)), bytes, "the same seed gives the same file");
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("all models give all their scores on every backend", async () => {
  // Float32 sums of some thousand terms in another order, through up to 10 layers.
  const TOLERANCE = 1e-4;
  const adapter = await navigator.gpu?.requestAdapter();
  const backends: BackendName[] = ["wasm", ...(adapter ? ["webgpu" as const] : [])];
  const entries = TEST.slice(0, 12);
  for (const name of ["vae", ...NAMES]) {
    const model = await train(name, { epochs: 2 });
    for (const score of scoreNames(model.spec)) {
      const wanted = await scoresOf(model, { entries, score, backend: "cpu" });
      for (const backend of backends) {
        const got = await scoresOf(model, { entries, score, backend });
        got.forEach((value, i) => {
          const error = Math.abs(value - wanted[i]!) / Math.max(0.01, Math.abs(wanted[i]!));
          assert.ok(error <= TOLERANCE, `${name} ${score} ${backend}: ${value} for ${wanted[i]}`);
        });
      }
    }
  }
});

Deno.test("all models learn the same on every backend", async () => {
  // Rounding of the first of two steps is multiplied by Adam, which divides by small numbers.
  const TOLERANCE = 2e-3;
  const adapter = await navigator.gpu?.requestAdapter();
  for (const architecture of LEARNING) {
    const lossesOn = async (backend: BackendName) => {
      const { model } = await trainDetector(stream(TRAIN.slice(0, 50)), {
        architecture,
        ...OPTIONS[architecture],
        backend,
        epochs: 1,
        batch: 16,
        learningRate: 1e-3,
        version: "0.0.0",
      });
      return model.history.map(({ validationLoss }) => validationLoss);
    };
    const wanted = await lossesOn("cpu");
    for (const backend of ["wasm", ...(adapter ? ["webgpu" as const] : [])] as const) {
      const got = await lossesOn(backend);
      got.forEach((loss, i) => {
        const error = Math.abs(loss - wanted[i]!) / wanted[i]!;
        assert.ok(error <= TOLERANCE, `${architecture} ${backend}: ${loss} for ${wanted[i]}`);
      });
    }
  }
});

Deno.test("a conditional model that is told the label is no less surprised, and more by a wrong one", async () => {
  const model = await train("cvae");
  const known = TEST.filter(({ label }) => label !== STRANGE);
  const wrong = known.map((entry) => ({ ...entry, label: entry.label === "1" ? "2" : "1" }));
  const unknown = known.map((entry) => ({ ...entry, label: STRANGE }));
  const score = `elbo${LABEL_SCORE}`;
  const blind = await scoresOf(model, { entries: known, score: "elbo" });
  const told = await scoresOf(model, { entries: known, score });
  const misled = await scoresOf(model, { entries: wrong, score });
  const mean = (scores: readonly number[]) => scores.reduce((a, b) => a + b, 0) / scores.length;
  blind.forEach((value, i) => assert.ok(told[i]! >= value * (1 - 1e-5), `${told[i]} ${value}`));
  assert.ok(mean(misled) > mean(told));
  // A label that the model does not know is as good as none.
  assert.deepEqual(await scoresOf(model, { entries: unknown, score }), blind);
});

Deno.test("the probability of an image takes the same samples, whatever images are beside it", async () => {
  const model = await train("vae", { epochs: 2 });
  const score = "probability";
  const all = await scoresOf(model, { score });
  const alone = await scoresOf(model, { entries: TEST.slice(5, 6), score });
  assert.ok(Math.abs(alone[0]! - all[5]!) <= 1e-4 * all[5]!);
  assert.deepEqual(await scoresOf(model, { score }), all);
  assert.ok((model.calibrations.get(score)?.length ?? 0) > 0);
});

Deno.test("a Boltzmann machine dreams for as many steps as it is told", async () => {
  const losses = new Set<number>();
  for (const gibbs of [1, 5]) {
    const { spec, history } = await train("rbm", { epochs: 2, gibbs });
    assert.equal("kind" in spec && spec.kind === "rbm" && spec.steps, gibbs);
    losses.add(history[1]!.loss);
  }
  assert.equal(losses.size, 2);
});

Deno.test("a classifier's probability of a label is calibrated by images of other labels", async () => {
  const model = await train("resnet", { epochs: 1 });
  const all = model.calibrations.get("uncertainty")!.length;
  const labels = model.labels!;
  const counts = labels.map((label) => model.calibrations.get(`class:${label}`)!.length);
  assert.equal(counts.reduce((a, b) => a + b), (labels.length - 1) * all);
});

Deno.test("an optimiser and a schedule are the user's, else those of the model's authors", async () => {
  const few = { epochs: 1, latent: 16, size: { width: 17, height: 17 } };
  const published = { weightDecay: 1e-5, schedule: "one-cycle" };
  const cases = [
    [{ schedule: undefined }, published],
    [{ optimizer: "sgd", clip: 1 }, { optimizer: "sgd", momentum: 0.9, clip: 1, ...published }],
    [{ schedule: "constant" }, { weightDecay: 1e-5 }],
    [{ weightDecay: 0 }, { schedule: "one-cycle" }],
  ] as const;
  for (const name of ["aae", "dcae", "lens-vae"]) {
    const losses = new Set<number>();
    for (const [hyperparameters, noted] of cases) {
      const { training, history } = await train(name, {
        ...few,
        hyperparameters,
        learningRate: undefined,
      });
      assert.deepEqual(training.hyperparameters, noted, name);
      assert.equal(training.learningRate, 2e-3);
      losses.add(history[0]!.loss);
    }
    assert.equal(losses.size, cases.length, `${name} learns in a way of its own each time`);
    const whole = { schedule: "constant", weightDecay: 0 };
    const { training } = await train(name, { ...few, hyperparameters: whole, learningRate: 1e-3 });
    assert.deepEqual([training.hyperparameters, training.learningRate], [undefined, 1e-3]);
  }
});

const BAD: readonly [string, string, Partial<TrainOptions>, object][] = [
  ["a classifier of one label", "resnet", { holdOut: undefined, normal: ["1"] }, { code: "label" }],
  ["a checkpoint", "pca", { resume: { bytes: new Uint8Array(0), name: "c" } }, { code: "usage" }],
  ["a number of neighbours", "rbm", { neighbours: 3 }, { code: "usage", message: /--neighbours/ }],
  ["steps of sampling", "vae", { gibbs: 3 }, { code: "usage", message: /--gibbs .* rbm alone/ }],
  ["a schedule", "knn", { hyperparameters: { schedule: "cosine" } }, {
    code: "usage",
    message: /schedule/,
  }],
  ["augmentation", "pca", { hyperparameters: { augment: ["flip-x"] } }, {
    code: "usage",
    message: /augment/,
  }],
  ["free bits", "rbm", { hyperparameters: { freeBits: 1 } }, {
    code: "usage",
    message: /--free-bits/,
  }],
  ["an image to watch", "resnet", { watch: "1" }, { code: "usage", message: /--watch/ }],
  ["a score of another model", "knn", { score: "nse" }, { code: "usage", message: /distance/ }],
];

for (const [what, name, options, error] of BAD) {
  Deno.test(`training ${name} refuses ${what}`, async () => {
    await assert.rejects(train(name, options), error);
  });
}

Deno.test("a model file that is not what its kind needs is refused, and why is said", async () => {
  const model = await train("knn"), cvae = await train("cvae-dense", { epochs: 1 });
  const reopen = (model: ModelFile) =>
    Detector.open(encodeModel(model), { backend: "wasm", name: "m" });
  const cases: [ModelFile, RegExp][] = [
    [{ ...model, weights: new Map() }, /"m" as weight "images" is missing/],
    [{ ...model, spec: { ...model.spec, neighbours: 0 } as typeof model.spec }, /architecture\.n/],
    [{ ...model, spec: { ...model.spec, kind: "svm" } as unknown as typeof model.spec }, /kind/],
    [
      { ...cvae, spec: { ...cvae.spec, decoder: [] } as typeof model.spec },
      /the decoder must end at/,
    ],
    [{ ...cvae, weights: new Map([...cvae.weights].slice(1)) }, /is missing/],
  ];
  for (const [file, message] of cases) {
    await assert.rejects(reopen(file), { code: "model", message });
  }
});

Deno.test("neighbours have neither latents nor reconstructions, and that is said", async () => {
  const detector = await Detector.open(await train("knn"), { backend: "wasm" });
  const batch = new Float32Array(detector.inputSize);
  await assert.rejects(detector.encode(batch, 1), { code: "usage", message: /latents/ });
  await assert.rejects(detector.reconstruct(batch, 1), { code: "usage" });
  detector.dispose();
});

Deno.test("a training with labels held out says how it and its nearest neighbours tell them", async () => {
  for (const architecture of ["knn", "dense"]) {
    const { heldOut } = await trainDetector(stream(TRAIN), {
      architecture,
      backend: "wasm",
      holdOut: [STRANGE],
      epochs: 2,
      version: "0.0.0",
    });
    assert.equal(heldOut?.strange, TRAIN.filter(({ label }) => label === STRANGE).length);
    assert.ok(heldOut.knn > 0.9 && heldOut.auroc > 0 && heldOut.auroc <= 1);
    if (architecture === "knn") assert.equal(heldOut.auroc, heldOut.knn);
  }
  const { heldOut } = await trainDetector(stream(TRAIN), {
    architecture: "knn",
    normal: ["1"],
    version: "0.0.0",
  });
  assert.equal(heldOut, undefined);
});
