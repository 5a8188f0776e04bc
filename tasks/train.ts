/** `train`: normal images in, a calibrated model file out. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  FLAG_GROUPS,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import { type Entry, listLabels, readSources, sourceExists } from "../src/datasets/mod.ts";
import type { TrainingResult } from "../src/detection/mod.ts";
import { DecodePool } from "../src/images/mod.ts";
import { findModel, parseLoss } from "../src/models/mod.ts";
import { makeBudget, type MemoryBudget } from "../src/memory_budget.ts";
import { dirname, join } from "../src/path.ts";
import { StrayError } from "../src/errors.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import { threadCount } from "../src/workers/mod.ts";
import {
  DEFAULT_NOTE,
  isNetworkFile,
  MODEL_NAMES,
  NETWORK_NOTE,
  readNetworkFile,
  readScoreName,
  SCORES_NOTE,
  scoresOffered,
} from "./_models.ts";
import { readFeatures } from "./_features.ts";
import { countImages, openImageCache } from "./_image_cache.ts";
import { lensesOf } from "./_lens_flags.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { readUserFile } from "./_read_file.ts";
import { readRegion } from "./_region.ts";
import { readBytes, readSourceFlags, SOURCE_FLAGS } from "./_source_flags.ts";
import { TrainReport } from "./_train_report.ts";
import { parseKeep, parseScale } from "./_train_values.ts";
import { writeModel } from "./_write_model.ts";

/** The flags of `train`. */
export const TRAIN_FLAGS = [
  ...[
    "data",
    "normal",
    "hold-out",
    "anomalies",
    "watch",
    "mask",
    "size",
    "fit",
    "channels",
    "scale",
  ] as const,
  ...SOURCE_FLAGS,
  ...namesOf(FLAG_GROUPS.model),
  ...namesOf(FLAG_GROUPS.training),
  ...["recipe", "instrument", "set", "free", "psf"] as const,
  ...["max-errors", "out", "score", "seed", "backend", "workers"] as const,
];

const CALIBRATION_NOTE =
  "Calibration: p-values are ranks among scores of normal images that the scoring model has not seen. " +
  "split sets 10 % of the images aside (a third of few); at most a share --fpr of normal images is " +
  "flagged, whatever the model. cross:K trains on all images and K more times without a part of them, " +
  "which takes K + 1 times as long: usually no more are flagged, but only a split, loo of knn by pixels " +
  "or latents, and SRC guarantee it. A false positive rate X takes at least 1/X - 1 calibration images. " +
  "Ctrl-C during the further trainings keeps the scores of those that are done.";

/** `train`. */
export const command = defineCommand({
  name: "train",
  flags: TRAIN_FLAGS,
  named: ["model", "recipe"],
  help: {
    model: `architecture: ${MODEL_NAMES}; or a network file, .json (default: see below)`,
    out: "the model file to write",
    workers: "training threads (default: all cores, fewer for a small job)",
    score: "the default score of the model, instead of one that --anomalies choose",
  },
  notes: [
    DEFAULT_NOTE,
    NETWORK_NOTE,
    SCORES_NOTE,
    CALIBRATION_NOTE,
    "--anomalies: of the scores that need one pass and no label, the one of the highest AUROC among the " +
    "images that validate (where none do, that train) becomes the model's, unless --score names one. " +
    "Images that a split sets aside to calibrate have no part in it, so that p-values stay as valid. " +
    "`info` shows the threshold of the best F1, for score --threshold and label --threshold.",
  ],
  examples: [
    "train --data photos/normal --size 64x64 --out photos.safetensors",
    "train --data parts/good --size 128x128 --seek damage --out parts.safetensors",
    "train --data train-images-idx3-ubyte.gz --hold-out 0 --model vae --seed 1 --out m.safetensors",
    "train --data photos --size 64x64 --model net.json --out m.safetensors",
    "train --data photos --model knn --latents-of m.safetensors --out knn.safetensors",
  ],
  run: train,
});

type Context = CommandContext<typeof TRAIN_FLAGS[number]>;

async function train(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context, endCode = readMaxErrors(flags["max-errors"]);
  checkFlags(flags);
  const { out, checkpoint } = flags;
  if (out === undefined) {
    throw usageError("Cannot train as --out must be given", "add --out model.safetensors");
  }
  const { encodeModel } = await import("../src/store/mod.ts");
  // Fails now rather than after an hour of training.
  for (const path of [out, checkpoint]) if (path !== undefined) await checkWritable(resolve(path));
  const report = new TrainReport(stderr);
  const result = await trainModel(context, report);
  report.end(result, await writeModel(context, out, encodeModel(result.model)));
  // Ctrl-C after training has ended still exits with 130.
  if (context.signal.aborted) return ExitCode.interrupted;
  return endCode(report.failures, report.images + report.failures);
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
  const onStdin = ["data", "anomalies"] as const;
  if (onStdin.every((name) => flags[name].includes("-"))) {
    throw usageError("Cannot read --data and --anomalies both from stdin", "name a folder");
  }
  if (flags.calibrate === "-" && onStdin.some((name) => flags[name].includes("-"))) {
    throw usageError("Cannot calibrate on stdin as --data must be read from it", "name a folder");
  }
  if (flags.fit !== undefined && flags.size === undefined) {
    throw usageError("Cannot use --fit as --size must be given", "add --size WxH, or omit --fit");
  }
  const { model, checkpoint } = flags;
  const known = model === undefined ? undefined : findModel(model);
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
  const { model, checkpoint, "latents-of": latents } = flags;
  const scale = parseScale(flags.scale);
  const { parseCalibration, trainDetector } = await import("../src/detection/mod.ts");
  const calibrate = flags.calibrate === undefined ? undefined : parseCalibration(flags.calibrate);
  if (flags.calibrate !== undefined && calibrate === undefined) {
    await requireCalibrationSource(flags.calibrate, context);
  }
  const architecture = model !== undefined && isNetworkFile(model)
    ? await readNetworkFile(resolve(model), model)
    : model;
  await checkLabels(context);
  const { decodeModel } = await import("../src/store/mod.ts");
  const pool = new DecodePool({ workers: threadCount(flags.workers) });
  const region = flags.mask === undefined ? undefined : await readRegion(flags.mask, context);
  const lenses = await lensesOf(context);
  const memory = makeBudget(readBytes(flags["max-memory"]));
  const cache = await openImageCache(context, memory);
  const sources = { ...readSourceFlags(context, sizeOf(flags), memory), decode: pool.decode };
  return await trainDetector(readSources(flags.data, sources), {
    cache,
    count: () => countImages(context, sources),
    architecture,
    seek: flags.seek,
    normal: flags.normal,
    holdOut: flags["hold-out"],
    watch: flags.watch,
    ...flags.size?.isSide ? { side: flags.size.width } : { size: flags.size },
    mayBePhotographs: !await isSimulated(context),
    fit: flags.fit,
    region,
    channels: flags.channels && (flags.channels === "grey" ? 1 : 3),
    scale,
    latent: flags.latent,
    loss: flags.loss === undefined ? undefined : parseLoss(flags.loss),
    beta: flags.beta,
    ...await readFeatures(context),
    keep: flags["keep-images"] === undefined ? undefined : parseKeep(flags["keep-images"]),
    neighbours: flags.neighbours,
    metric: flags.metric,
    blur: flags.blur,
    latentsOf: latents === undefined
      ? undefined
      : decodeModel(await readUserFile(resolve(latents), latents), latents),
    gibbs: flags.gibbs,
    lenses,
    checkpoints: checkpoint !== undefined,
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
      reduction: flags.reduction,
    },
    calibrate: flags.calibrate === undefined
      ? undefined
      : calibrate ?? otherSource(context, [flags.calibrate], pool, memory),
    score: readScoreName(flags.score, scoresOffered(model), (message) => stderr.warn(message)),
    seed: flags.seed,
    backend: flags.backend,
    workers: flags.workers,
    anomalies: flags.anomalies.length === 0
      ? undefined
      : otherSource(context, flags.anomalies, pool, memory),
    version: VERSION,
    signal,
    resume: flags.resume === undefined ? undefined : {
      bytes: await readUserFile(resolve(flags.resume), flags.resume, "checkpoint"),
      name: flags.resume,
    },
    onWarning: (message, hint) => report.warn(message, hint),
    onFailure: (failed) => report.failure(failed),
    onImage: ({ path, image }, count) => {
      report.notes(path, image.notes);
      if (count === 1 && lenses?.stretch === "linear" && image.data instanceof Uint8Array) {
        report.warn(
          "8 bits of linear brightness round much of the noise away, and with it substructure",
          "take images of 16 bits, or simulate with image.stretch=sqrt",
        );
      }
      report.reading(count);
    },
    onStart: (start) => {
      pool.close();
      report.start(start);
    },
    onFold: (fold, of) => report.fold(fold, of),
    onStep: (step) => report.step(step),
    onEpoch: async (record, makeCheckpoint) => {
      report.epoch(record);
      const requested = context.takeCheckpointRequest?.();
      const file = checkpoint ?? (requested ? checkpointBeside(flags.out) : undefined);
      if (file === undefined) return;
      try {
        await writeFileAtomically(resolve(file), await makeCheckpoint());
        if (requested) report.note(`wrote ${file}: the training after epoch ${record.epoch}`);
      } catch (error) {
        if (!(error instanceof StrayError)) throw error;
        report.warn(`${error.message}: the training goes on`, error.hint);
      }
    },
  }).catch((error) => {
    report.fail(error);
    throw error;
  }).finally(() => cache.close());
}

/** The checkpoint that a signal requests, where no flag names one. */
function checkpointBeside(out: string | undefined): string | undefined {
  return out === undefined ? undefined : `${out}.checkpoint`;
}

/** Refuses labels that no image can have, before images are read, where that is known so early. */
async function checkLabels({ flags, directory }: Context): Promise<void> {
  const { data, vectors, normal = [], watch, "hold-out": holdOut = [] } = flags;
  const named = [...normal, ...holdOut];
  if (named.length === 0 && watch === undefined) return;
  const labels = await listLabels(data, { baseDirectory: directory, vectors });
  if (!labels || labels.size === 0) return;
  const { requireLabels } = await import("../src/training/mod.ts");
  requireLabels(named, labels);
  if (watch !== undefined && !labels.has(watch)) {
    throw (await import("../src/detection/mod.ts")).unwatchable(watch, labels);
  }
}

/** Refuses a value of `--calibrate` that is neither a method nor there. */
async function requireCalibrationSource(text: string, { directory }: Context): Promise<void> {
  if (await sourceExists(directory, text)) return;
  throw usageError(
    "Cannot use --calibrate as it must be split, cross, cross:K, loo or a source of normal images: " +
      `there is no file "${text}"`,
    "for instance --calibrate cross:5",
  );
}

/** The names of the flags of a group. */
function namesOf<G extends object>(group: G): (keyof G & string)[] {
  return Object.keys(group) as (keyof G & string)[];
}

/** Images of another flag than `--data`. */
function otherSource(
  context: Context,
  sources: readonly string[],
  pool: DecodePool,
  memory: MemoryBudget,
): AsyncIterable<Entry> {
  const { flags } = context;
  // The hashes are those of --data, and so is its limit.
  const own = { ...flags, md5: undefined, sha256: undefined, limit: undefined };
  const options = readSourceFlags({ ...context, flags: own }, sizeOf(flags), memory);
  return readSources(sources, { ...options, decode: pool.decode });
}

/** Whether a source is a folder that `simulate` wrote, or one of its classes. */
async function isSimulated({ flags, directory, resolve }: Context): Promise<boolean> {
  const { MANIFEST } = await import("../src/simulation/mod.ts");
  const folders = flags.data.filter((name) => name !== "-").map(resolve);
  const found = await Promise.all(
    folders.flatMap((folder) => [folder, dirname(folder)])
      .map((folder) => sourceExists(directory, join(folder, MANIFEST))),
  );
  return found.includes(true);
}

/**
 * The size that images may be decoded to; a region is in pixels of the file, and so is a scale that all images share,
 * so that they need all.
 */
function sizeOf({ mask, size }: Context["flags"]): Context["flags"]["size"] {
  return mask === undefined && !size?.isSide ? size : undefined;
}
