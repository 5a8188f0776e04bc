/** From a stream of normal images to a model file's contents. */

import { type Backend, enableGradients, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { suggest } from "../suggest.ts";
import {
  type Architecture,
  ARCHITECTURES,
  Autoencoder,
  checkLoss,
  describeNetwork,
  type Kind,
  KINDS,
  parseLoss,
} from "../models/mod.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../store/mod.ts";
import {
  chooseThreads,
  type EpochRecord,
  loadImages,
  roomFor,
  type TrainingState,
  WorkerGroup,
} from "../training/mod.ts";
import { divideImages, modelOf, planTraining } from "./_plan.ts";
import { HeldOutImages } from "./held_out.ts";
import { trainKind } from "./train_kind.ts";
import type { TrainingResult, TrainOptions } from "./train_options.ts";
import { type TrainingJob, trainTogether } from "./train_together.ts";
import { WatchedImages } from "./watched.ts";

/** Workers that are started while images are read: once there are as many as a long training has. */
const EARLY = { images: 2000, workers: 7 };

/** The kind of a name, if it is the name of a model of a kind of its own. */
function findKind(name: string | Architecture): Kind | undefined {
  return typeof name === "string" && Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

/** Options that one model alone has a use for, and their flags. */
const OPTIONS_OF = {
  neighbours: ["knn", "--neighbours"],
  metric: ["knn", "--metric"],
  blur: ["knn", "--blur"],
  latentsOf: ["knn", "--latents-of"],
  gibbs: ["rbm", "--gibbs"],
} as const;

/** Refuses options of another model. */
function refuseForeign(options: TrainOptions): void {
  for (const [key, [model, flag]] of Object.entries(OPTIONS_OF)) {
    const given = options[key as keyof typeof OPTIONS_OF] !== undefined;
    if (!given || options.architecture === model) continue;
    throw new StrayError("usage", `Cannot use ${flag} as it is of --model ${model} alone`, {
      hint: `leave it away, or use --model ${model}`,
    });
  }
}

/** The architecture of a name. */
function findArchitecture(name: string | Architecture): Architecture {
  if (typeof name !== "string") return name;
  const found = Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
  if (found) return found;
  const names = [...Object.keys(ARCHITECTURES), ...Object.keys(KINDS)];
  const near = suggest(name, names);
  throw new StrayError(
    "usage",
    `Cannot train "${name}" as the model must be one of ${names.join(", ")}`,
    { hint: near && `did you mean ${near}` },
  );
}

/**
 * Trains a detector on normal images and calibrates it on normal images that it never saw.
 *
 * @param entries What a source yields.
 * @param options How.
 * @returns The model.
 * @throws {StrayError} `empty` if there are too few images; `usage`, `label`, `shape`, `value`,
 * `backend` or `model` as the options or the images demand.
 */
export async function trainDetector(
  entries: AsyncIterable<Entry>,
  options: TrainOptions,
): Promise<TrainingResult> {
  refuseForeign(options);
  const kind = findKind(options.architecture);
  if (kind) return await trainKind(entries, kind, options);
  const architecture = findArchitecture(options.architecture);
  const backend = await openBackend(options.backend);
  await enableGradients();
  const workerGroup = new WorkerGroup(new URL("./train_worker.ts", import.meta.url));
  try {
    return await trainWith(workerGroup, entries, architecture, backend, options);
  } finally {
    workerGroup.stop();
  }
}

async function trainWith(
  workerGroup: WorkerGroup,
  entries: AsyncIterable<Entry>,
  { defaults, build }: Architecture,
  backend: Backend,
  options: TrainOptions,
): Promise<TrainingResult> {
  const most = backend.name === "wasm" ? options.workers ?? navigator.hardwareConcurrency : 1;
  const held = new HeldOutImages(options.holdOut);
  const watched = options.watch === undefined ? undefined : new WatchedImages(options.watch);
  const loaded = await loadImages(held.watch(watched?.watch(entries) ?? entries), {
    ...options,
    onImage(entry, count) {
      if (count === EARLY.images) workerGroup.resize(Math.min(most - 1, EARLY.workers));
      options.onImage?.(entry, count);
    },
  });
  const { images, input } = loaded;
  const { random, split, counts } = divideImages(images.count, options.seed ?? 0, true);
  const { latent, beta } = options;
  const loss = options.loss && parseLoss(options.loss);
  const spec = build({ inputShape: images.shape, latent, loss, beta });
  describeNetwork(spec); // throws if there is no room for it
  checkLoss(spec.loss, images.shape, spec.output);
  const planned = {
    spec,
    defaults,
    variational: spec.latent > 0,
    loaded,
    training: counts.training,
  };
  const plan = planTraining(planned, options);
  const { fit: { epochs, batch }, settings, score } = plan;
  const resume = options.resume &&
    decodeCheckpoint(options.resume.bytes, options.resume.name, settings);
  const job: TrainingJob = {
    spec,
    images: images.share(),
    split,
    random: random.state,
    ...plan.fit,
    resume,
  };
  const work = { spec, images: counts.training, batch, epochs };
  workerGroup.resize(chooseThreads(work, most, options.workers !== undefined) - 1);
  const trouble = await workerGroup.ready();
  const network = new Autoencoder(spec, random);
  try {
    const watch = watched?.measure(spec, input);
    const threads = workerGroup.size;
    const parameters = network.trainable.reduce((sum, { size }) => sum + size, 0);
    options.onStart?.({ backend, threads, trouble, spec, parameters, images: counts, epochs });
    const followers = {
      signal: options.signal,
      watch: watch && (() => watch(network)),
      onStep: options.onStep,
      onEpoch: (record: EpochRecord, state: () => Promise<TrainingState>) =>
        options.onEpoch?.(record, async () => encodeCheckpoint(settings, await state())),
    };
    const trained = await workerGroup.run(
      roomFor(network.parameters, batch),
      job,
      (group) => trainTogether(network, random, job, group, followers),
    );
    const outcome = { ...trained, weights: await network.snapshot(), backend, threads };
    return {
      model: modelOf(planned, plan, counts, outcome, options.version),
      interrupted: trained.result.interrupted,
      heldOut: await held.compare({ model: network, score, images, split }, input),
    };
  } finally {
    network.dispose();
  }
}
