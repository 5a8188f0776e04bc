/** From normal images to a model of a kind of its own. */

import { enableGradients, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  checkLoss,
  classesOf,
  type Encoder,
  type Kind,
  latentSize,
  openEncoder,
  parseLoss,
} from "../models/mod.ts";
import { Random } from "../random.ts";
import type { ModelFile } from "../store/mod.ts";
import {
  ALONE,
  completeRecipe,
  defaultBatch,
  defaultEpochs,
  defaultPatience,
  fitKind,
  loadImages,
  type Recipe,
  type Split,
  splitImages,
} from "../training/mod.ts";
import { calibrate } from "./calibrate.ts";
import { HeldOutImages } from "./held_out.ts";
import { requireScore } from "./scores.ts";
import { requireImages, type TrainingResult, type TrainOptions } from "./train_detector.ts";

/**
 * Trains a model that is no plain autoencoder, and calibrates it.
 *
 * @param entries What a source yields.
 * @param kind The model's kind.
 * @param options How; there are no checkpoints, and one thread trains.
 * @returns The model.
 * @throws {StrayError} As `trainDetector`.
 */
export async function trainKind(
  entries: AsyncIterable<Entry>,
  kind: Kind,
  options: TrainOptions,
): Promise<TrainingResult> {
  refuseUseless(kind, options);
  const { latentsOf } = options;
  if (latentsOf) refuseOtherInput(options);
  const { defaults, build } = kind;
  const backend = await openBackend(options.backend);
  const learns = defaults.steps > 0;
  if (learns) await enableGradients();
  const held = new HeldOutImages(options.holdOut);
  const labelOf: (string | undefined)[] = [];
  const { images, input, labels, fingerprint } = await loadImages(held.watch(entries), {
    ...options,
    input: latentsOf?.input,
    onImage(entry, count) {
      labelOf.push(entry.label);
      options.onImage?.(entry, count);
    },
  });
  requireImages(images.count);
  const seed = options.seed ?? 0;
  // Whoever makes the latents must not have seen what calibrates.
  const known = latentsOf?.training.fingerprint === fingerprint;
  const random = new Random(known ? latentsOf!.training.seed : seed);
  const split = learns
    ? splitImages(images.count, random)
    : withoutValidation(splitImages(images.count, random));
  const { training, validation, calibration } = split;
  const parts = {
    training: training.length,
    validation: validation.length,
    calibration: calibration.length,
  };
  const encoder = latentsOf && openLatents(latentsOf);
  const spec = build({
    ...options,
    ...encoder && { latents: { of: encoder.spec, size: latentSize(encoder) } },
    loss: options.loss && parseLoss(options.loss),
    inputShape: images.shape,
    images: parts.training,
    classes: labels,
  });
  const objective = spec.kind === "aae" ? spec.autoencoder : spec;
  if ("loss" in objective) checkLoss(objective.loss, images.shape);
  const score = options.score ?? defaults.score;
  requireScore(score, spec);
  const places = new Map(classesOf(spec).map((label, place) => [label, place]));
  const classes = Int32Array.from(labelOf, (label) => places.get(label ?? "") ?? -1);
  const batch = options.batch ?? defaultBatch(images.shape);
  const learningRate = options.learningRate ?? defaults.learningRate;
  const epochs = learns
    ? options.epochs ?? defaultEpochs(defaults.steps, parts.training, batch)
    : 0;
  const patience = options.patience ?? defaultPatience(epochs);
  const recipe = learns ? recipeOf(kind, options.recipe) : undefined;
  const { model, result } = await fitKind(spec, { images, classes, split }, {
    epochs,
    batch,
    learningRate,
    recipe,
    patience,
    random,
    encoder,
    signal: options.signal,
    onStep: options.onStep,
    onStart: (parameters) =>
      options.onStart?.({ backend, threads: 1, spec, parameters, images: parts, epochs }),
    onEpoch: (record) =>
      options.onEpoch?.(record, () => {
        throw new StrayError(
          "usage",
          `Cannot use --checkpoint as "${spec.name}" must have checkpoints: it has none`,
          { hint: "train it in one go" },
        );
      }),
  });
  try {
    const training = {
      epochs,
      batch,
      learningRate,
      ...recipe && { recipe },
      patience,
      seed,
      backend: backend.name,
      threads: 1,
      images: parts,
      bestEpoch: result.bestEpoch,
      interrupted: result.interrupted,
      fingerprint,
    };
    const calibrations = await calibrate({ model, images, group: ALONE, classes }, calibration);
    const { version } = options, { history, interrupted } = result;
    const weights = await model.snapshot();
    return {
      model: { spec, input, labels, version, training, history, score, calibrations, weights },
      interrupted,
      heldOut: await held.compare({ model, score, images, split }, input),
    };
  } finally {
    model.dispose();
  }
}

/** What some kinds of model make no use of, and why. */
function refuseUseless({ defaults }: Kind, options: TrainOptions): void {
  const { resume, watch, recipe = {} } = options;
  const learns = defaults.steps > 0;
  const given = settingsIn(recipe).map(([key]) => key);
  const [setting] = learns ? given.filter((key) => NOT_LEARNT.includes(key)) : given;
  const reason = resume
    ? "--resume as there must be checkpoints of it"
    : watch !== undefined
    ? "--watch as it must have a loss of every image after every epoch"
    : setting === undefined
    ? undefined
    : `the setting ${setting} as it must ${learns ? "be trained as autoencoders are" : "learn"}`;
  if (reason === undefined) return;
  throw new StrayError("usage", `Cannot train "${options.architecture}" with ${reason}`, {
    hint: "leave it away",
  });
}

/** Settings that only the training of autoencoders knows. */
const NOT_LEARNT: readonly string[] = ["augment", "klWarmup", "freeBits"];

/** Settings of the optimiser: the user's, and then those that the kind's authors chose. */
function recipeOf({ recipe }: Kind, given: Recipe = {}): Recipe | undefined {
  return completeRecipe({ ...recipe, ...Object.fromEntries(settingsIn(given)) }, false);
}

/** The settings that are given. */
function settingsIn(recipe: Recipe): [string, unknown][] {
  return Object.entries(recipe).filter(([, value]) => value !== undefined);
}

/** The model that makes the latents says what images go through. */
function refuseOtherInput({ size, fit, channels, scale, blur }: TrainOptions): void {
  const given = { size, fit, channels, scale, blur };
  const found = Object.entries(given).find(([, value]) => value !== undefined);
  if (!found) return;
  throw new StrayError(
    "usage",
    `Cannot use --${found[0]} as the model of --latents-of must say what images go through`,
    { hint: "leave it away" },
  );
}

/** The model whose latents are looked at. */
function openLatents({ spec, weights }: ModelFile): Encoder {
  try {
    return openEncoder(spec, weights);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new StrayError("model", `Cannot use the model of --latents-of: ${cause.message}`, {
      hint: "use an autoencoder, such as vae",
      cause,
    });
  }
}

/** Where nothing stops early, images that would have said when join the others. */
function withoutValidation({ training, validation, calibration }: Split): Split {
  const all = new Uint32Array(training.length + validation.length);
  all.set(training);
  all.set(validation, training.length);
  return { training: all.sort(), validation: new Uint32Array(0), calibration };
}
