/** `export`: writes a model for other programs. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { EXPORT_FORMATS, type ExportFormat, filesIn, isOwnExport } from "../src/export/mod.ts";
import { basename, dirname, join } from "../src/path.ts";
import { checkWritable, makeFolder, writeFileAtomically } from "../src/write_file.ts";
import { RAISE_FPR, tooFewImages } from "./_calibration_words.ts";
import { readScoreName, scoresOffered } from "./_models.ts";
import { openDetector } from "./_open_detector.ts";
import { outputFormat } from "./_out_format.ts";

/** The formats by the endings of `--out`. */
const ENDINGS = {
  ".onnx": "onnx",
  ".html": "html",
  ".htm": "html",
  ".json": "tfjs",
} as const satisfies Readonly<Record<string, ExportFormat>>;

const EXPORT_FLAGS = ["format", "out", "score", "fpr", "backend"] as const;

/** `export`. */
export const command = defineCommand({
  name: "export",
  operands: { name: "MODEL", help: "the model file", least: 1, most: 1, path: "reads" },
  flags: EXPORT_FLAGS,
  choices: { format: EXPORT_FORMATS },
  help: {
    format:
      "onnx: one file, opset 17, for ONNX Runtime and others; html: a page that scores images that are dropped on it; " +
      "tfjs: a folder with a graph model for tf.loadGraphModel (default: by the ending of --out, or tfjs for a folder)",
    out: "the file; for tfjs the folder, or its model.json",
    score: "the score that is exported, if it is not the model's own",
    fpr: "false positive rate of the output anomaly (default 0.05)",
  },
  notes: [
    "Input of onnx and tfjs: images, float32 [batch, height, width, channels], batches of any number, of the model's size, in the " +
    "units of the files for --scale LOW,HIGH, percentile and none; else integers divided by the largest of their type. " +
    "Resizing, cutting a region and channels are not in the graph: see docs/model-file.md.",
    "Outputs: score, p, anomaly; and as far as the model has them error_map (in units of the largest normal error), " +
    "reconstruction, latent.",
    "A page holds the model file and stray itself, opens from a file, and scores every model as score does, resizing " +
    "included.",
    "Before it is written, made images are scored by the export and by the model: differences of more than 1e-4, or " +
    "another verdict, end the command. patchcore and lens-fit are no graphs: html alone exports them. In a " +
    "clone, deno task build:browser makes the script of html pages once.",
  ],
  examples: [
    "export m.safetensors --out m.onnx",
    "export m.safetensors --out page.html",
    "export --format tfjs m.safetensors --out web-model",
  ],
  furtherOutputs: ({ format = "tfjs", out }) =>
    out !== undefined && format === "tfjs"
      ? filesIn("tfjs").map((name) => join(folderOf(out), name)).filter((name) =>
        name !== join(out)
      )
      : [],
  run: exportModel,
});

async function exportModel(
  context: CommandContext<typeof EXPORT_FLAGS[number]>,
): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  const [model] = context.arguments, { out, fpr } = flags;
  if (out === undefined) {
    throw usageError("Cannot export as --out must be given", "add --out FILE");
  }
  const format = await formatOf(out, flags.format, resolve);
  const names = filesIn(format), path = resolve(names.length > 0 ? folderOf(out) : out);
  if (names.length > 0) await checkEarlierExport(path, folderOf(out), names);
  else await checkWritable(path);
  const score = readScoreName(flags.score, scoresOffered(), (message) => stderr.warn(message));
  const { detector, bytes } = await openDetector(
    { ...context, flags: { ...flags, model } },
    "export",
    { score, fpr },
  );
  try {
    const warning = tooFewImages(detector.fpr, detector.calibrationImages);
    if (warning !== undefined) stderr.warn(`${warning}; ${RAISE_FPR}`);
    const [{ exportDetector }, { recordDetector }, { modelId }] = await Promise.all([
      import("../src/export/mod.ts"),
      import("../src/detection/mod.ts"),
      import("../src/store/mod.ts"),
    ]);
    const options = { score: detector.scoreName, fpr: detector.fpr, name: model };
    const { files, agreement } = await exportDetector(format, {
      detector,
      model: bytes,
      facts: { version: VERSION, metadata: metadataOf(detector, modelId(bytes)) },
      graph: () => recordDetector(detector.model, options),
    });
    if (names.length > 0) await makeFolder(path);
    let size = 0;
    for (const [name, content] of files) {
      await writeFileAtomically(names.length > 0 ? join(path, name) : path, content);
      size += content.length;
    }
    const checked = agreement
      ? `; scores of ${agreement.images} made images differ by at most ${
        agreement.difference.toExponential(1)
      }`
      : "";
    stderr.info(`wrote ${out}: ${Math.ceil(size / 1000)} kB${checked}`);
  } finally {
    detector.dispose();
  }
  return ExitCode.done;
}

/** The format by `--format`, the ending of `--out`, or the folder that it is. */
async function formatOf(
  out: string,
  given: string | undefined,
  resolve: CommandContext["resolve"],
): Promise<ExportFormat> {
  const format = outputFormat(out, given as ExportFormat | undefined, ENDINGS); // by `choices`
  if (format === "tfjs" && folderOf(out) === out && out.toLowerCase().endsWith(".json")) {
    throw usageError(
      `Cannot export as --out must be a folder, or model.json in it: current value is "${out}"`,
      "the graph model is a folder of model.json and weights.bin",
    );
  }
  if (format !== undefined) return format;
  const isFolder = await Deno.stat(resolve(out)).then((info) => info.isDirectory, () => false);
  if (isFolder || out.endsWith("/")) return "tfjs";
  throw usageError(
    `Cannot export as --out must end in ${Object.keys(ENDINGS).slice(0, 2).join(" or ")}, or ` +
      `--format must be given: current value is "${out}"`,
    `add --format ${EXPORT_FORMATS.join(", ")}`,
  );
}

/** The folder of a graph model: its `model.json` stands for it. */
function folderOf(out: string): string {
  return basename(out) === "model.json" ? dirname(out) : out;
}

/**
 * Checks that a folder has no other program's files under the names of an export, and no links, through
 * which other files would change.
 *
 * @param folder Its absolute path.
 * @param out Its name, as the user gave it.
 * @param names The names.
 * @throws {StrayError} `write` If it has.
 */
async function checkEarlierExport(
  folder: string,
  out: string,
  names: readonly string[],
): Promise<void> {
  const found = await Promise.all(
    names.map((name) => Deno.lstat(join(folder, name)).catch(() => undefined)),
  );
  const refuse = (reason: string) => {
    throw new StrayError("write", `Cannot write to "${out}" as ${reason}`, {
      hint: "give another folder, or move it away",
    });
  };
  const info = await Deno.stat(folder).catch(() => undefined);
  if (info && !info.isDirectory) refuse("it must be a folder: it is a file");
  names.forEach((name, i) => {
    if (found[i] && !found[i].isFile) {
      refuse(`its ${name} must be a file: it is a link or a folder`);
    }
  });
  const present = names.filter((_, i) => found[i]);
  if (present.length > 0 && !await isOwnExport(folder)) {
    refuse(`it has ${present.join(" and ")}, which must be an earlier export`);
  }
}

/** Facts for the metadata of an export, as texts. */
function metadataOf(detector: Detector, id: string): Record<string, string> {
  const { model, scoreName, threshold, fpr, calibrationImages } = detector;
  return {
    name: model.spec.name,
    version: VERSION,
    model: id,
    input: JSON.stringify(model.input),
    scale: JSON.stringify(model.input.scale),
    score: scoreName,
    threshold: JSON.stringify(threshold),
    fpr: `${fpr}`,
    calibration: `${calibrationImages}`,
    ...model.labels && { labels: JSON.stringify(model.labels) },
  };
}
