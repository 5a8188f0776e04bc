/** `plot`: one figure as SVG or PNG. */

import { type CommandContext, defineCommand, ExitCode, usageError } from "../src/cli/mod.ts";
import { countOf } from "../src/count_of.ts";
import { StrayError } from "../src/errors.ts";
import { didYouMean } from "../src/suggest.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import { warnFailed } from "./_image_batches.ts";
import { readScoreName, scoresOffered } from "./_models.ts";
import { openDetector } from "./_open_detector.ts";
import { MOST_DRAWN, PLOT_KINDS, type PlotKind, wordsOf } from "./_plot_kinds.ts";
import {
  describeForeign,
  openScores,
  readScoredImages,
  type ScoredImages,
} from "./_scored_images.ts";

const PLOT_FLAGS = [
  "model",
  "scores",
  "positive",
  "score",
  "map",
  "count",
  "augment",
  "max-pixels",
  "max-memory",
  "vectors",
  "out",
  "seed",
  "backend",
] as const;

/** The figures that `--augment` changes. */
const CHANGED: readonly PlotKind[] = ["images", "reconstructions", "pixels", "map"];

type Context = CommandContext<typeof PLOT_FLAGS[number]>;

/** `plot`. */
export const command = defineCommand({
  name: "plot",
  operands: {
    name: "KIND",
    help: "the figure, then sources of images",
    least: 1,
    path: "reads",
    words: 1,
    choices: Object.keys(PLOT_KINDS),
  },
  flags: PLOT_FLAGS,
  help: {
    count: `number of images (default: that of the kind; at most ${MOST_DRAWN} are drawn)`,
    augment:
      "of images, reconstructions, pixels and map: change the images first, as train --augment does, " +
      "such as noise:0.2 or dropout:0.5",
    positive: 'labels of the anomalies (default: records with "normal":false)',
    score: "the score of the records, if it is not the model's own",
    map: "map the latents by pca, tsne or umap (default pca)",
    out: "FILE.svg or FILE.png",
    seed: "seed of samples, bootstrap and map (default 0)",
  },
  notes: [
    `The figures: ${
      Object.entries(PLOT_KINDS).map(([kind, { summary }]) => `${kind} (${summary})`).join("; ")
    }.`,
    "Images are those of SRC; without SRC those that the records name. Images that cannot be read are " +
    "left out with a warning, as are records without a score, and the exit code is 3.",
  ],
  examples: [
    "plot loss --model m.safetensors --out loss.svg",
    "plot roc --model m.safetensors --scores scores.ndjson --out roc.png",
    "plot reconstructions --model m.safetensors --augment dropout:0.5 --out sheet.png photos",
  ],
  run: plot,
});

async function plot(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  const { out } = flags;
  const [name = "", ...sources] = context.arguments;
  const kind = kindOf(name);
  if (out === undefined || !/\.(svg|png)$/i.test(out)) {
    throw usageError(
      `Cannot plot "${kind}" as --out must be FILE.svg or FILE.png: ` +
        (out === undefined ? "there is none" : `current value is "${out}"`),
      `add --out ${kind}.svg`,
    );
  }
  if (flags.augment && !CHANGED.includes(kind)) {
    throw usageError(
      `Cannot plot "${kind}" with --augment as it must draw images of SRC`,
      `give it to ${CHANGED.join(", ")}`,
    );
  }
  const { most = Infinity, needs } = wordsOf(kind);
  if (flags.count !== undefined && flags.count > most) {
    throw usageError(
      `Cannot plot "${kind}" as --count must be at most ${most}: current value is ${flags.count}`,
      "lower --count",
    );
  }
  await checkWritable(resolve(out));
  const score = readScoreName(flags.score, scoresOffered(), (message) => stderr.warn(message));
  const { detector, bytes: file } = await openDetector(context, "plot", { score });
  try {
    const { PLOTS } = await import("./_plot_figures.ts");
    const { augmentation } = await import("./_augmentation.ts");
    const change = flags.augment && augmentation(flags.augment, detector.model.input, flags.seed);
    const { modelId } = await import("../src/store/mod.ts");
    const foreign = (images: ScoredImages) => describeForeign(images, detector, modelId(file));
    let failures = 0;
    const readScores = async () => {
      const stream = await openScores(flags.scores, context);
      const images = await readScoredImages(stream, context, flags.positive, flags.scores);
      const warning = foreign(images);
      if (warning !== undefined) stderr.warn(warning);
      if (images.failures.length > 0) {
        const without = countOf(images.failures.length, "record has", "records have");
        stderr.warn(`${without} no finite score: left out`);
      }
      failures += images.failures.length;
      return images;
    };
    let read: Promise<ScoredImages> | undefined;
    const figure = await PLOTS[kind]({
      ...{ detector, sources, count: flags.count },
      context: { ...context, change },
      scores: () => read ??= readScores(),
      isOwn: (images) => foreign(images) === undefined,
      onFailed: (failed) => {
        warnFailed(context, failed);
        failures += failed.length;
      },
    });
    if (!figure) {
      throw new StrayError("empty", `Cannot plot "${kind}" as ${needs}`);
    }
    const { rasterise, standaloneSvg } = await import("../src/figures/mod.ts");
    const svg = standaloneSvg(figure);
    const bytes = /\.png$/i.test(out) ? await rasterise(svg) : new TextEncoder().encode(svg);
    await writeFileAtomically(resolve(out), bytes);
    stderr.info(`wrote ${out}`);
    return failures === 0 ? ExitCode.done : ExitCode.someFailed;
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
}

function kindOf(name: string): PlotKind {
  if (Object.hasOwn(PLOT_KINDS, name)) return name as PlotKind;
  const kinds = Object.keys(PLOT_KINDS);
  throw usageError(
    `Cannot plot "${name}" as there is no such figure`,
    didYouMean(name, kinds, `the figures are ${kinds.join(", ")}`),
  );
}
