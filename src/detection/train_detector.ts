/** From a stream of normal images to a model file's contents. */

import { type Backend, type BackendName, enableGradients, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  type Architecture,
  ARCHITECTURES,
  Autoencoder,
  type AutoencoderSpec,
  checkLoss,
  type Kind,
  KINDS,
  type Metric,
  type ModelSpec,
  parseLoss,
  type ReconstructionLoss,
} from "../models/mod.ts";
import { Random } from "../random.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type ModelFile,
  type TrainingSettings,
  type TrainingSummary,
} from "../store/mod.ts";
import {
  chooseThreads,
  completeRecipe,
  defaultBatch,
  defaultEpochs,
  defaultPatience,
  type EpochRecord,
  FEWEST_IMAGES,
  type ImageSet,
  loadImages,
  type LoadOptions,
  type Recipe,
  recipeSettings,
  roomFor,
  type Split,
  splitImages,
  type StepRecord,
  Team,
  type TrainingState,
} from "../training/mod.ts";
import { type HeldOutComparison, HeldOutImages } from "./held_out.ts";
import { requireScore } from "./scores.ts";
import { WatchedImages } from "./watched.ts";
import { trainKind } from "./train_kind.ts";
import { type TrainingJob, trainTogether } from "./train_together.ts";

/** Workers that are started while images are read: once there are as many as a long training has. */
const EARLY = { images: 2000, workers: 7 };

/** How to train a detector. */
export interface TrainOptions extends LoadOptions {
  /** The architecture's name, or one of your own. */
  readonly architecture: string | Architecture;
  /** Units of the latent. @default {the architecture's} */
  readonly latent?: number | undefined;
  /** The reconstruction loss. @default {the architecture's} */
  readonly loss?: ReconstructionLoss | undefined;
  /** Weight of the KL divergence. @default {1} */
  readonly beta?: number | undefined;
  /** Of `knn`: neighbours that the mean distance is taken to. @default {1} */
  readonly neighbours?: number | undefined;
  /** Of `knn`: the distance. @default {"cosine"; of latents "euclidean"} */
  readonly metric?: Metric | undefined;
  /** Of `knn`: standard deviation of a Gaussian blur, in pixels. @default {1; 0 for vectors} */
  readonly blur?: number | undefined;
  /**
   * Of `knn`: a trained model, among whose latents neighbours are looked for instead of pixels. It says
   * what images go through. From the images that it was trained on the same calibrate, which it never saw.
   */
  readonly latentsOf?: ModelFile | undefined;
  /** Of `rbm`: steps of Gibbs sampling for a gradient. @default {1} */
  readonly gibbs?: number | undefined;
  /** Most passes over the images. @default {3 to 100, by the architecture and the images} */
  readonly epochs?: number | undefined;
  /** Epochs without a lower validation loss before training ends. @default {a fifth, at least 3} */
  readonly patience?: number | undefined;
  /** The learning rate. @default {the architecture's} */
  readonly learningRate?: number | undefined;
  /** Optimiser, schedule, KL term and augmentation, where they are not the default. */
  readonly recipe?: Recipe | undefined;
  /** Images a step. @default {16 to 128, by the images' size} */
  readonly batch?: number | undefined;
  /** Makes the run repeatable. @default {0} */
  readonly seed?: number | undefined;
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** The most threads to train on, with wasm. A small job uses fewer by default. @default {all cores} */
  readonly workers?: number | undefined;
  /** The score that the model uses unless told otherwise. @default {the architecture's} */
  readonly score?: string | undefined;
  /**
   * A label: the mean loss of its images, trained on or not, is measured after every epoch. Not for
   * models of kinds of their own.
   */
  readonly watch?: string | undefined;
  /** The version to note in the model. */
  readonly version: string;
  /** Ends the training after the current step; the model so far is calibrated and returned. */
  readonly signal?: AbortSignal | undefined;
  /** A checkpoint's bytes, to go on from, and its name for errors. */
  readonly resume?: { readonly bytes: Uint8Array; readonly name: string } | undefined;
  /** Called once everything is known and training begins. */
  readonly onStart?: ((start: TrainingStart) => void) | undefined;
  /** Called some times a second, and after an epoch's last step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Called after every epoch, with a function that makes a checkpoint's bytes. */
  readonly onEpoch?:
    | ((record: EpochRecord, checkpoint: () => Promise<Uint8Array>) => Promise<void> | void)
    | undefined;
}

/** What a training begins with. */
export interface TrainingStart {
  /** What computes, and why. */
  readonly backend: Backend;
  /** How many threads train. */
  readonly threads: number;
  /** Why others could not be started, in words. */
  readonly trouble?: string | undefined;
  /** What is trained. */
  readonly spec: ModelSpec;
  /** Trained values. */
  readonly parameters: number;
  /** Numbers of images. */
  readonly images: TrainingSummary["images"];
  /** Most passes over the images. */
  readonly epochs: number;
}

/** A trained model. */
export interface TrainingResult {
  /** What to write with `encodeModel`. */
  readonly model: ModelFile;
  /** Whether the signal ended the training early. */
  readonly interrupted: boolean;
  /** How it tells some images of labels that were held out, if there were any; the model never saw them. */
  readonly heldOut?: HeldOutComparison | undefined;
}

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

/** Checks that there are enough images. */
export function requireImages(count: number): void {
  if (count >= FEWEST_IMAGES) return;
  throw new StrayError(
    "empty",
    `Cannot train as there must be at least ${FEWEST_IMAGES} images: current number is ${count}`,
    { hint: "some hundred are a good start" },
  );
}

/** The architecture of a name. */
function findArchitecture(name: string | Architecture): Architecture {
  if (typeof name !== "string") return name;
  const found = Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
  if (found) return found;
  const names = [...Object.keys(ARCHITECTURES), ...Object.keys(KINDS)].join(", ");
  throw new StrayError(
    "usage",
    `Cannot train "${name}" as the model must be one of ${names}`,
  );
}

/** The settings of a training that {@linkcode settingsOf} looks at. */
type Compared = "batch" | "learningRate" | "seed" | "recipe" | "epochs";

/** What cannot change between a checkpoint and the training that goes on from it. */
function settingsOf(
  spec: AutoencoderSpec,
  loaded: { readonly input: unknown; readonly fingerprint: string; readonly images: ImageSet },
  { batch, learningRate, seed, recipe, epochs }: Pick<TrainingSummary, Compared>,
): TrainingSettings {
  return {
    "--model, --latent, --loss and --beta": JSON.stringify(spec),
    "the images' preparation": JSON.stringify(loaded.input),
    "the number of images": String(loaded.images.count),
    "the images' fingerprint": loaded.fingerprint,
    "--batch": String(batch),
    "--lr": String(learningRate),
    "--seed": String(seed),
    ...recipeSettings(recipe, epochs),
  };
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
  const team = new Team(new URL("./train_worker.ts", import.meta.url));
  try {
    return await trainWith(team, entries, architecture, backend, options);
  } finally {
    team.stop();
  }
}

async function trainWith(
  team: Team,
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
      if (count === EARLY.images) team.resize(Math.min(most - 1, EARLY.workers));
      options.onImage?.(entry, count);
    },
  });
  const { images, input, labels, fingerprint } = loaded;
  requireImages(images.count);
  const { latent, beta } = options;
  const loss = options.loss && parseLoss(options.loss);
  const spec = build({ inputShape: images.shape, latent, loss, beta });
  const score = options.score ?? defaults.score;
  requireScore(score, spec);
  const batch = options.batch ?? defaultBatch(images.shape);
  const learningRate = options.learningRate ?? defaults.learningRate;
  const seed = options.seed ?? 0;
  checkLoss(spec.loss, images.shape, spec.output);
  const recipe = completeRecipe(options.recipe ?? {}, spec.latent > 0);
  const random = new Random(seed);
  const split = splitImages(images.count, random);
  const parts = countParts(split);
  const epochs = options.epochs ??
    defaultEpochs(defaults.steps, parts.training, batch, defaults.mostEpochs);
  const patience = options.patience ?? defaultPatience(epochs);
  const settings = settingsOf(spec, loaded, { batch, learningRate, seed, recipe, epochs });
  const resume = options.resume &&
    decodeCheckpoint(options.resume.bytes, options.resume.name, settings);
  const job: TrainingJob = {
    spec,
    images: images.share(),
    split,
    random: random.state,
    epochs,
    batch,
    learningRate,
    recipe,
    patience,
    resume,
  };
  const work = { spec, images: parts.training, batch, epochs };
  team.resize(chooseThreads(work, most, options.workers !== undefined) - 1);
  const trouble = await team.ready();
  const network = new Autoencoder(spec, random);
  try {
    const parameters = network.trainable.reduce((sum, { size }) => sum + size, 0);
    options.onStart?.({
      backend,
      threads: team.size,
      trouble,
      spec,
      parameters,
      images: parts,
      epochs,
    });
    const followers = {
      signal: options.signal,
      watch: watched?.measure(network, input),
      onStep: options.onStep,
      onEpoch: (record: EpochRecord, state: () => Promise<TrainingState>) =>
        options.onEpoch?.(record, async () => encodeCheckpoint(settings, await state())),
    };
    const { result, calibrations } = await team.run(
      roomFor(network.parameters, batch),
      job,
      (group) => trainTogether(network, random, job, group, followers),
    );
    const model: ModelFile = {
      spec,
      input,
      labels,
      version: options.version,
      training: {
        epochs,
        batch,
        learningRate,
        ...recipe && { recipe },
        patience,
        seed,
        backend: backend.name,
        threads: team.size,
        images: parts,
        bestEpoch: result.bestEpoch,
        interrupted: result.interrupted,
        fingerprint,
      },
      history: result.history,
      score,
      calibrations,
      weights: await network.snapshot(),
    };
    const heldOut = await held.compare({ model: network, score, images, split }, input);
    return { model, interrupted: result.interrupted, heldOut };
  } finally {
    network.dispose();
  }
}

function countParts(split: Split): TrainingSummary["images"] {
  return {
    training: split.training.length,
    validation: split.validation.length,
    calibration: split.calibration.length,
  };
}
