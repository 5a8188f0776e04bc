/** `score`: images in, one NDJSON line per image out, in input order. */

import { type CommandContext, defineCommand, ExitCode } from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import type { EncodedImage } from "../src/images/mod.ts";
import { MODEL_FLAGS, nothingRead } from "./_image_batches.ts";
import { readScoreName, SCORES_NOTE } from "./_models.ts";
import { openDetector } from "./_open_detector.ts";
import { scoreJson } from "./_score_json.ts";
import { MAX_NOTES, readSourceFlags, SOURCE_OPERANDS } from "./_source_flags.ts";

const SCORE_FLAGS = [...MODEL_FLAGS, "fpr", "score", "heatmaps", "workers"] as const;

/** `score`. */
export const command = defineCommand({
  name: "score",
  operands: SOURCE_OPERANDS,
  flags: SCORE_FLAGS,
  notes: [
    "A heatmap shows the image in grey, as the model sees it. Orange to red marks errors larger than " +
    "any error in all but a share --fpr of normal images; red is 8 times that limit. The record " +
    'names its file as "heatmap". The task score may not write: deno task stray score --heatmaps ' +
    "DIR may.",
    SCORES_NOTE,
  ],
  examples: [
    "score --model m.safetensors photos/new",
    "score --model m.safetensors - < list.txt",
  ],
  run: score,
});

async function score(context: CommandContext<typeof SCORE_FLAGS[number]>): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  const { detector, bytes } = await openDetector(context, "score", {
    fpr: flags.fpr,
    score: readScoreName(flags.score, (message) => stderr.warn(message)),
  });
  let count = 0, failures = 0, notes = 0;
  try {
    const { scoreEntries } = await import("../src/detection/mod.ts");
    const { modelId } = await import("../src/store/mod.ts");
    const heatmaps = flags.heatmaps === undefined
      ? undefined
      : await (await import("./_heatmaps.ts")).HeatmapFolder.open(flags.heatmaps, resolve);
    if (detector.threshold === null) {
      stderr.warn(
        `the model was calibrated on too few images for --fpr ${detector.fpr}: no image can be ` +
          "called an anomaly; raise --fpr or train on more images",
      );
    }
    const id = modelId(bytes);
    const { input, labels } = detector.model;
    const options = readSourceFlags(context, input.resizes ? input : undefined);
    const entries = readSources<EncodedImage>(context.arguments, {
      ...options,
      decode: (bytes, options) => ({ bytes, options }), // decoded later, by any free thread
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
            if (++notes <= MAX_NOTES) stderr.warn(`${entry.path}: ${note}`);
          }
        }
        const record = scoreJson(entry, { labels, model: id, heatmap: drawn?.[i] });
        lines += `${JSON.stringify(record)}\n`;
      }
      await stdout.writeText(lines);
      await stdout.flush();
      stderr.progress(`${count} images scored`);
    }
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  if (count === 0) throw nothingRead("score");
  if (notes > MAX_NOTES) stderr.warn(`${notes - MAX_NOTES} more notes on images were left out`);
  if (failures > 0) stderr.warn(`${failures} of ${count} images could not be scored`);
  return failures > 0 ? ExitCode.failed : ExitCode.done;
}
