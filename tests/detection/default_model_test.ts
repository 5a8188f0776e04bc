/** The model and the score of a training that names none. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import type { DefaultModel } from "../../src/models/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { TRAIN } from "./_digit_models.ts";
import { stream } from "./_entries.ts";

const LABELLED = ["1", "2", "3"].flatMap((wanted) =>
  TRAIN.filter(({ label }) => label === wanted).slice(0, 20)
);
const PLAIN = LABELLED.map(({ label: _, ...entry }) => entry) as Entry[];

/** Trains for an epoch at most, and tells the model, its score and the choice. */
async function taken(options: Partial<TrainOptions>, entries: readonly Entry[] = PLAIN) {
  let chosen: DefaultModel | undefined;
  const { model } = await trainDetector(stream(entries), {
    ...{ backend: "wasm", seed: 1, version: "0.0.0", calibrate: "split", workers: 1 },
    ...options,
    onStart: (start) => chosen = start.chosen,
  });
  return { name: model.spec.name, score: model.score, chosen };
}

const VAE_SCORE = "blurred_mse+max_error+input_complexity";

/** Vectors of 4 numbers. */
const VECTORS = Array.from({ length: 12 }, (_, i): Entry => ({
  path: `${i}`,
  image: {
    ...{ width: 4, height: 1, channels: 1 as const, white: 1 },
    data: Float32Array.of(i % 3, i % 4, i % 5, 1),
  },
}));

Deno.test("the model follows what is sought, the labels and the images", async () => {
  const cases: [Partial<TrainOptions>, readonly Entry[], name: string, score: string][] = [
    [{}, PLAIN, "knn", "plane+whole"],
    [{ seek: "novelty" }, PLAIN, "knn", "plane"],
    [{}, LABELLED, "open-set", "open-set"],
    [{ seek: "novelty" }, LABELLED, "open-set", "open-set"],
    [{ normal: ["3"] }, LABELLED, "knn", "plane+whole"],
    [{ seek: "damage" }, LABELLED, "damage", "damage"],
    [{ seek: "damage", size: { width: 6, height: 6 } }, PLAIN, "knn", "whole"],
    [{ size: { width: 3, height: 3 } }, PLAIN, "knn", "distance"],
    [{ scale: { kind: "none" } }, VECTORS, "knn", "distance"],
    [{ features: "pixels" }, LABELLED, "knn", "distance"],
    [{ score: "whole" }, PLAIN, "knn", "whole"],
    [{ score: "mse", epochs: 1 }, PLAIN, "vae", "mse"],
    [{ beta: 2, epochs: 1 }, LABELLED, "vae", VAE_SCORE],
    [{ latent: 3, epochs: 1 }, PLAIN, "vae", VAE_SCORE],
    [{ epochs: 1 }, PLAIN, "vae", VAE_SCORE],
    [{ epochs: 1 }, LABELLED, "vae", VAE_SCORE],
    [{ epochs: 1, seek: "novelty" }, LABELLED, "open-set", "open-set"],
    [{ epochs: 1, seek: "damage" }, PLAIN, "damage", "damage"],
    [{ epochs: 1, score: "open-set" }, LABELLED, "open-set", "open-set"],
    [{ epochs: 1, keep: 20 }, LABELLED, "open-set", "open-set"],
    [{ checkpoints: true, epochs: 1 }, PLAIN, "vae", "blurred_mse+max_error+input_complexity"],
    [{ checkpoints: true, epochs: 1, seek: "damage" }, PLAIN, "damage", "damage"],
    [{ seek: "novelty", metric: "euclidean" }, PLAIN, "knn", "distance"],
  ];
  for (const [options, entries, name, score] of cases) {
    const found = await taken(options, entries);
    assert.deepEqual([found.name, found.score], [name, score], JSON.stringify(options));
    assert.equal(found.chosen?.model, name);
  }
});

Deno.test("a model that is named stays, with the score for what is sought", async () => {
  for (const [seek, score] of [["novelty", "plane"], ["damage", "whole"]] as const) {
    const found = await taken({ architecture: "knn", seek });
    assert.deepEqual(found, { name: "knn", score, chosen: undefined });
  }
  const { score } = await taken({ architecture: "knn", seek: "damage", score: "plane" });
  assert.equal(score, "plane");
  for (const [architecture, seek] of [["pca", "damage"], ["open-set", "damage"]] as const) {
    await assert.rejects(taken({ architecture, seek }), {
      code: "usage",
      message:
        `Cannot use --seek damage as "${architecture}" must be one of patchcore, damage, knn`,
    });
  }
});

Deno.test("options that no model takes together are refused", async () => {
  await assert.rejects(taken({ beta: 2, neighbours: 3 }), { code: "usage" });
  for (const options of [{ score: "prior" }, { loss: "mse" }, { metric: "euclidean" }] as const) {
    await assert.rejects(taken({ seek: "damage", ...options }), { code: "usage" });
  }
  await assert.rejects(taken({ seek: "damage", scale: { kind: "none" } }, VECTORS), {
    code: "shape",
    message: /^Cannot damage images as they must have 8 pixels/,
  });
});

Deno.test("labels that some images lack are told, as they choose no model", async () => {
  const warnings: string[] = [], onWarning = (text: string) => void warnings.push(text);
  const others = TRAIN.filter(({ label }) => label === "4").slice(0, 3);
  const unlabelled = others.map(({ label: _, ...entry }) => entry);
  const { name } = await taken({ onWarning }, [...LABELLED, ...unlabelled]);
  assert.equal(name, "knn");
  assert.deepEqual(warnings, ["labels play no part as 3 of 63 images have none"]);
});

Deno.test("labels of too few images choose no model, and that is told", async () => {
  const few = LABELLED.filter((_, i) => i % 20 < 2);
  const each = LABELLED.filter((_, i) => i % 20 < 4)
    .map((entry, i) => ({ ...entry, label: `label ${i}` }));
  const some = LABELLED.filter((_, i) => i < 20 || i % 20 < 2);
  const cases: [readonly Entry[], string, string[]][] = [
    [few, "knn", ["6 of 6"]],
    [each, "knn", ["12 of 12"]],
    [some, "open-set", []],
    [LABELLED, "open-set", []],
  ];
  for (const [entries, model, told] of cases) {
    const warnings: [string, string | undefined][] = [];
    const onWarning = (text: string, hint?: string) => void warnings.push([text, hint]);
    const { name } = await taken({ onWarning, epochs: undefined }, entries);
    assert.equal(name, model);
    const about = warnings.filter(([text]) => text.startsWith("labels"));
    assert.deepEqual(
      about,
      told.map((count) => [
        `labels play no part as ${count} images are of labels with fewer than 20 images, too few to learn`,
        "label more images, or learn them all the same: --model open-set",
      ]),
    );
  }
  const { name } = await taken({ architecture: "open-set", epochs: 1 }, few);
  assert.equal(name, "open-set");
});

Deno.test("without a model, options that no default takes are refused by their names", async () => {
  const cases: [Partial<TrainOptions>, message: string, hint: string | RegExp][] = [
    [
      { gibbs: 3 },
      "Cannot use --gibbs without --model as the model must take it: patchcore, open-set, knn, vae do not",
      "add --model rbm",
    ],
    [
      { features: "pixels", epochs: 3 },
      "Cannot use --features and --epochs as a model must take all of them: none does",
      /^taken are --features by knn and patchcore; --epochs by vae, /,
    ],
    [
      { seek: "damage", keep: 9, loss: "mse" },
      "Cannot use --seek damage, --loss and --keep-images as a model must take all of them: none does",
      /--seek damage by knn, damage and patchcore; .*--keep-images by knn, damage, open-set and resnet$/,
    ],
    [
      { score: "unknown" },
      'Cannot use --score as a model must have that score: none has "unknown"',
      "train --help describes scores; info lists those of a model",
    ],
    [
      { features: "oriented", blur: 2 },
      "Cannot use --neighbours, --metric or --blur as they belong to --features pixels",
      "omit --features, or the others",
    ],
  ];
  for (const [options, message, hint] of cases) {
    await assert.rejects(taken(options), (error) => {
      assert.ok(error instanceof StrayError);
      assert.deepEqual([error.code, error.message], ["usage", message]);
      if (typeof hint === "string") assert.equal(error.hint, hint);
      else assert.match(error.hint!, hint);
      return true;
    });
  }
});

Deno.test("a checkpoint goes on with its own model", async () => {
  let bytes: Uint8Array | undefined;
  const options = { seek: "novelty", epochs: 2, batch: 16 } as const;
  const first = await taken({
    ...options,
    onEpoch: async (_, checkpoint) => void (bytes ??= await checkpoint()),
  }, LABELLED);
  assert.equal(first.name, "open-set");
  const resume = { bytes: bytes!, name: "c.safetensors" };
  const again = { epochs: 2, batch: 16, resume, checkpoints: true };
  const second = await taken(again, LABELLED);
  assert.equal(second.name, "open-set");
  // The steps do not depend on the images that are kept, nor on the components that follow from them.
  const fewer = await taken({ ...again, keep: 5 }, LABELLED);
  assert.equal(fewer.name, "open-set");
  const scale = { kind: "range", low: 0, high: 100 } as const;
  const refused: [Partial<TrainOptions>, readonly Entry[], string][] = [
    [{ scale }, LABELLED, "--scale must be depth: current value is 0,100"],
    [
      {},
      LABELLED.filter(({ label }) => label !== "3"),
      'the labels must be ["1","2","3"]: current value is ["1","2"]',
    ],
  ];
  for (const [options, entries, reason] of refused) {
    await assert.rejects(taken({ ...again, ...options }, entries), {
      code: "usage",
      message: `Cannot resume from "c.safetensors" as ${reason}`,
    });
  }
});
