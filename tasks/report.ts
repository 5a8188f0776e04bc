/** `report`: a model and its scores as one HTML page. */

import { type CommandContext, defineCommand, ExitCode, usageError } from "../src/cli/mod.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import { readScoreName, scoresOffered } from "./_models.ts";
import { openDetector } from "./_open_detector.ts";
import { openScores, readScoredImages } from "./_scored_images.ts";
import { countOf } from "../src/count_of.ts";

const REPORT_FLAGS = [
  "model",
  "scores",
  "positive",
  "score",
  "map",
  "max-pixels",
  "max-memory",
  "vectors",
  "out",
  "seed",
  "backend",
] as const;

/** `report`. */
export const command = defineCommand({
  name: "report",
  operands: {
    name: "-",
    help: "score records on stdin, the same as --scores -",
    least: 0,
    most: 1,
    path: "reads",
  },
  flags: REPORT_FLAGS,
  help: {
    positive: 'labels of the anomalies (default: records with "normal":false)',
    score: "the score of the records, if it is not the model's own",
    map: "map the latents by pca, tsne or umap (default pca)",
    out: "the HTML file (default report.html)",
    seed: "seed of the bootstrap and the map (default 0)",
  },
  notes: [
    "One page that loads nothing: the model, losses, scores with calibration and threshold, ROC and " +
    "precision-recall curves, a check of the p-values, a slider for p, the strangest and the most " +
    "ordinary images beside reconstruction and heatmap, missed anomalies and false alarms, a map of the " +
    "latents, pixels, and a table of all images. Parts without data are left out.",
    "Images are read again at the paths of the records, relative to the current folder; those that are gone " +
    "have no pictures. Lenses that simulate made are known by its manifest.",
  ],
  examples: [
    "report --model m.safetensors --scores scores.ndjson --out report.html",
    "deno task score --model m.safetensors photos | deno task report --model m.safetensors -",
  ],
  run: report,
});

async function report(context: CommandContext<typeof REPORT_FLAGS[number]>): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  const { out = "report.html" } = flags;
  const [operand] = context.arguments;
  if (operand !== undefined && (operand !== "-" || flags.scores !== undefined)) {
    throw usageError(
      `Cannot report on "${operand}" as scores come from --scores FILE, or from stdin with -`,
      "give one of the two",
    );
  }
  const stream = await openScores(flags.scores ?? operand, context);
  await checkWritable(resolve(out));
  const images = await readScoredImages(stream, context, flags.positive, flags.scores);
  const score = readScoreName(flags.score, scoresOffered(), (message) => stderr.warn(message));
  const { detector, bytes } = await openDetector(context, "report", { score });
  try {
    const { modelId } = await import("../src/store/mod.ts");
    const { reportContents } = await import("./_report_contents.ts");
    const { reportPage } = await import("../src/pages/mod.ts");
    const contents = await reportContents(images, detector, modelId(bytes), context);
    for (const notice of contents.notices) stderr.warn(notice);
    const page = new TextEncoder().encode(reportPage(contents));
    await writeFileAtomically(resolve(out), page);
    stderr.info(
      `wrote ${out}: ${countOf(images.paths.length, "image")}, ${Math.ceil(page.length / 1000)} kB`,
    );
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  await stdout.flush();
  return ExitCode.done;
}
