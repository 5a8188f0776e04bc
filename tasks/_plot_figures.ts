/** Draws the figures of `plot`. */

import type { Detector } from "../src/detection/mod.ts";
import { type Figure, formatNumber, imageFigure } from "../src/figures/mod.ts";
import type { FailedSample } from "../src/datasets/mod.ts";
import {
  calibrationOf,
  latentsOf,
  lensFiguresOf,
  lossesOf,
  MAP_NAMES,
  mapOf,
  pixelsOf,
  rankingsOf,
  rowsOf,
  scoresOf,
} from "./_figures.ts";
import { nothingRead } from "./_image_batches.ts";
import {
  type InspectedImage,
  type InspectedImages,
  inspectImages,
  inspectSources,
  pictureOf,
  type WantedImages,
} from "./_inspected_images.ts";
import { readLensRecords } from "./_lens_records.ts";
import { makeMap } from "./_map.ts";
import type { PlotKind } from "./_plot_kinds.ts";
import type { ReportContext } from "./_report_contents.ts";
import { decodePlan, makePlan } from "./_sample_plan.ts";
import type { ScoredImages } from "./_scored_images.ts";

/** The data of a figure. */
export interface PlotInput {
  readonly detector: Detector;
  /** Sources of images; without any the images of the records are read. */
  readonly sources: readonly string[];
  /** The score records; an error if there are none. */
  readonly scores: () => Promise<ScoredImages>;
  /** Whether records are of the model and of its score, as far as they say. */
  readonly isOwn: (images: ScoredImages) => boolean;
  /** Number of images that the user wants. */
  readonly count: number | undefined;
  readonly context: ReportContext;
  /** Takes note of images that could not be used, beside others that could. */
  readonly onFailed: (failed: readonly FailedSample[]) => void;
}

/** Images per row of a figure of samples. */
const COLUMNS = 8;
/** The same where each column is a class. */
const MOST_COLUMNS = 12;

/** Makes each figure; undefined where the data do not have what it needs. */
export const PLOTS: Readonly<Record<PlotKind, (input: PlotInput) => Promise<Figure | undefined>>> =
  {
    loss: ({ detector }) => Promise.resolve(lossesOf(detector.model)),
    scores: async ({ scores, detector, isOwn }) => {
      const images = await scores();
      return scoresOf(images, isOwn(images) ? detector.calibrationScores : undefined);
    },
    roc: async ({ scores, context }) => rankingsOf(await scores(), context.flags.seed)?.roc,
    precision: async ({ scores, context }) =>
      rankingsOf(await scores(), context.flags.seed)?.precision,
    calibration: async ({ scores, detector }) =>
      calibrationOf(await scores(), detector.calibrationImages),
    pixels: async (input) => pixelsOf((await readImages(input, 200, "samples")).images.values()),
    map: drawMap,
    samples: drawSamples,
    images: (input) => drawImages(input, "Images", "thumbnails"),
    reconstructions: async (input) =>
      input.detector.can("errors")
        ? await drawImages(input, "Reconstructions", "inspected")
        : undefined,
    anomalies: drawAnomalies,
    lenses: async (input) => (await lensFigures(input))[0],
    classes: async (input) => (await lensFigures(input))[1],
    strength: async (input) => (await lensFigures(input))[2],
  };

/** Images by number, and their labels. */
interface ReadImages {
  readonly images: ReadonlyMap<number, InspectedImage>;
  readonly labels: ReadonlyMap<number, string>;
}

/** Reads the first images of the sources, or images of the records, evenly chosen. */
async function readImages(
  { detector, sources, scores, count, context, onFailed }: PlotInput,
  usual: number,
  kind: keyof WantedImages,
): Promise<ReadImages> {
  const most = count ?? usual;
  if (sources.length > 0) {
    const found = await inspectSources(sources, most, [kind], detector, context);
    checkRead(found, onFailed);
    return found;
  }
  const { paths, labels } = await scores();
  const wanted = Math.min(most, paths.length);
  const rows = Array.from({ length: wanted }, (_, i) => Math.floor(i * paths.length / wanted));
  const none: WantedImages = { thumbnails: [], inspected: [], latents: [], samples: [] };
  const found = await inspectImages(paths, { ...none, [kind]: rows }, detector, context);
  checkRead(found, onFailed);
  return {
    images: found.images,
    labels: new Map(rows.flatMap((row) => labels[row] === undefined ? [] : [[row, labels[row]]])),
  };
}

/** Refuses to draw nothing, and passes on the images that could not be read. */
function checkRead({ images, failed }: InspectedImages, onFailed: PlotInput["onFailed"]): void {
  if (images.size === 0) throw nothingRead("plot", failed);
  onFailed(failed);
}

/** Images with their labels, and their reconstructions if these were asked for. */
async function drawImages(
  input: PlotInput,
  title: string,
  kind: "thumbnails" | "inspected",
): Promise<Figure> {
  const { images, labels } = await readImages(input, 16, kind);
  const shown = [...images].sort(([a], [b]) => a - b)
    .map(([row, { image, reconstruction }]) => ({
      image: { image, ...reconstruction && { reconstruction } },
      caption: labels.get(row) ?? "",
    }));
  return await rowsOf(shown, title);
}

async function drawMap(input: PlotInput): Promise<Figure | undefined> {
  if (!input.detector.can("encode")) return undefined;
  const { images, labels } = await readImages(input, 1000, "latents");
  const { rows, latents } = latentsOf(images), { map = "pca" } = input.context.flags;
  const plane = await makeMap(map, latents, rows.length, input.context);
  const names: (string | undefined)[] = [];
  for (const row of rows) names[row] = labels.get(row);
  return await mapOf(
    plane,
    rows,
    { labels: names },
    images,
    `${MAP_NAMES[map]} of ${rows.length.toLocaleString("en")} images.`,
  );
}

async function drawSamples({ detector, count = 32, context }: PlotInput): Promise<Figure> {
  const { stdout, stderr, signal, resolve, directory, stdin, flags } = context;
  const nothing = {
    ...{ model: undefined, limit: undefined, null: false, md5: undefined, sha256: undefined },
    ...{ class: undefined, gibbs: undefined, traverse: undefined, between: undefined },
  };
  const plan = await makePlan({
    ...{ stdout, stderr, signal, resolve, directory, stdin, arguments: [] },
    flags: { ...flags, ...nothing, count },
  }, detector);
  const images = await decodePlan(plan, detector, signal), { input } = detector.model;
  const columns = plan.classes ? Math.min(MOST_COLUMNS, plan.columns) : COLUMNS;
  const drawn = images.map((values) => ({ images: [pictureOf(values, input)] }));
  return await imageFigure(drawn, {
    title: `Samples of ${detector.model.spec.name}`,
    rows: [""],
    columns,
  });
}

async function drawAnomalies(input: PlotInput): Promise<Figure | undefined> {
  const images = await input.scores(), { paths, scores, p, labels } = images;
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, input.count ?? 8);
  const wanted: WantedImages = { thumbnails: [], inspected: order, latents: [], samples: [] };
  const found = await inspectImages(paths, wanted, input.detector, input.context);
  checkRead(found, input.onFailed);
  const shown = order.flatMap((row) => {
    const image = found.images.get(row);
    const caption = labels[row] ?? (Number.isNaN(p[row]!) ? "" : `p ${formatNumber(p[row]!, 2)}`);
    return image ? [{ image, caption }] : [];
  });
  const { noHeatmaps } = found;
  if (noHeatmaps !== undefined) input.context.stderr.warn(`there are no heatmaps: ${noHeatmaps}`);
  return await rowsOf(
    shown,
    "Strangest images",
    shown.some(({ image }) => image.heatmap)
      ? "Orange to red is stranger than normal images are."
      : undefined,
  );
}

async function lensFigures({ scores, context }: PlotInput): Promise<Figure[]> {
  const images = await scores();
  return lensFiguresOf(images, await readLensRecords(images.paths, context), context.flags.seed);
}
