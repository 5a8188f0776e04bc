/** `score`: images in, one NDJSON line per image out, in input order. */

import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  programName,
  usageError,
} from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import type { Detector, UnlikeCalibration } from "../src/detection/mod.ts";
import type { EncodedImage } from "../src/images/mod.ts";
import { type LensFitSpec, scoreNames } from "../src/models/mod.ts";
import { threadCount } from "../src/workers/mod.ts";
import { MODEL_FLAGS, nothingRead } from "./_image_batches.ts";
import { ImageNotes } from "./_image_notes.ts";
import type { HeatmapFormat } from "./_heatmaps.ts";
import type { MassMapFolder } from "./_mass_maps.ts";
import { readScoreName, requireHeatmaps, SCORES_NOTE } from "./_models.ts";
import { RAISE_FPR, tooFewImages } from "./_calibration_words.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { openDetector } from "./_open_detector.ts";
import { decodedSize } from "./_region.ts";
import { scoreJson } from "./_score_json.ts";
import { readShard, SHARD_NOTE } from "./_shard.ts";
import { readSourceFlags, SOURCE_OPERANDS } from "./_source_flags.ts";

const SCORE_FLAGS = [
  ...MODEL_FLAGS,
  "shard",
  "max-errors",
  "fpr",
  "threshold",
  "score",
  "heatmaps",
  "heatmap-format",
  "masks",
  "mass-maps",
  "fields",
  "workers",
] as const;

/** `score`. */
export const command = defineCommand({
  name: "score",
  operands: SOURCE_OPERANDS,
  flags: SCORE_FLAGS,
  fills: ["masks"],
  help: { masks: "write a mask per image here, white where it is anomalous" },
  notes: [
    "A heatmap shows the image in grey, in its own size. Orange to red marks errors larger than any " +
    "error in all but a share --fpr of normal images; red is 8 times that limit. As npy or tiff it " +
    "is the errors in units of that limit, for evaluate --masks. The record names its file as " +
    '"heatmap". --masks writes PNG that are white above the limit, named as "mask". The task score may ' +
    "not write: deno task stray score --heatmaps DIR may.",
    "A map of mass is the convergence that a fitted smooth lens lacks, of either sign, and its ratio to the " +
    "noise, as FITS with the scale of the sky; the picture shows ratios above 3 from orange to red. The " +
    'record names the first as "mass_map".',
    SCORES_NOTE,
    SHARD_NOTE,
    "A line on stderr tells once when images are unlike those that calibrate, as a whole: the chance of " +
    "a false alarm is 1/1000, with up to a fifth of true anomalies. Images of known labels that were " +
    "not trained on do not count.",
  ],
  examples: [
    "score --model m.safetensors photos/new",
    "score --model m.safetensors - < list.txt",
  ],
  run: score,
});

type Context = CommandContext<typeof SCORE_FLAGS[number]>;

async function score(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  const { threshold } = flags;
  const endCode = readMaxErrors(flags["max-errors"]), shard = readShard(flags.shard);
  if (flags.fpr !== undefined && threshold !== undefined) {
    throw usageError("Cannot use --fpr and --threshold together", "give one of the two");
  }
  if (flags["heatmap-format"] !== undefined && flags.heatmaps === undefined) {
    throw usageError(
      "Cannot use --heatmap-format as --heatmaps must be given",
      "add --heatmaps DIR",
    );
  }
  const { detector, bytes } = await openDetector(context, "score", {
    fpr: flags.fpr,
    score: flags.score,
  });
  if (flags.fields !== undefined && detector.detailNames.length === 0) {
    throw usageError(
      `Cannot use --fields as the model must find parameters of images: "${detector.model.spec.name}" finds none`,
      "lens-fit finds those of a lens",
    );
  }
  readScoreName(flags.score, scoreNames(detector.model.spec), (message) => stderr.warn(message));
  const notes = new ImageNotes(stderr);
  let count = 0, failures = 0, position = 0;
  try {
    const { scoreEntries, ShiftTest } = await import("../src/detection/mod.ts");
    const { modelId } = await import("../src/store/mod.ts");
    const { heatmaps: heatmapFolder, masks: maskFolder } = flags;
    if (heatmapFolder !== undefined) requireHeatmaps(detector.model.spec, "--heatmaps");
    if (maskFolder !== undefined) requireHeatmaps(detector.model.spec, "--masks");
    const openFolder = async (folder: string | undefined, format: HeatmapFormat) =>
      folder === undefined
        ? undefined
        : await (await import("./_heatmaps.ts")).HeatmapFolder.open(folder, format, resolve);
    const heatmaps = await openFolder(heatmapFolder, flags["heatmap-format"] ?? "png");
    const masks = await openFolder(maskFolder, "mask");
    const massMaps = flags["mass-maps"] === undefined
      ? undefined
      : await openMassMaps(flags["mass-maps"], detector, resolve);
    const { calibrationImages: calibration, fpr } = detector;
    const warning = threshold === undefined ? tooFewImages(fpr, calibration) : undefined;
    if (warning !== undefined) stderr.warn(`${warning}; ${RAISE_FPR}`);
    const shift = new ShiftTest(calibration);
    const id = modelId(bytes);
    const { input, labels } = detector.model;
    const options = readSourceFlags(context, decodedSize(input));
    const entries = readSources<EncodedImage>(context.arguments, {
      ...options,
      ...(shard && { shard }),
      onSpan: ({ from }) => position = from,
      decode: (bytes, options) => ({ bytes, options }), // decoded later, by any free thread
    });
    const outcomes = scoreEntries(entries, detector, {
      workers: threadCount(flags.workers),
      inspect: heatmaps !== undefined || masks !== undefined,
      massMaps: massMaps !== undefined,
      onWarning: (message) => stderr.warn(message),
    });
    for await (const batch of outcomes) {
      const drawn = heatmaps && await heatmaps.drawAll(position, batch, input);
      const masked = masks && await masks.drawAll(position, batch, input);
      const masses = massMaps && await massMaps.writeAll(position, batch);
      position += batch.length;
      let lines = "";
      for (const [i, entry] of batch.entries()) {
        count++;
        if ("error" in entry) failures++;
        else {
          const { label, verdict } = entry;
          // Known anomalies say nothing about the camera.
          const known = labels !== undefined && label !== undefined && !labels.includes(label);
          const unlike = known ? undefined : shift.add(verdict.p);
          if (unlike) stderr.warn(describeShift(unlike));
          notes.add(entry.path, entry.notes);
        }
        const record = scoreJson(entry, {
          ...{ labels, model: id, calibration },
          ...{ heatmap: drawn?.[i], mask: masked?.[i], massMap: masses?.[i] },
          anomalyFrom: threshold,
          details: flags.fields !== undefined,
        });
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
  if (count === 0 && !shard) throw nothingRead("score");
  notes.end();
  if (failures > 0) stderr.warn(`${failures} of ${count} images could not be scored`);
  return endCode(failures, count);
}

/** The folder of maps of mass, for a model that fits lenses. */
async function openMassMaps(
  folder: string,
  { model: { spec } }: Detector,
  resolve: Context["resolve"],
): Promise<MassMapFolder> {
  if (spec.kind !== "lens-fit") {
    throw usageError(
      `Cannot use --mass-maps as the model must fit lenses: "${spec.name}" does not`,
      "omit it, or train --model lens-fit",
    );
  }
  const pixelScale = Number((spec as LensFitSpec).family.camera["image.pixel_scale"]);
  const { MassMapFolder } = await import("./_mass_maps.ts");
  return await MassMapFolder.open(folder, pixelScale, resolve);
}

/** The line about images that are unlike the calibration. */
function describeShift({ small, of, level }: UnlikeCalibration): string {
  const rounded = Number(level.toPrecision(2)), expected = Math.ceil(level * of);
  return `${small} of the last ${of} images have p <= ${rounded}, where about ${expected} are ` +
    `expected: another camera or day? ${programName()} calibrate makes a model for it`;
}
