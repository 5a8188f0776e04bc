/** The contents of a report, before it is a page. */

import type { Figure } from "../figures/mod.ts";

/** A number at the head of the page. */
export interface Headline {
  readonly name: string;
  readonly value: string;
  /** Such as an interval. @default {""} */
  readonly note?: string;
}

/** An image with pictures made of it. */
export interface GalleryItem {
  /** Its path. */
  readonly path: string;
  /** A shorter name. */
  readonly name: string;
  /** Words below it. */
  readonly caption: string;
  /** Addresses of its pictures. */
  readonly pictures: readonly string[];
}

/** Images side by side. */
export interface Gallery {
  readonly title: string;
  readonly note: string;
  readonly items: readonly GalleryItem[];
}

/** The decision at some p, and where the marks of the figures are. */
export interface DecisionStop {
  readonly p: number;
  /** The score above which p is so small; null if there is none. */
  readonly threshold: number | null;
  /** Anomalies and normal images above, and images of neither kind. */
  readonly found: number;
  readonly mistaken: number;
  readonly unknown: number;
  /** Translations of marks by name. */
  readonly marks: Readonly<Record<string, readonly [x: number, y: number]>>;
}

/** The decision, as a slider changes it. */
export interface Decision {
  /** Numbers of anomalies, normal images, and images of neither kind. */
  readonly positives: number;
  readonly negatives: number;
  readonly unknown: number;
  /** The verdicts of the records. */
  readonly asScored: Omit<DecisionStop, "p">;
  /** By p, ascending. */
  readonly stops: readonly DecisionStop[];
}

/** Small images on sheets, for the table. */
export interface Thumbnails {
  /** Addresses of the sheets. */
  readonly sheets: readonly string[];
  /** Width and height of an image, pixels. */
  readonly width: number;
  readonly height: number;
  /** Images per row of a sheet, and per sheet. */
  readonly columns: number;
  readonly perSheet: number;
}

/** All scored images as columns. */
export interface ImageTable {
  /** Beginning of all paths. */
  readonly prefix: string;
  /** The rest of each path. */
  readonly paths: readonly string[];
  readonly scores: readonly number[];
  /** Null where a record has none. */
  readonly p: readonly (number | null)[];
  /** Indices of labels, -1 for none. */
  readonly labels: readonly number[];
  readonly labelNames: readonly string[];
  /** Per image `n` normal, `a` anomaly, `u` unknown. */
  readonly kinds: string;
  /** Per image `1` if its record says that it is an anomaly. */
  readonly verdicts: string;
  /** Index of each image among the thumbnails, -1 for none. */
  readonly places: readonly number[];
}

/** An image that could not be scored. */
export interface Failure {
  readonly path: string;
  readonly code: string;
  readonly reason: string;
}

/** A recipe of simulated lenses. */
export interface Recipe {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** The contents of a report; parts without data are left out. */
export interface ReportContents {
  readonly title: string;
  /** A sentence below the title. */
  readonly summary: string;
  readonly headlines: readonly Headline[];
  /** Sentences that the reader must know, such as images that are missing. */
  readonly notices: readonly string[];
  /** The model, as names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly scores?: Figure | undefined;
  /** ROC curve and precision and recall. */
  readonly rankings: readonly Figure[];
  readonly calibration?: Figure | undefined;
  readonly decision?: Decision | undefined;
  readonly galleries: readonly Gallery[];
  /** Figures of simulated lenses. */
  readonly lenses: readonly Figure[];
  /** Recipes of simulated lenses: parameters and their distributions. */
  readonly recipes: readonly Recipe[];
  /** Losses, pixels and the map of latents. */
  readonly model: readonly Figure[];
  readonly table: ImageTable;
  readonly thumbnails?: Thumbnails | undefined;
  readonly failures: readonly Failure[];
}
