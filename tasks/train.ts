/** `train`: normal images in, a calibrated model file out. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  FLAG_GROUPS,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import { isVectorName, readSources } from "../src/datasets/mod.ts";
import type { TrainingResult } from "../src/detection/mod.ts";
import { DecodePool, type Scale } from "../src/images/mod.ts";
import { findModel, parseLoss } from "../src/models/mod.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import {
  isNetworkFile,
  MODEL_NAMES,
  NETWORK_NOTE,
  readNetworkFile,
  readScoreName,
  SCORES_NOTE,
} from "./_models.ts";
import { readUserFile } from "./_read_file.ts";
import { readSourceFlags, SOURCE_FLAGS } from "./_source_flags.ts";
import { TrainReport } from "./_train_report.ts";

/** The flags of `train`. */
export const TRAIN_FLAGS = [
  ...["data", "normal", "hold-out", "watch", "size", "fit", "channels", "scale"] as const,
  ...SOURCE_FLAGS,
  ...namesOf(FLAG_GROUPS.model),
  ...namesOf(FLAG_GROUPS.training),
  ...["out", "score", "seed", "backend", "workers"] as const,
];

/** `train`. */
export const command = defineCommand({
  name: "train",
  flags: TRAIN_FLAGS,
  help: {
    model: `architecture: ${MODEL_NAMES}; or a network file, .json (default vae)`,
    out: "the model file to write",
    workers: "training threads (default: all cores, fewer for a small job)",
    score: "the default score of the model",
  },
  notes: [NETWORK_NOTE, SCORES_NOTE],
  examples: [
    "train --data photos/normal --size 64x64 --out photos.safetensors",
    "train --data train-images-idx3-ubyte.gz --hold-out 0 --model vae --seed 1 --out m.safetensors",
    "train --data photos --size 64x64 --model net.json --out m.safetensors",
    "train --data photos --model knn --latents-of m.safetensors --out knn.safetensors",
  ],
  run: train,
});

/** The number of images to keep. */
function parseKeep(text: string): number {
  const count = text === "all" ? Infinity : Number(text);
  if (count === Infinity || (Number.isSafeInteger(count) && count >= 1)) return count;
  throw usageError(
    `Cannot use --keep as it must be a whole number of at least 1, or all: current value is "${text}"`,
    "keep 20000",
  );
}

type Context = CommandContext<typeof TRAIN_FLAGS[number]>;

async function train(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  checkFlags(flags);
  const { out, checkpoint } = flags;
  if (out === undefined) {
    throw usageError("Cannot train as --out must be given", "add --out model.safetensors");
  }
  if (checkpoint !== undefined && resolve(checkpoint) === resolve(out)) {
    throw usageError(
      `Cannot use --checkpoint as it must be another file than --out: current value is "${checkpoint}"`,
      "the model would take the checkpoint's place",
    );
  }
  const { encodeModel } = await import("../src/store/mod.ts");
  // Fails now rather than after an hour of training.
  for (const path of [out, checkpoint]) if (path !== undefined) await checkWritable(resolve(path));
  const report = new TrainReport(stderr);
  const result = await trainModel(context, report);
  await writeFileAtomically(resolve(out), encodeModel(result.model));
  report.end(result, out);
  // Ctrl-C after training has ended still exits with 130.
  if (context.signal.aborted) return ExitCode.interrupted;
  return report.failures > 0 ? ExitCode.failed : ExitCode.done;
}

function checkFlags(flags: Context["flags"]): void {
  if (flags.data.length === 0) {
    throw usageError(
      "Cannot train as --data must be given",
      "add --data FOLDER with normal images",
    );
  }
  if (flags.normal && flags["hold-out"]) {
    throw usageError("Cannot use --normal and --hold-out together", "give one of the two");
  }
  if (flags.fit !== undefined && flags.size === undefined) {
    throw usageError("Cannot use --fit as --size must be given", "add --size WxH, or omit --fit");
  }
  const { model = "vae", checkpoint } = flags;
  const known = findModel(model);
  if (checkpoint !== undefined && known && !known.type.learning) {
    throw usageError(
      `Cannot use --checkpoint as "${model}" must have checkpoints: it learns nothing`,
      "omit it",
    );
  }
}

/** Trains a model as the flags say, without writing it. */
export async function trainModel(context: Context, report: TrainReport): Promise<TrainingResult> {
  const { flags, stderr, signal, resolve } = context;
  checkFlags(flags);
  const vectors = flags.vectors || flags.data.every(isVectorName);
  const { model = "vae", "latents-of": latents } = flags;
  const none = vectors && latents === undefined;
  const scale = parseScale(flags.scale) ?? (none ? { kind: "none" } : undefined);
  const architecture = isNetworkFile(model) ? await readNetworkFile(resolve(model), model) : model;
  const { trainDetector } = await import("../src/detection/mod.ts");
  const { decodeModel } = await import("../src/store/mod.ts");
  const { checkpoint } = flags;
  const pool = new DecodePool({ workers: flags.workers });
  const sources = { ...readSourceFlags(context, flags.size), decode: pool.decode };
  return await trainDetector(readSources(flags.data, sources), {
    architecture,
    normal: flags.normal,
    holdOut: flags["hold-out"],
    watch: flags.watch,
    size: flags.size,
    fit: flags.fit,
    channels: flags.channels && (flags.channels === "grey" ? 1 : 3),
    scale,
    latent: flags.latent,
    loss: flags.loss === undefined ? undefined : parseLoss(flags.loss),
    beta: flags.beta,
    features: flags.features,
    keep: flags.keep === undefined ? undefined : parseKeep(flags.keep),
    neighbours: flags.neighbours,
    metric: flags.metric,
    blur: flags.blur,
    latentsOf: latents === undefined
      ? undefined
      : decodeModel(await readUserFile(resolve(latents), latents), latents),
    gibbs: flags.gibbs,
    epochs: flags.epochs,
    patience: flags.patience,
    batch: flags.batch,
    learningRate: flags.lr,
    hyperparameters: {
      optimizer: flags.optimizer,
      momentum: flags.momentum,
      weightDecay: flags["weight-decay"],
      clip: flags.clip,
      schedule: flags.schedule,
      klWarmup: flags["kl-warmup"],
      freeBits: flags["free-bits"],
      augment: flags.augment,
    },
    score: readScoreName(flags.score, (message) => stderr.warn(message)),
    seed: flags.seed,
    backend: flags.backend,
    workers: flags.workers,
    version: VERSION,
    signal,
    resume: flags.resume === undefined
      ? undefined
      : { bytes: await readUserFile(resolve(flags.resume), flags.resume), name: flags.resume },
    onFailure: (failed) => report.failure(failed),
    onImage: ({ path, image }, count) => {
      for (const note of image.notes ?? []) stderr.warn(`${path}: ${note}`);
      report.reading(count);
    },
    onStart: (start) => {
      pool.close();
      report.start(start);
    },
    onStep: (step) => report.step(step),
    onEpoch: async (record, makeCheckpoint) => {
      report.epoch(record);
      if (checkpoint !== undefined) {
        await writeFileAtomically(resolve(checkpoint), await makeCheckpoint());
      }
    },
  }).catch((error) => {
    report.fail(error);
    throw error;
  });
}

/** The names of the flags of a group. */
function namesOf<G extends object>(group: G): (keyof G & string)[] {
  return Object.keys(group) as (keyof G & string)[];
}

/** Parses `--scale`. */
function parseScale(text: string | undefined): Scale | undefined {
  if (text === undefined) return undefined;
  if (text === "depth" || text === "none") return { kind: text };
  if (text === "percentile") return { kind: "percentile", low: 0.5, high: 99.5 };
  const numbers = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  const [low = NaN, high = NaN] = numbers;
  if (numbers.length === 2 && low < high && high - low < Infinity) {
    return { kind: "range", low, high };
  }
  throw usageError(
    `Cannot use --scale as it must be depth, percentile, none or LOW,HIGH: current value is "${text}"`,
    "for instance --scale 0,4095",
  );
}
