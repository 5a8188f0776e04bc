/** Models of all types but autoencoders, trained on the digits without one of them. */

import type { BackendName } from "../../src/compute/mod.ts";
import {
  Detector,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import type { ModelFile } from "../../src/store/mod.ts";
import { digits } from "../models/_digits.ts";
import { stepsFor } from "../models/_models.ts";
import { stream } from "./_entries.ts";

/** The digit that is left out. */
export const STRANGE = "0";

/** The digits, 8 x 8. */
export const TRAIN = await digits("train"), TEST = await digits("test");

/** Settings for 8 x 8 digits; the adversarial autoencoder of lenses takes no less than 17 x 17. */
export const DIGIT_OPTIONS: Readonly<Record<string, Partial<TrainOptions>>> = {
  aae: { latent: 16, size: { width: 17, height: 17 }, epochs: 20 },
  cvae: { epochs: 30 },
  "cvae-dense": { latent: 8, epochs: 30 },
  rbm: { latent: 64, epochs: 40, learningRate: 5e-3 },
  damage: { epochs: 25 },
  "open-set": { epochs: 6 },
  resnet: { epochs: 6 },
};

/** Trains a model, on all training digits by default. */
export async function train(
  name: string,
  options: Partial<TrainOptions> = {},
  entries: typeof TRAIN = TRAIN,
): Promise<ModelFile> {
  const { model } = await trainDetector(stream(entries), {
    architecture: name,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    ...stepsFor(name, { batch: 32, learningRate: 3e-3 }),
    holdOut: [STRANGE],
    ...DIGIT_OPTIONS[name],
    ...options,
  });
  return model;
}

/** Models of {@linkcode trained}. */
const TRAINED = new Map<string, Promise<ModelFile>>();

/** A model by its usual settings here, trained once for all tests of a file. */
export function trained(name: string): Promise<ModelFile> {
  const model = TRAINED.get(name) ?? train(name);
  TRAINED.set(name, model);
  return model;
}

/** Scores of images, the test digits by default. */
export async function scoresOf(model: ModelFile | Uint8Array, {
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
