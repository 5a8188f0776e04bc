/** The contents of a report: of a model, score records, and the images that they name. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { formatNumber, formatShare, imageAddress, visibleText } from "../src/figures/mod.ts";
import type { Gallery, Headline, ReportContents } from "../src/pages/mod.ts";
import { countOf } from "../src/count_of.ts";
import { decisionOf } from "./_decision.ts";
import {
  calibrationOf,
  latentsOf,
  lensFiguresOf,
  lossesOf,
  MAP_NAMES,
  mapOf,
  pixelsOf,
  rankingsOf,
  scoresOf,
} from "./_figures.ts";
import {
  type InspectContext,
  type InspectedImage,
  inspectImages,
  shrink,
} from "./_inspected_images.ts";
import { readLensRecords, readRecipes } from "./_lens_records.ts";
import { makeMap } from "./_map.ts";
import { modelFacts } from "./_model_facts.ts";
import { sixDigits, sortLabels } from "./_record_fields.ts";
import { describeForeign, type ScoredImages } from "./_scored_images.ts";
import { drawThumbnails } from "./_thumbnails.ts";

/** Images of each gallery. */
const STRANGEST = 12;
const ORDINARY = 6;
const WRONG = 6;
/** Images of the map. */
const MAPPED = 1000;
/** Images whose pixels are counted; fewer where a reconstruction is a fit. */
const COUNTED = 200;
const COUNTED_FITS = 24;
/** Thumbnails: of the strangest images, and of the most ordinary. */
const THUMBNAILS = [1500, 200] as const;
/** Bytes of the pictures of galleries, encoded, and the sizes that are tried, pixels. */
const PICTURE_BYTES = 700_000;
const SIZES = [112, 80, 56, 40];

/** The context of a report. */
export type ReportContext = InspectContext & {
  readonly flags: InspectContext["flags"] & CommandContext<"map" | "seed">["flags"];
};

/**
 * Gathers everything that a report shows.
 *
 * @param images The score records.
 * @param detector The model.
 * @param id The hash of the model file.
 * @param context Flags, stderr and the caller's folder.
 */
export async function reportContents(
  images: ScoredImages,
  detector: Detector,
  id: string,
  context: ReportContext,
): Promise<ReportContents> {
  const { model } = detector, { paths, scores, normal, failures } = images;
  const { seed = 0 } = context.flags;
  const notices: string[] = [];
  const foreign = describeForeign(images, detector, id);
  if (foreign !== undefined) notices.push(`${foreign[0]!.toUpperCase()}${foreign.slice(1)}.`);
  const calibration = foreign === undefined ? detector.calibrationScores : undefined;
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const chosen = chooseImages(images, order);
  const small = [...new Set([...order.slice(0, THUMBNAILS[0]), ...order.slice(-THUMBNAILS[1])])];
  const sample = evenly(order.length, MAPPED);
  const counted = detector.can("inspect") ? COUNTED_FITS : COUNTED;
  const inspected = await inspectImages(
    paths,
    {
      thumbnails: [...chosen.map(({ rows }) => rows), small].flat(),
      inspected: chosen.flatMap(({ rows }) => rows),
      latents: detector.can("encode") ? sample : [],
      samples: sample.filter((_, k) => k % Math.ceil(sample.length / counted) === 0),
    },
    detector,
    context,
  );
  if (inspected.missing > 0) {
    notices.push(
      `${countOf(inspected.missing, "image")} could not be read again at the path of the record: ` +
        "there is no picture.",
    );
  }
  if (inspected.noHeatmaps !== undefined) {
    notices.push(`There are no heatmaps: ${inspected.noHeatmaps}.`);
  }
  const { latents, rows } = latentsOf(inspected.images);
  const { map: method = "pca" } = context.flags;
  const map = rows.length >= 4 && latents.length > 0
    ? await mapOf(
      await makeMap(method, latents, rows.length, context),
      rows,
      images,
      inspected.images,
      `${MAP_NAMES[method]} of ${rows.length.toLocaleString("en")} of ${
        paths.length.toLocaleString("en")
      } images.`,
    )
    : undefined;
  const score = scoresOf(images, calibration), rankings = rankingsOf(images, seed);
  const figures = { scores: score, roc: rankings?.roc, precision: rankings?.precision };
  const lenses = await readLensRecords(paths, context);
  const facts = [...modelFacts(model, id)];
  const recipes = new Set([...lenses.values()].map(({ recipe }) => recipe));
  if (recipes.size > 0) facts.push(["recipe of the images", [...recipes].join(", ")]);
  const thumbnails = await drawThumbnails(small, inspected.images);
  const prefix = longestPrefix(paths),
    labelNames = sortLabels(images.labels.flatMap((label) => label ?? []));
  const places = new Map(labelNames.map((label, i) => [label, i]));
  return {
    title: `stray report: ${model.spec.name}`,
    summary:
      `${countOf(scores.length, "image")} scored by ${model.spec.name} (${detector.scoreName})` +
      (failures.length > 0 ? `; ${countOf(failures.length, "image")} could not be.` : "."),
    headlines: headlinesOf(images, rankings),
    notices,
    facts,
    scores: score,
    rankings: rankings ? [rankings.roc, rankings.precision] : [],
    calibration: foreign ? undefined : calibrationOf(images, calibration?.length),
    decision: scores.length > 0 ? decisionOf(images, figures, calibration) : undefined,
    galleries: await drawGalleries(chosen, images, inspected.images, prefix),
    lenses: lensFiguresOf(images, lenses, seed),
    recipes: await readRecipes(lenses.values()),
    model: [lossesOf(model), pixelsOf(inspected.images.values()), map].filter((one) =>
      one !== undefined
    ),
    table: {
      prefix: visibleText(prefix),
      paths: paths.map((path) => visibleText(path.slice(prefix.length))),
      scores: Array.from(scores, sixDigits),
      p: Array.from(images.p, (p) => Number.isNaN(p) ? null : Number(p.toPrecision(4))),
      labels: images.labels.map((label) => places.get(label ?? "") ?? -1),
      labelNames: labelNames.map((label) => visibleText(label, 40)),
      kinds: normal.map((kind) => kind === undefined ? "u" : kind ? "n" : "a").join(""),
      verdicts: images.anomalies.map((anomaly) => anomaly ? "1" : "0").join(""),
      places: paths.map((_, i) => thumbnails?.places.get(i) ?? -1),
    },
    thumbnails: thumbnails?.sheets,
    failures,
  };
}

/** Images of one gallery. */
interface Chosen {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly number[];
}

/** Chooses the images of the galleries, the strangest first. */
function chooseImages({ normal, anomalies }: ScoredImages, order: readonly number[]): Chosen[] {
  const missed = order.filter((i) => normal[i] === false && !anomalies[i]);
  const alarms = order.filter((i) => normal[i] === true && anomalies[i]);
  const shown = (all: readonly number[], most: number, which: string) =>
    all.length <= most
      ? "All of them."
      : `${most} of ${all.length.toLocaleString("en")}, ${which}.`;
  return [
    {
      title: "Strangest images",
      note:
        `${
          shown(order, STRANGEST, "those of the highest scores")
        } Image, reconstruction and heatmap, where the model has them; orange to red is stranger than ` +
        "normal images are. Of lenses also the mass beside the smooth one, orange from 3 sigma.",
      rows: order.slice(0, STRANGEST),
    },
    {
      title: "Missed anomalies",
      note: shown(missed, WRONG, "those of the lowest scores"),
      rows: missed.slice(-WRONG).reverse(),
    },
    {
      title: "False alarms",
      note: shown(alarms, WRONG, "those of the highest scores"),
      rows: alarms.slice(0, WRONG),
    },
    {
      title: "Most ordinary images",
      note: shown(order, ORDINARY, "those of the lowest scores"),
      rows: order.slice(-ORDINARY).reverse(),
    },
  ];
}

/** Draws pictures in the largest size in which all fit the page. */
async function drawGalleries(
  chosen: readonly Chosen[],
  { paths, scores, p, labels }: ScoredImages,
  images: ReadonlyMap<number, InspectedImage>,
  prefix: string,
): Promise<Gallery[]> {
  const rows = [...new Set(chosen.flatMap(({ rows }) => rows))].filter((row) => {
    const image = images.get(row)?.image;
    return image !== undefined && Math.min(image.width, image.height) >= 2;
  });
  const pictures = await drawPictures(new Map(rows.map((row) => [row, images.get(row)!])));
  const captionOf = (row: number) =>
    [
      labels[row] === undefined ? [] : `label ${visibleText(labels[row], 40)}`,
      `score ${formatNumber(scores[row]!, 4)}`,
      Number.isNaN(p[row]!) ? [] : `p ${formatNumber(p[row]!)}`,
    ].flat().join(", ");
  return chosen.map(({ title, note, rows }) => ({
    ...{ title, note },
    items: rows.filter((row) => pictures.has(row)).map((row) => ({
      path: paths[row]!,
      name: paths[row]!.slice(prefix.length),
      caption: captionOf(row),
      pictures: pictures.get(row)!,
    })),
  }));
}

/** Addresses of the pictures of images: noise takes ten times the bytes of a drawing. */
async function drawPictures(
  images: ReadonlyMap<number, InspectedImage>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  for (const size of SIZES) {
    const drawn = new Map<number, readonly string[]>();
    let bytes = 0;
    for (const [row, { image, reconstruction, heatmap, mass }] of images) {
      const pictures = [image, reconstruction, heatmap, mass].filter((one) => one !== undefined);
      drawn.set(row, await Promise.all(pictures.map((one) => imageAddress(shrink(one, size)))));
      bytes += drawn.get(row)!.reduce((sum, { length }) => sum + length, 0);
    }
    if (bytes <= PICTURE_BYTES || size === SIZES.at(-1)) return drawn;
  }
  return new Map();
}

function headlinesOf(
  { normal, anomalies, scores }: ScoredImages,
  rankings: ReturnType<typeof rankingsOf>,
): Headline[] {
  const called = anomalies.filter((anomaly) => anomaly).length;
  const headlines: Headline[] = [];
  if (rankings) {
    const [low, high] = rankings.interval;
    headlines.push(
      {
        name: "AUROC",
        value: rankings.auroc.toFixed(3),
        note: `95 %: ${low.toFixed(3)} to ${high.toFixed(3)}`,
      },
      { name: "average precision", value: rankings.averagePrecision.toFixed(3) },
    );
  }
  for (const [name, kind] of [["anomalies found", false], ["false alarms", true]] as const) {
    const all = normal.filter((one) => one === kind).length;
    if (all === 0) continue;
    const above = normal.filter((one, i) => one === kind && anomalies[i]).length;
    headlines.push({
      name,
      value: formatShare(above / all),
      note: `${above.toLocaleString("en")} of ${all.toLocaleString("en")}`,
    });
  }
  headlines.push({
    name: "called anomalies",
    value: called.toLocaleString("en"),
    note: `of ${countOf(scores.length, "image")}`,
  });
  return headlines;
}

/** Some of the first whole numbers, evenly chosen. */
function evenly(length: number, most: number): number[] {
  const wanted = Math.min(most, length);
  return Array.from({ length: wanted }, (_, i) => Math.floor(i * length / wanted));
}

/** The folders, and the container, that all paths begin with. */
function longestPrefix(paths: readonly string[]): string {
  const [first = "", ...rest] = paths;
  const endBefore = (end: number) =>
    Math.max(first.lastIndexOf("/", end - 1), first.lastIndexOf("#", end - 1)) + 1;
  let length = endBefore(first.length);
  for (const path of rest) {
    while (length > 0 && !path.startsWith(first.slice(0, length))) {
      length = length === 1 ? 0 : endBefore(length - 1);
    }
  }
  return first.slice(0, length);
}
