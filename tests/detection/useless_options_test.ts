/** Every model takes the options that it declares and refuses all others: over the whole registry. */

import assert from "node:assert/strict";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import {
  type LensChoice,
  type ModelDefinition,
  type ModelOptions,
  MODELS,
  type OwnOption,
  type UserGraph,
} from "../../src/models/mod.ts";
import { CLASSES, COUNT, DEFINITIONS, LENSES, SHAPE, specOf } from "../models/_fitted.ts";
import { squares, stream } from "./_entries.ts";

/** Lenses whose Einstein radius is free, too. */
const OTHER_LENSES: LensChoice = {
  ...LENSES,
  familyOf: (size) => ({ ...LENSES.familyOf(size), free: ["einstein_radius"] }),
};

/** A graph that is never computed. */
const graphOf = (layer: string): UserGraph => ({
  name: "a.onnx",
  file: new Uint8Array(),
  spec: { layers: [layer], deviations: [1], size: 4, mean: [0, 0, 0], deviation: [1, 1, 1] },
});

/** Two values of each option of `build`, neither of them a default. */
const VALUES: Readonly<Record<Exclude<OwnOption, "reduction">, readonly [unknown, unknown]>> = {
  latent: [3, 5],
  loss: ["l1", "huber:0.3"],
  beta: [0.3, 0.7],
  features: ["oriented", "pixels"],
  graph: [graphOf("a"), graphOf("b")],
  keep: [20, 30],
  neighbours: [2, 3],
  metric: ["cosine", "euclidean"],
  blur: [0, 2],
  latents: [{ of: specOf(MODELS.dense), size: 3 }, { of: specOf(MODELS.pca), size: 4 }],
  gibbs: [2, 3],
  lenses: [LENSES, OTHER_LENSES],
};

/** The same options as those of a training. */
const TRAINING: Readonly<Record<OwnOption, readonly [flag: string, Partial<TrainOptions>]>> = {
  latent: ["--latent", { latent: 3 }],
  loss: ["--loss", { loss: "l1" }],
  beta: ["--beta", { beta: 0.5 }],
  features: ["--features", { features: "pixels" }],
  graph: ["--features FILE.onnx", { graph: graphOf("a") }],
  keep: ["--keep-images", { keep: 20 }],
  neighbours: ["--neighbours", { neighbours: 2 }],
  metric: ["--metric", { metric: "euclidean" }],
  blur: ["--blur", { blur: 0 }],
  latents: ["--latents-of", { latentsOf: {} as TrainOptions["latentsOf"] }],
  gibbs: ["--gibbs", { gibbs: 2 }],
  lenses: ["--recipe", { lenses: LENSES }],
  reduction: ["--reduction", { hyperparameters: { reduction: "mean" } }],
};

/** Settings of learning in steps. */
const SETTINGS: Readonly<Record<string, Partial<TrainOptions>>> = {
  "--epochs": { epochs: 3 },
  "--patience": { patience: 3 },
  "--batch": { batch: 8 },
  "--lr": { learningRate: 1e-2 },
  "--watch": { watch: "square" },
  "--resume": { resume: { bytes: new Uint8Array(), name: "c" } },
  "--optimizer": { hyperparameters: { optimizer: "sgd" } },
  "--momentum": { hyperparameters: { momentum: 0.5 } },
  "--weight-decay": { hyperparameters: { weightDecay: 0.1 } },
  "--clip": { hyperparameters: { clip: 1 } },
  "--schedule": { hyperparameters: { schedule: "cosine" } },
  "--kl-warmup": { hyperparameters: { klWarmup: 2 } },
  "--free-bits": { hyperparameters: { freeBits: 0.1 } },
  "--augment": { hyperparameters: { augment: ["flip-x"] } },
};

function specWith({ build }: ModelDefinition, options: Partial<ModelOptions>): string {
  const facts = { inputShape: SHAPE, images: COUNT, classes: CLASSES, lenses: LENSES };
  return JSON.stringify(build({ ...facts, ...options }));
}

/** A source that fails once an image is asked for. */
// deno-lint-ignore require-yield
async function* unread(): AsyncGenerator<never> {
  throw new Error("an image was asked for");
}

/** Asserts that a training is refused before it asks for an image. */
async function refuses(name: string, options: Partial<TrainOptions>, flag: string): Promise<void> {
  await assert.rejects(
    trainDetector(unread(), { architecture: name, version: "0.0.0", backend: "cpu", ...options }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "usage", `${name} ${flag}: ${error.message}`);
      assert.ok(error.message.startsWith(`Cannot use ${flag} as `), error.message);
      return true;
    },
  );
}

for (const [name, definition] of DEFINITIONS) {
  const declared = definition.options ?? [];

  Deno.test(`${name}: an option changes the spec if and only if it is declared`, () => {
    const plain = specWith(definition, {});
    const patches = { features: ["network", "hog"] as const };
    const values = name === "patchcore" ? { ...VALUES, ...patches } : VALUES;
    for (const [option, [one, other]] of Object.entries(values)) {
      const [a, b] = [one, other].map((value) => specWith(definition, { [option]: value }));
      const takes = declared.includes(option as OwnOption);
      if (takes) assert.notEqual(a, b, option);
      else assert.deepEqual([a, b], [plain, plain], option);
    }
  });

  Deno.test(`${name}: options and settings without effect are refused before images are read`, async () => {
    for (const [option, [flag, options]] of Object.entries(TRAINING)) {
      if (!declared.includes(option as OwnOption)) await refuses(name, options, flag);
    }
    const { learning } = definition.type;
    for (const [flag, options] of Object.entries(SETTINGS)) {
      if (!learning || flag === "--watch" && learning.needsLabels) {
        await refuses(name, options, flag);
      }
    }
    assert.equal(declared.includes("reduction"), declared.includes("loss"));
  });
}

Deno.test("warm-up of a KL divergence without weight is refused", async () => {
  for (const hyperparameters of [{ klWarmup: 2 }, { freeBits: 0.1 }]) {
    await assert.rejects(
      trainDetector(stream(squares(30)), {
        ...{ architecture: "vae", beta: 0, hyperparameters, backend: "cpu", version: "0.0.0" },
      }),
      { code: "usage", message: /must have an effect: the loss has no KL divergence/ },
    );
  }
});

Deno.test("a score that the model does not have is refused before images are read", async () => {
  const cases: [name: string, score: string, shown: string, loss?: "mse"][] = [
    ["vae", "distance", "vae"],
    ["vae", "input_complexity", "vae", "mse"],
    ["lens-vae", "input_complexity", "lens-vae"],
    ["vae", "class:1", "vae"],
    ["knn", "mse", "knn"],
    ["pca", "loss", "pca"],
    ["rbm", "negative_elbo", "rbm"],
    ["cvae", "prior", "cvae"],
  ];
  for (const [name, score, shown, loss] of cases) {
    const options = { architecture: name, score, loss, backend: "cpu", version: "0.0.0" } as const;
    await assert.rejects(trainDetector(unread(), options), {
      code: "usage",
      message: new RegExp(`"${score}" as "${shown}" must have that score: it has `),
    });
  }
});

Deno.test("augmentations of rows are refused for images of one row", async () => {
  const vectors = squares(30).map((entry) => {
    if ("error" in entry) throw entry.error;
    return { ...entry, image: { ...entry.image, width: 64, height: 1 } };
  });
  for (const augment of ["rotate:10", "flip-y"]) {
    const options = { architecture: "small", backend: "cpu", version: "0.0.0", epochs: 1 } as const;
    const hyperparameters = { augment: [augment] };
    await assert.rejects(trainDetector(stream(vectors), { ...options, hyperparameters }), {
      code: "usage",
      message:
        `Cannot use --augment ${augment} as images must have more than one row: they are vectors`,
    });
    await trainDetector(stream(squares(30)), { ...options, hyperparameters });
  }
});
