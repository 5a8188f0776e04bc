/** `score`: images in, one NDJSON line per image out, in input order. */

import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  type JsonObject,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import { countOf } from "../src/count_of.ts";
import { digestSources, type SourceOptions } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { type LensFitSpec, scoreNames } from "../src/models/mod.ts";
import { PartialFile } from "../src/partial_file.ts";
import { MODEL_FLAGS, nothingRead } from "./_image_batches.ts";
import type { HeatmapFormat } from "./_heatmaps.ts";
import type { MassMapFolder } from "./_mass_maps.ts";
import { readScoreName, requireHeatmaps, SCORES_NOTE } from "./_models.ts";
import { RAISE_FPR, tooFewImages } from "./_calibration_words.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { openDetector } from "./_open_detector.ts";
import { outputFormat } from "./_out_format.ts";
import { decodedSize } from "./_region.ts";
import { type FileHead, ScoreFile } from "./_score_file.ts";
import { ScoreLines } from "./_score_lines.ts";
import { type MapFolders, scoreStream } from "./_score_stream.ts";
import { checkSameRun, factsFile, readFacts, type RunFacts } from "./_shard_facts.ts";
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
  "format",
  "out",
  "resume",
  "workers",
  "quiet",
] as const;

/** `score`. */
export const command = defineCommand({
  name: "score",
  operands: SOURCE_OPERANDS,
  flags: SCORE_FLAGS,
  fills: ["masks"],
  bare: ["resume"],
  choices: { format: ["ndjson", "csv"] },
  furtherOutputs: ({ out, ...flags }) =>
    out === undefined
      ? []
      : [`${out}.partial`, `${out}.partial.json`, ...keepsFacts(flags) ? [factsFile(out)] : []],
  help: {
    masks: "write a mask per image here, white where it is anomalous",
    format:
      "ndjson or csv, RFC 4180 with a first row of names (default: by the ending of --out, else ndjson)",
    out: "write to this file instead of stdout, under the name FILE.partial until it is complete",
    resume: "go on after the whole lines that an earlier run left in FILE.partial",
  },
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
    "--out is for deno task score:out, which may write. With --shard or --resume it also writes FILE.shard, " +
    "by which merge checks the parts. --resume refuses another model, other flags and other inputs than those in " +
    "FILE.partial.json; a FILE that is complete stays as it is if FILE.shard tells the same. Names of columns are in the first part of a table alone.",
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
  const { out, fields, threshold } = flags;
  const endCode = readMaxErrors(flags["max-errors"]), shard = readShard(flags.shard);
  checkFlags(flags);
  const format = outputFormat(out, flags.format, ENDINGS);
  const { detector, bytes } = await openDetector(context, "score", {
    fpr: flags.fpr,
    score: flags.score,
  });
  let file: ScoreFile | undefined;
  try {
    const { spec, input } = detector.model;
    const details = fields?.includes("parameters") ?? false;
    if (details && detector.detailNames.length === 0) {
      throw usageError(
        `Cannot use --fields parameters as the model must find parameters of images: "${spec.name}" finds none`,
        "lens-fit finds those of a lens",
      );
    }
    readScoreName(flags.score, scoreNames(spec), (message) => stderr.warn(message));
    const lines = new ScoreLines({
      ...{ format, fields, passesFields: context.arguments.includes("-") },
      files: MAP_FIELDS.filter(([flag]) => flags[flag] !== undefined).map(([, field]) => field),
      ...details && { parameters: detector.detailNames.filter((name) => name !== "converged") },
    });
    const folders = await openFolders(context, detector);
    const { calibrationImages, fpr } = detector;
    const warning = threshold === undefined ? tooFewImages(fpr, calibrationImages) : undefined;
    if (warning !== undefined) stderr.warn(`${warning}; ${RAISE_FPR}`);
    const { modelId } = await import("../src/store/mod.ts");
    const model = modelId(bytes);
    const resume = flags.resume !== undefined;
    const head: FileHead = { head: lines.head, hasHead: !shard || shard.index === 1 };
    const list = out !== undefined && shard && context.arguments.includes("-")
      ? await readList(context)
      : undefined;
    const sources: SourceOptions = {
      ...readSourceFlags(
        list ? { ...context, stdin: new Blob([list]).stream() } : context,
        decodedSize(input),
      ),
      ...shard && { shard },
    };
    if (out !== undefined) {
      const run: RunFacts = {
        ...{ shard: shard?.index ?? 1, of: shard?.of ?? 1, model, version: VERSION },
        inputs: await digestSources(context.arguments, sources, list),
        settings: settingsOf({ ...flags, format: format === "csv" ? format : undefined }),
      };
      const complete = resume ? await findComplete(out, run, context) : undefined;
      if (complete) {
        stderr.info(`${out} is complete: ${countOf(complete.records, "record")}`);
        return endCode(complete.errors, complete.records);
      }
      file = await ScoreFile.open(out, resolve(out), {
        ...{ resume, run, keepsFacts: keepsFacts(flags), ...head },
      });
      if (file.before.records > 0) {
        stderr.info(`${out}: goes on after ${countOf(file.before.records, "record")}`);
      }
    } else if (head.hasHead) await stdout.writeText(lines.head);
    const opened = file;
    const end = await scoreStream(context, {
      ...{ detector, model, folders, lines, details, name: out ?? "" },
      sources,
      output: opened
        ? { writeText: (text) => opened.write(text), flush: () => Promise.resolve() }
        : stdout,
      before: opened?.before ?? { records: 0, errors: 0, last: undefined },
    });
    if (end.records === 0 && !shard) throw nothingRead("score");
    if (opened) {
      const { records, errors, span } = end;
      await opened.finish({ ...span, records, errors });
      stderr.info(`wrote ${out}: ${countOf(records, "record")}`);
    }
    if (end.errors > 0) {
      stderr.warn(`${end.errors} of ${end.records} images could not be scored`);
    }
    return endCode(end.errors, end.records);
  } catch (error) {
    if (file && out !== undefined) {
      stderr.progress(undefined);
      if (flags.resume === undefined && error instanceof StrayError && error.code === "usage") {
        await file.discard(); // an image is the output
      } else stderr.info(`finished lines are in ${out}.partial: --resume goes on after them`);
    }
    throw error;
  } finally {
    file?.close();
    detector.dispose();
    stderr.progress(undefined);
  }
}

/** The formats by the endings of `--out`. */
const ENDINGS = { ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson" } as const;

/** Flags of maps, and the fields that name them. */
const MAP_FIELDS = [
  ["heatmaps", "heatmap"],
  ["masks", "mask"],
  ["mass-maps", "mass_map"],
] as const;

function checkFlags(flags: Context["flags"]): void {
  if (flags.fpr !== undefined && flags.threshold !== undefined) {
    throw usageError("Cannot use --fpr and --threshold together", "give one of the two");
  }
  if (flags["heatmap-format"] !== undefined && flags.heatmaps === undefined) {
    throw usageError(
      "Cannot use --heatmap-format as --heatmaps must be given",
      "add --heatmaps DIR",
    );
  }
  if (flags.resume !== undefined && flags.out === undefined) {
    throw usageError("Cannot use --resume as --out must be given", "add --out FILE");
  }
}

/** Whether the facts of a run stay beside its complete file. */
function keepsFacts({ shard, resume }: Pick<Context["flags"], "shard" | "resume">): boolean {
  return shard !== undefined || resume !== undefined;
}

/** The flags that decide the records. */
function settingsOf(flags: Context["flags"]): JsonObject {
  const { fpr, threshold, score, fields, format, limit, vectors } = flags;
  const maps = MAP_FIELDS.filter(([flag]) => flags[flag] !== undefined);
  return {
    ...{ fpr, threshold, score, fields, format, limit, vectors, null: flags.null },
    "max-pixels": flags["max-pixels"],
    ...Object.fromEntries(maps.map(([flag]) => [flag, true])), // parts may have folders of their own
  };
}

/** All of stdin, which a part needs at once. */
async function readList({ stdin, signal }: Context): Promise<Uint8Array<ArrayBuffer>> {
  const list = new Uint8Array(await new Response(stdin).arrayBuffer());
  signal.throwIfAborted();
  return list;
}

/**
 * Finds the file that an earlier run completed.
 *
 * @returns Its facts; undefined if there is none, or another run is making it anew, or none of its facts are
 *   there, so that it must be made anew.
 * @throws {StrayError} `usage` If another run made it; `input` If it has changed since.
 */
async function findComplete(out: string, run: RunFacts, { resolve, stderr }: Context) {
  const path = resolve(out);
  if (await PartialFile.exists(path)) return undefined;
  const isFile = (name: string) => Deno.stat(name).then((info) => info.isFile, () => false);
  if (!await isFile(path)) return undefined;
  if (!await isFile(factsFile(path))) {
    stderr.warn(
      `${out} is scored anew, as there is no ${factsFile(out)} to tell which run made it`,
    );
    return undefined;
  }
  const facts = await readFacts(path, out, "resume");
  checkSameRun(out, facts, run, out);
  return facts;
}

/** The folders of maps, for the flags that are given. */
async function openFolders(
  { flags, resolve }: Context,
  detector: Detector,
): Promise<MapFolders> {
  const { heatmaps, masks } = flags, { spec } = detector.model;
  if (heatmaps !== undefined) requireHeatmaps(spec, "--heatmaps");
  if (masks !== undefined) requireHeatmaps(spec, "--masks");
  const openFolder = async (folder: string | undefined, format: HeatmapFormat) =>
    folder === undefined
      ? undefined
      : await (await import("./_heatmaps.ts")).HeatmapFolder.open(folder, format, resolve);
  return {
    heatmaps: await openFolder(heatmaps, flags["heatmap-format"] ?? "png"),
    masks: await openFolder(masks, "mask"),
    massMaps: flags["mass-maps"] === undefined
      ? undefined
      : await openMassMaps(flags["mass-maps"], detector, resolve),
  };
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
