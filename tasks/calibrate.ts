/** `calibrate`: a model and normal images of another camera in, the model with their calibration out. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import { DecodePool } from "../src/images/mod.ts";
import { makeBudget } from "../src/memory_budget.ts";
import { checkWritable } from "../src/write_file.ts";
import {
  DEFAULT_FPR,
  describeCalibration,
  describeReach,
  tooFewImages,
} from "./_calibration_words.ts";
import { countOf } from "../src/count_of.ts";
import { countImages, openImageCache } from "./_image_cache.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { readUserFile } from "./_read_file.ts";
import { decodedSize } from "./_region.ts";
import { ImageNotes, MAX_NOTES } from "./_image_notes.ts";
import { readBytes, readSourceFlags, SOURCE_FLAGS } from "./_source_flags.ts";
import { writeModel } from "./_write_model.ts";

const CALIBRATE_FLAGS = [
  ...["model", "data", "add", "normal", "hold-out"] as const,
  ...SOURCE_FLAGS,
  ...["max-errors", "out", "cache", "backend"] as const,
];

/** `calibrate`. */
export const command = defineCommand({
  name: "calibrate",
  flags: CALIBRATE_FLAGS,
  help: {
    data: "a source of normal images of the other camera, night or instrument, which did not train",
    normal: "calibrate only on images with these labels",
    "hold-out": "calibrate on images of all labels except these",
    out: "the model file to write",
  },
  notes: [
    "The weights stay as they are, and so do scores; p-values become ranks among the scores of these " +
    "images. --add remembers them, too, and scores each of them without the tenth of the memory around it. A " +
    "false positive rate X takes at least 1/X - 1 of them: 19 for 0.05, 99 for 0.01.",
  ],
  examples: ["calibrate --model m.safetensors --data tonight --out tonight.safetensors"],
  run: calibrate,
});

type Context = CommandContext<typeof CALIBRATE_FLAGS[number]>;

async function calibrate(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  const { model: name, out } = flags, endCode = readMaxErrors(flags["max-errors"]);
  if (name === undefined) {
    throw usageError("Cannot calibrate as --model must be given", "add --model FILE");
  }
  if (flags.data.length === 0) {
    throw usageError(
      "Cannot calibrate as --data must be given",
      "add --data FOLDER with normal images that did not train the model",
    );
  }
  if (flags.normal && flags["hold-out"]) {
    throw usageError("Cannot use --normal and --hold-out together", "give one of the two");
  }
  if (out === undefined) {
    throw usageError("Cannot calibrate as --out must be given", "add --out model.safetensors");
  }
  await checkWritable(resolve(out));
  const { decodeModel, encodeModel } = await import("../src/store/mod.ts");
  const { recalibrate } = await import("../src/detection/mod.ts");
  const model = decodeModel(await readUserFile(resolve(name), name), name);
  const pool = new DecodePool();
  const notes = new ImageNotes(stderr);
  const memory = makeBudget(readBytes(flags["max-memory"]));
  const cache = await openImageCache(context, memory);
  let failures = 0, read = 0;
  try {
    const sources = readSourceFlags(context, decodedSize(model.input), memory);
    const entries = readSources(flags.data, { ...sources, decode: pool.decode });
    const result = await recalibrate(model, entries, {
      normal: flags.normal,
      holdOut: flags["hold-out"],
      add: flags.add,
      cache,
      count: () => countImages(context, sources),
      backend: flags.backend,
      version: VERSION,
      onFailure: ({ path, error }) => {
        if (++failures <= MAX_NOTES) stderr.warn(`${path}: ${error.message}`);
      },
      onWarning(message, hint) {
        stderr.progress(undefined);
        stderr.warn(message, hint);
      },
      onImage: ({ path, image }, count) => {
        read = count;
        notes.add(path, image.notes);
        stderr.progress(`reading: ${countOf(count, "image")}`);
      },
    });
    stderr.progress(undefined);
    notes.end();
    const file = await writeModel(context, out, encodeModel(result.model));
    const { score, calibration } = result.model;
    const images = calibration?.images ?? 0;
    const warning = tooFewImages(DEFAULT_FPR, images);
    if (warning) stderr.warn(`${warning}; calibrate on more images`);
    if (result.overflows > 0) {
      const without = countOf(result.overflows, "calibration image has", "calibration images have");
      stderr.warn(`${without} no finite score by ${score}`);
    }
    if (failures > 0) stderr.warn(`${countOf(failures, "image")} could not be read`);
    stderr.info(
      `wrote ${file}: the weights of ${name}${
        flags.add ? " and these images" : ""
      }, calibrated on ` +
        (calibration ? `${describeCalibration(calibration)}, ${describeReach(images)}` : "nothing"),
    );
  } finally {
    cache.close();
    pool.close();
    stderr.progress(undefined);
  }
  if (context.signal.aborted) return ExitCode.interrupted;
  return endCode(failures, read + failures);
}
