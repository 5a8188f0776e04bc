/** `score`: images in, one NDJSON line an image out, in input order. */

import { type CommandContext, defineCommand, ExitCode, type FlagName } from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import type { EncodedImage } from "../src/images/mod.ts";
import { readModelBytes } from "./_read_model.ts";
import { scoreRecord } from "./_score_record.ts";
import { SOURCE_FLAGS, sourceOptions } from "./_source_options.ts";

const SCORE_FLAGS = [
  "model",
  "fpr",
  "score",
  "heatmaps",
  ...SOURCE_FLAGS,
  "backend",
  "workers",
] as const satisfies readonly FlagName[];

/** `score`. */
export const command = defineCommand({
  name: "score",
  summary: "stream an anomaly score per image as NDJSON",
  operands: {
    name: "SRC",
    help: "image files, folders, IDX, npy, npz#key, CSV, FITS, or - for paths on stdin",
    least: 1,
  },
  flags: SCORE_FLAGS,
  notes: [
    "A heatmap shows the image in grey, as the model sees it. Orange to red are errors that all but a share " +
    "of --fpr of the normal images have nowhere; red is 8 times as much. Its file stands in the record, " +
    'as "heatmap". The task score may not write: deno task stray score --heatmaps DIR may.',
  ],
  examples: [
    "score --model m.safetensors photos/new",
    "score --model m.safetensors - < list.txt",
  ],
  run: score,
});

/** Notes on single images that are printed; more would drown everything else. */
const MOST_NOTES = 10;

async function score(context: CommandContext<typeof SCORE_FLAGS[number]>): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  if (flags.model === undefined) {
    throw new StrayError("usage", "Cannot score as --model must be given", {
      hint: "add --model FILE; train one with deno task train",
    });
  }
  const name = flags.model;
  const bytes = await readModelBytes(resolve(name), name);
  const { Detector, scoreEntries } = await import("../src/detection/mod.ts");
  const { modelId } = await import("../src/store/mod.ts");
  const { backend, fpr } = flags;
  const heatmaps = flags.heatmaps === undefined
    ? undefined
    : await (await import("./_heatmaps.ts")).HeatmapFolder.open(flags.heatmaps, resolve);
  const detector = await Detector.open(bytes, { backend, fpr, score: flags.score, name });
  stderr.info(
    `backend ${detector.backend.name} on ${detector.backend.device}: ${detector.backend.reason}`,
  );
  if (detector.threshold === null) {
    stderr.warn(
      `the model was calibrated on too few images for --fpr ${detector.fpr}: no image can be called ` +
        "an anomaly; raise --fpr or train on more images",
    );
  }
  const id = modelId(bytes);
  let count = 0, failures = 0, notes = 0;
  try {
    const { input, labels } = detector.model;
    const options = sourceOptions(context, input.resizes ? input : undefined);
    const entries = readSources<EncodedImage>(context.arguments, {
      ...options,
      decode: (bytes, options) => ({ bytes, options }), // later, in whatever thread has time
    });
    const outcomes = scoreEntries(entries, detector, {
      workers: flags.workers ?? navigator.hardwareConcurrency,
      inspect: heatmaps !== undefined,
      onWarning: (message) => stderr.warn(message),
    });
    for await (const batch of outcomes) {
      const drawn = heatmaps && await heatmaps.drawAll(count, batch, input);
      let lines = "";
      for (const [i, entry] of batch.entries()) {
        count++;
        if ("error" in entry) failures++;
        else {
          for (const note of entry.notes) {
            if (++notes <= MOST_NOTES) stderr.warn(`${entry.path}: ${note}`);
          }
        }
        lines += `${
          JSON.stringify(scoreRecord(entry, { labels, model: id, heatmap: drawn?.[i] }))
        }\n`;
      }
      await stdout.writeText(lines);
      await stdout.flush();
      stderr.progress(`${count} images scored`);
    }
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  if (count === 0) {
    throw new StrayError("empty", "Cannot score as there must be images: found none", {
      hint: "give files or folders, or paths on stdin with -",
    });
  }
  if (notes > MOST_NOTES) stderr.warn(`${notes - MOST_NOTES} more notes on images were left out`);
  if (failures > 0) stderr.warn(`${failures} of ${count} images could not be scored`);
  return failures > 0 ? ExitCode.failed : ExitCode.done;
}
