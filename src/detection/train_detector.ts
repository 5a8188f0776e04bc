/** From a stream of normal images to the contents of a model file. */

import { type Backend, enableGradients, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  AUTOENCODER,
  type Capable,
  classesOf,
  type ModelDefinition,
  MODELS,
  type ModelSpec,
  modelTypeOf,
  openModel,
  type OwnOption,
  parseLoss,
  requireCapability,
  requireModel,
} from "../models/mod.ts";
import { sizeOf } from "../shape.ts";
import { decodeCheckpoint, encodeCheckpoint, type ModelFile } from "../store/mod.ts";
import { capacityFor, chooseThreads, loadImages, WorkerGroup } from "../training/mod.ts";
import { divideImages, given, modelOf, planTraining } from "./_training_plan.ts";
import { GREATEST_SCORE } from "./calibration.ts";
import { type TrainingCallbacks, type TrainingJob, trainMember } from "./train_member.ts";
import type { TrainingResult, TrainOptions } from "./train_options.ts";
import { UnseenLabels } from "./unseen_labels.ts";
import { WatchedImages } from "./watched_images.ts";

/** After so many images, at most so many Workers start while further images are read. */
const EARLY = { images: 2000, workers: 7 };

/**
 * Trains a detector on normal images and calibrates it on normal images that it never saw.
 *
 * @param entries The entries of a source.
 * @param options Model, settings and callbacks.
 * @returns The model.
 * @throws {StrayError} `empty` if there are too few images; `usage`, `label`, `shape`, `value`,
 * `backend` or `model` as the options or the images demand.
 */
export async function trainDetector(
  entries: AsyncIterable<Entry>,
  options: TrainOptions,
): Promise<TrainingResult> {
  const { architecture } = options;
  const definition = typeof architecture === "string"
    ? requireModel(architecture)
    : { ...architecture, type: AUTOENCODER };
  refuseForeignOptions(definition, options);
  refuseUselessOptions(definition, options);
  const backend = await openBackend(options.backend);
  if (definition.type.learning) await enableGradients();
  const workerGroup = new WorkerGroup(new URL("./train_worker.ts", import.meta.url));
  try {
    return await trainWith(workerGroup, entries, definition, backend, options);
  } finally {
    workerGroup.stop();
  }
}

async function trainWith(
  workerGroup: WorkerGroup,
  entries: AsyncIterable<Entry>,
  { type, defaults, build }: ModelDefinition,
  backend: Backend,
  options: TrainOptions,
): Promise<TrainingResult> {
  const { latentsOf } = options, { learning } = type;
  const most = learning && backend.name === "wasm"
    ? options.workers ?? navigator.hardwareConcurrency
    : 1;
  const unseen = new UnseenLabels(options.holdOut);
  const watched = options.watch === undefined ? undefined : new WatchedImages(options.watch);
  const labelOf: (string | undefined)[] = [];
  const loaded = await loadImages(unseen.watch(watched?.watch(entries) ?? entries), {
    ...options,
    input: latentsOf?.input,
    onImage(entry, count) {
      labelOf.push(entry.label);
      if (count === EARLY.images) workerGroup.resize(Math.min(most - 1, EARLY.workers));
      options.onImage?.(entry, count);
    },
  });
  const { images, input, labels, fingerprint } = loaded;
  // The model that makes the latents must not have seen the images that calibrate.
  const same = latentsOf?.training.fingerprint === fingerprint ? latentsOf : undefined;
  const { random, split, counts } = divideImages(
    images.count,
    same?.training.seed ?? options.seed ?? 0,
    learning !== undefined,
  );
  const spec = build({
    ...options,
    latents: latentsOf && latentsIn(latentsOf),
    loss: options.loss && parseLoss(options.loss),
    inputShape: images.shape,
    images: counts.training,
    classes: labels,
  });
  const planned = { spec, defaults, loaded, training: counts.training };
  const plan = planTraining(planned, options);
  const { fit: { epochs, batch }, settings, score } = plan;
  const places = new Map(classesOf(spec).map((label, place) => [label, place]));
  const job: TrainingJob = {
    spec,
    images: images.share(),
    classes: Int32Array.from(labelOf, (label) => places.get(label ?? "") ?? -1),
    split,
    random: random.state,
    ...plan.fit,
    resume: options.resume &&
      decodeCheckpoint(options.resume.bytes, options.resume.name, settings),
  };
  const watch = watched?.measure(spec, input);
  const cost = learning &&
    { multiplyAdds: learning.multiplyAdds(spec), images: counts.training, batch, epochs };
  workerGroup.resize(cost ? chooseThreads(cost, most, options.workers !== undefined) - 1 : 0);
  const trouble = await workerGroup.ready();
  const threads = workerGroup.size;
  const shapes = learning?.parameters(spec) ?? [];
  const parameters = shapes.filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  options.onStart?.({ backend, threads, trouble, spec, parameters, images: counts, epochs });
  const callbacks: TrainingCallbacks = {
    encoder: latentsOf && await openEncoder(latentsOf),
    signal: options.signal,
    watch,
    onStep: options.onStep,
    onEpoch: (record, state) =>
      options.onEpoch?.(record, async () => encodeCheckpoint(settings, await state())),
  };
  const { model, ...trained } = await workerGroup.run(
    capacityFor(learning?.optimised?.(spec) ?? shapes, batch),
    job,
    (group) => trainMember(job, random, group, callbacks),
  );
  try {
    const outcome = { ...trained, weights: await model.snapshot(), backend, threads };
    return {
      model: modelOf(planned, plan, counts, outcome, options.version),
      interrupted: trained.result.interrupted,
      overflows: trained.calibrations.get(score)!.filter((value) => value >= GREATEST_SCORE).length,
      unseenLabels: await unseen.compare({ model, score, images, split }, input),
    };
  } finally {
    model.dispose();
  }
}

/** The flags of options that only some models take, and the training options behind them. */
const OWN_OPTIONS: Readonly<Record<OwnOption, readonly [flag: string, keyof TrainOptions]>> = {
  features: ["--features", "features"],
  keep: ["--keep", "keep"],
  neighbours: ["--neighbours", "neighbours"],
  metric: ["--metric", "metric"],
  blur: ["--blur", "blur"],
  latents: ["--latents-of", "latentsOf"],
  gibbs: ["--gibbs", "gibbs"],
};

/** Refuses options of other models. */
function refuseForeignOptions({ options: own = [] }: ModelDefinition, options: TrainOptions): void {
  for (const [name, [flag, key]] of Object.entries(OWN_OPTIONS)) {
    if (options[key] === undefined || own.includes(name as OwnOption)) continue;
    const owners = Object.entries(MODELS)
      .filter(([, model]) => model.options?.includes(name as OwnOption)).map(([owner]) => owner);
    throw new StrayError(
      "usage",
      `Cannot use ${flag} as only --model ${owners.join(", ")} takes it`,
      {
        hint: `omit it, or use --model ${owners[0]}`,
      },
    );
  }
}

/** Refuses options without effect on the model. */
function refuseUselessOptions(
  { type: { learning } }: ModelDefinition,
  options: TrainOptions,
): void {
  const { architecture, resume, watch, hyperparameters } = options;
  const settings = learning ? [] : Object.keys(given(hyperparameters));
  const [reason] = [
    watch !== undefined && (!learning || learning.needsLabels)
      ? ["--watch as it must have a loss of every image after every epoch"]
      : [],
    resume && !learning ? ["--resume as there must be checkpoints of it"] : [],
    settings.map((setting) => `the setting ${setting} as it must learn`),
  ].flat();
  if (reason !== undefined) {
    throw new StrayError("usage", `Cannot train "${architecture}" with ${reason}`, {
      hint: "omit it",
    });
  }
  if (options.latentsOf) refuseOtherInput(options);
}

/** Refuses settings of the input where the model of the latents determines it. */
function refuseOtherInput({ size, fit, channels, scale, blur }: TrainOptions): void {
  const [found] = Object.keys(given({ size, fit, channels, scale, blur }));
  if (!found) return;
  throw new StrayError(
    "usage",
    `Cannot use --${found} as the model of --latents-of must determine how images are prepared`,
    { hint: "omit it" },
  );
}

/** The model whose latents are compared, and their size. */
function latentsIn({ spec }: ModelFile): { readonly of: ModelSpec; readonly size: number } {
  const latent = modelTypeOf(spec).latent?.(spec);
  if (latent) return { of: spec, size: latent.size };
  throw new StrayError(
    "model",
    `Cannot use "${spec.name}" as the model of --latents-of must have latents`,
    { hint: "use an autoencoder, such as vae" },
  );
}

/** Opens the model whose latents are compared. */
async function openEncoder({ spec, weights }: ModelFile): Promise<Capable<"encode">> {
  const model = await openModel(spec, weights).catch((cause) => {
    if (!(cause instanceof TypeError)) throw cause;
    throw new StrayError("model", `Cannot use the model of --latents-of: ${cause.message}`, {
      cause,
    });
  });
  return requireCapability(model, "encode");
}
