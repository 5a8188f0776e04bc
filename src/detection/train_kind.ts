/** From normal images to a model of a kind of its own. */

import { type Backend, enableGradients, openBackend } from "../compute/mod.ts";
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
import { decodeCheckpoint, encodeCheckpoint, type ModelFile } from "../store/mod.ts";
import { alike, chooseThreads, kindRoom, loadImages, WorkerGroup } from "../training/mod.ts";
import { divideImages, given, modelOf, planTraining } from "./_plan.ts";
import { HeldOutImages } from "./held_out.ts";
import { type KindFollowers, type KindJob, trainKindTogether } from "./train_kind_together.ts";
import type { TrainingResult, TrainOptions } from "./train_options.ts";
import { WatchedImages } from "./watched.ts";

/**
 * Trains a model that is no plain autoencoder, and calibrates it.
 *
 * @param entries What a source yields.
 * @param kind The model's kind.
 * @param options How.
 * @returns The model.
 * @throws {StrayError} As `trainDetector`.
 */
export async function trainKind(
  entries: AsyncIterable<Entry>,
  kind: Kind,
  options: TrainOptions,
): Promise<TrainingResult> {
  refuseUseless(kind, options);
  const backend = await openBackend(options.backend);
  if (learns(kind)) await enableGradients();
  const workerGroup = new WorkerGroup(new URL("./train_kind_worker.ts", import.meta.url));
  try {
    return await trainWith(workerGroup, entries, kind, backend, options);
  } finally {
    workerGroup.stop();
  }
}

async function trainWith(
  workerGroup: WorkerGroup,
  entries: AsyncIterable<Entry>,
  kind: Kind,
  backend: Backend,
  options: TrainOptions,
): Promise<TrainingResult> {
  const { latentsOf } = options;
  const held = new HeldOutImages(options.holdOut);
  const watched = options.watch === undefined ? undefined : new WatchedImages(options.watch);
  const labelOf: (string | undefined)[] = [];
  const loaded = await loadImages(held.watch(watched?.watch(entries) ?? entries), {
    ...options,
    input: latentsOf?.input,
    onImage(entry, count) {
      labelOf.push(entry.label);
      options.onImage?.(entry, count);
    },
  });
  const { images, input, labels, fingerprint } = loaded;
  // Whoever makes the latents must not have seen what calibrates.
  const known = latentsOf?.training.fingerprint === fingerprint
    ? latentsOf?.training.seed
    : undefined;
  const parts = divideImages(images.count, known ?? options.seed ?? 0, learns(kind));
  const { random, split, counts } = parts;
  const encoder = latentsOf && openLatents(latentsOf);
  const spec = kind.build({
    ...options,
    ...encoder && { latents: { of: encoder.spec, size: latentSize(encoder) } },
    loss: options.loss && parseLoss(options.loss),
    inputShape: images.shape,
    images: counts.training,
    classes: labels,
  });
  const objective = spec.kind === "aae" ? spec.autoencoder : spec;
  if ("loss" in objective) checkLoss(objective.loss, images.shape);
  const planned = {
    spec,
    defaults: kind.defaults,
    variational: spec.kind === "cvae",
    loaded,
    training: counts.training,
  };
  const plan = planTraining(planned, options);
  const { fit: { epochs, batch }, settings, score } = plan;
  const places = new Map(classesOf(spec).map((label, place) => [label, place]));
  const job: KindJob = {
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
  const most = backend.name === "wasm" ? options.workers ?? navigator.hardwareConcurrency : 1;
  const like = alike(spec);
  const work = like && { spec: like, images: counts.training, batch, epochs };
  workerGroup.resize(work ? chooseThreads(work, most, options.workers !== undefined) - 1 : 0);
  const trouble = await workerGroup.ready();
  const threads = workerGroup.size;
  const followers: KindFollowers = {
    encoder,
    signal: options.signal,
    watch,
    onStart: (parameters) =>
      options.onStart?.({ backend, threads, trouble, spec, parameters, images: counts, epochs }),
    onStep: options.onStep,
    onEpoch: (record, state) =>
      options.onEpoch?.(record, async () => encodeCheckpoint(settings, await state())),
  };
  const { model, ...trained } = await workerGroup.run(
    threads > 1 ? kindRoom(spec, batch) : { board: 0 },
    job,
    (group) => trainKindTogether(random, job, group, followers),
  );
  try {
    const outcome = { ...trained, weights: await model.snapshot(), backend, threads };
    return {
      model: modelOf(planned, plan, counts, outcome, options.version),
      interrupted: trained.result.interrupted,
      heldOut: await held.compare({ model, score, images, split }, input),
    };
  } finally {
    model.dispose();
  }
}

/** Whether a model of a kind has anything to learn. */
function learns({ defaults }: Kind): boolean {
  return defaults.steps > 0;
}

/** What some kinds of model make no use of, and why. */
function refuseUseless(kind: Kind, options: TrainOptions): void {
  const { architecture, resume, watch, hyperparameters } = options;
  const [setting] = Object.keys(given(hyperparameters));
  const reason = watch !== undefined && (!learns(kind) || architecture === "resnet")
    ? "--watch as it must have a loss of every image after every epoch"
    : learns(kind)
    ? undefined
    : resume
    ? "--resume as there must be checkpoints of it"
    : setting === undefined
    ? undefined
    : `the setting ${setting} as it must learn`;
  if (reason !== undefined) {
    throw new StrayError("usage", `Cannot train "${architecture}" with ${reason}`, {
      hint: "leave it away",
    });
  }
  if (options.latentsOf) refuseOtherInput(options);
}

/** The model that makes the latents says what images go through. */
function refuseOtherInput({ size, fit, channels, scale, blur }: TrainOptions): void {
  const [found] = Object.keys(given({ size, fit, channels, scale, blur }));
  if (!found) return;
  throw new StrayError(
    "usage",
    `Cannot use --${found} as the model of --latents-of must say what images go through`,
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
