/** Figures of models and scored images, for `plot` and `report`. */

import {
  aurocFigure,
  calibrationFigure,
  COLOURS,
  describeArea,
  type Figure,
  type GroupAuroc,
  imageAddress,
  type ImageColumn,
  imageFigure,
  lossFigure,
  mapFigure,
  type MarkedFigure,
  type OperatingPoint,
  pixelFigure,
  pointsWithRoom,
  precisionRecallFigure,
  rocFigure,
  scoreFigure,
  type ScoreGroup,
  signalFigure,
} from "../src/figures/mod.ts";
import { pValue } from "../src/detection/mod.ts";
import { concatenate } from "../src/concatenate.ts";
import { auroc, aurocInterval, averagePrecision, rank, type Ranking } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import type { ModelFile } from "../src/store/mod.ts";
import { type InspectedImage, shrink } from "./_inspected_images.ts";
import type { LensRecord } from "./_lens_records.ts";
import type { PlaneMap } from "./_map.ts";
import { sortLabels } from "./_record_fields.ts";
import { knownKinds, type ScoredImages, thresholdOf } from "./_scored_images.ts";

/** Groups of anomalies by the strength of their substructure. */
const STRENGTHS = 4;
/** Largest width or height of an image on a map, pixels. */
const THUMBNAIL = 36;
/** Bars of a figure by class. */
const MOST_CLASSES = 8;
/** Bootstrap resamples of AUROCs that are compared. */
const RESAMPLES = 300;

/** Methods that map latents, in words. */
export const MAP_NAMES = { pca: "Principal components", tsne: "t-SNE", umap: "UMAP" } as const;

/** The loss curves; undefined for a model that took no steps. */
export function lossesOf({ history, training }: ModelFile): Figure | undefined {
  return history.length > 0 ? lossFigure(history, { bestEpoch: training.bestEpoch }) : undefined;
}

/** The histogram of scores; undefined without any. */
export function scoresOf(
  images: ScoredImages,
  calibration: Float32Array | undefined,
): MarkedFigure<number> | undefined {
  const { scores, normal } = images;
  const group = (label: string, colour: string, kind: boolean | undefined): ScoreGroup => ({
    ...{ label, colour },
    scores: scores.filter((_, i) => normal[i] === kind),
  });
  const some = normal.some((kind) => kind !== undefined);
  const groups = [
    group("normal", COLOURS.normal, true),
    group("anomalies", COLOURS.other, false),
    group(
      some ? "unlabelled" : "images",
      some ? COLOURS.reconstruction : COLOURS.normal,
      undefined,
    ),
  ];
  if (scores.length === 0) return undefined;
  return scoreFigure(groups, {
    calibration,
    p: calibration && ((score) => pValue(calibration, score)),
    threshold: thresholdOf(images),
  });
}

/** The metrics of a ranking, and its curves. */
export interface Rankings {
  readonly ranking: Ranking;
  readonly auroc: number;
  readonly interval: readonly [number, number];
  readonly averagePrecision: number;
  readonly roc: MarkedFigure<OperatingPoint>;
  readonly precision: MarkedFigure<OperatingPoint>;
}

/** ROC curve and precision and recall; undefined unless there are anomalies and normal images. */
export function rankingsOf(images: ScoredImages, seed = 0): Rankings | undefined {
  const { rows, positive } = knownKinds(images);
  if (!positive.includes(1) || !positive.includes(0)) return undefined;
  const ranking = rank(Float64Array.from(rows, (i) => images.scores[i]!), positive);
  const area = auroc(ranking), interval = aurocInterval(ranking, new Random(seed));
  const precision = averagePrecision(ranking);
  const count = (kind: number) =>
    rows.filter((i, k) => positive[k] === kind && images.anomalies[i]).length;
  const point = { truePositives: count(1), falsePositives: count(0) };
  return {
    ...{ ranking, auroc: area, interval, averagePrecision: precision },
    roc: rocFigure(ranking, { point, note: `${describeArea("AUROC", area, interval)}.` }),
    precision: precisionRecallFigure(ranking, {
      point,
      note: `${describeArea("Average precision", precision)}; the dashed line is chance.`,
    }),
  };
}

/** The check of the p-values of normal images; undefined without any. */
export function calibrationOf(
  { normal, p }: ScoredImages,
  calibration: number | undefined,
): Figure | undefined {
  const values = p.filter((value, i) => normal[i] === true && !Number.isNaN(value));
  return values.length > 0 ? calibrationFigure(values, { calibration }) : undefined;
}

/** The histogram of the pixels of images; undefined without any. */
export function pixelsOf(images: Iterable<InspectedImage>): Figure | undefined {
  const samples = [...images].flatMap(({ samples }) => samples ? [samples] : []);
  if (samples.length === 0) return undefined;
  const all = concatenate(Float32Array, samples.map(({ image }) => image));
  const reconstructions = samples.flatMap(({ reconstruction }) =>
    reconstruction ? [reconstruction] : []
  );
  return pixelFigure(all, {
    images: samples.length,
    ...reconstructions.length > 0 &&
      { reconstructions: concatenate(Float32Array, reconstructions) },
  });
}

/** The latents of some images, one after the other, and the rows of these. */
export function latentsOf(
  images: ReadonlyMap<number, InspectedImage>,
): { readonly rows: readonly number[]; readonly latents: Float32Array } {
  const found = [...images].filter(([, { latent }]) => latent).sort(([a], [b]) => a - b);
  return {
    rows: found.map(([row]) => row),
    latents: concatenate(Float32Array, found.map(([, { latent }]) => latent!)),
  };
}

/** The map of latents, with some of the images. */
export async function mapOf(
  { xy }: PlaneMap,
  rows: readonly number[],
  { labels }: Pick<ScoredImages, "labels">,
  images: ReadonlyMap<number, InspectedImage>,
  note: string,
): Promise<Figure> {
  const { image } = images.get(rows[0]!)!;
  const addresses = new Map<number, string>();
  if (Math.min(image.width, image.height) >= 4) {
    for (const point of pointsWithRoom(xy)) {
      const { image } = images.get(rows[point]!)!;
      addresses.set(point, await imageAddress(shrink(image, THUMBNAIL)));
    }
  }
  return mapFigure(xy, {
    labels: rows.map((row) => labels[row]),
    order: sortLabels(rows.flatMap((row) => labels[row] ?? [])),
    aspect: image.width / image.height,
    imageOf: (point) => addresses.get(point),
    note,
  });
}

/** Figures of simulated lenses; none without any. */
export function lensFiguresOf(
  images: ScoredImages,
  lenses: ReadonlyMap<number, LensRecord>,
  seed = 0,
): Figure[] {
  if (lenses.size === 0) return [];
  const { labels, scores, normal } = images;
  const shown = [...lenses].map(([i, { signalToNoise }]) => ({
    ...{ label: labels[i] ?? "", signalToNoise },
    score: scores[i]!,
  }));
  const figures = [signalFigure(shown, sortLabels(shown.map(({ label }) => label)))];
  const anomalies = normal.flatMap((kind, i) => kind === false ? [i] : []);
  const rest = normal.flatMap((kind, i) => kind === true ? [i] : []);
  if (anomalies.length === 0 || rest.length === 0) return figures;
  const group = (label: string, rows: readonly number[]): GroupAuroc => {
    const ranking = rank(
      Float64Array.from([...rest, ...rows], (i) => scores[i]!),
      Uint8Array.from([...rest, ...rows], (_, k) => k < rest.length ? 0 : 1),
    );
    const interval = aurocInterval(ranking, new Random(seed), { resamples: RESAMPLES });
    return { label, count: rows.length, auroc: auroc(ranking), interval };
  };
  const classes = [...Map.groupBy(anomalies, (i) => labels[i] ?? "unlabelled")]
    .sort(([a], [b]) => a < b ? -1 : 1).slice(0, MOST_CLASSES);
  figures.push(
    aurocFigure("AUROC by class", classes.map(([label, rows]) => group(label, rows)), "class"),
  );
  const strong = anomalies.filter((i) => (lenses.get(i)?.strength ?? 0) > 0)
    .sort((a, b) => lenses.get(a)!.strength - lenses.get(b)!.strength);
  if (strong.length >= 2 * STRENGTHS) {
    const groups = Array.from({ length: STRENGTHS }, (_, k) => {
      const rows = strong.slice(
        Math.floor(k * strong.length / STRENGTHS),
        Math.floor((k + 1) * strong.length / STRENGTHS),
      );
      const limit = (i: number | undefined) => Number(lenses.get(i!)!.strength.toPrecision(2));
      return group(`${limit(rows[0])} to ${limit(rows.at(-1))}`, rows);
    });
    figures.push(
      aurocFigure(
        "AUROC by strength of the substructure",
        groups,
        "signal-to-noise of the substructure",
      ),
    );
  }
  return figures;
}

/** An image beside what the model makes of it, as a column of a figure. */
function columnOf(found: InspectedImage, caption: string): ImageColumn {
  return { images: [found.image, found.reconstruction, found.heatmap, found.mass], caption };
}

/** Rows of images, reconstructions, heatmaps and maps of mass, as far as there are any. */
export async function rowsOf(
  images: readonly { readonly image: InspectedImage; readonly caption: string }[],
  title: string,
  note = "",
): Promise<Figure> {
  const columns = images.map(({ image, caption }) => columnOf(image, caption));
  const names = ["image", "reconstruction", "heatmap", "mass"];
  const kept = names.map((_, row) => columns.some(({ images }) => images[row] !== undefined));
  const several = kept.filter((one) => one).length > 1;
  return await imageFigure(
    columns.map(({ images, caption = "" }) => ({
      images: images.filter((_, row) => kept[row]),
      caption,
    })),
    { title, note, rows: several ? names.filter((_, row) => kept[row]) : [""] },
  );
}
