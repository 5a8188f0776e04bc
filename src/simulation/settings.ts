/** Settings of a series of simulated images. */

import type { LensClass, Recipe, SourceImage } from "../lensing/mod.ts";
import { type Shard, spanOf } from "../shard.ts";
import type { PsfImage } from "./input_images.ts";

/** Output format of images. */
export type ImageFormat = "png" | "png16" | "npy" | "npz" | "fits";

/** Settings of a series; plain data that can be sent to Workers. */
export interface SimulationSettings {
  /** Distributions of the parameters. */
  readonly recipe: Recipe;
  /** Classes, in order. */
  readonly classes: readonly LensClass[];
  /** Images per class. */
  readonly count: number;
  /** Index of the first image of each class. @default {0} */
  readonly start?: number | undefined;
  /** Only one of several contiguous parts of the series is made, in stacks of its own. @default {all} */
  readonly shard?: Shard | undefined;
  /** Seed; together with class and index it identifies an image. */
  readonly seed: number;
  /** Output format. */
  readonly format: ImageFormat;
  /** Whether to compute lens maps too. */
  readonly maps: boolean;
  /** Source images; each lens draws one. */
  readonly sources: readonly SourceImage[];
  /** PSF image, if the recipe asks for one. */
  readonly psf?: PsfImage | undefined;
  /** Version of stray, for the manifest. */
  readonly version: string;
}

/** One image of a series. */
export interface ImageId {
  /** Class. */
  readonly lensClass: LensClass;
  /** Index in the class, from 0. */
  readonly index: number;
}

/**
 * All images of a series, or of its shard, class by class.
 *
 * @param settings Settings of the series.
 * @returns Ids, in output order.
 */
export function allImages({ classes, count, start = 0, shard }: SimulationSettings): ImageId[] {
  const all = classes.flatMap((lensClass) =>
    Array.from({ length: count }, (_, i) => ({ lensClass, index: start + i }))
  );
  if (!shard) return all;
  const { from, to } = spanOf(shard, all.length);
  return all.slice(from, to);
}

/** Whether the images of a format are in files of many. */
export function isStacked(format: ImageFormat): boolean {
  return format === "npy" || format === "npz";
}

/**
 * The path of an image relative to the manifest, in the notation of sources.
 *
 * @param id Image.
 * @param settings Settings of the series, or of its shard, whose stacks count from 0.
 * @returns Such as `cdm/000017.png`, `cdm.npy#17` or `images.npz#images#1017`.
 */
export function imagePath(
  id: ImageId,
  { format, classes, count, start = 0, shard }: Pick<
    SimulationSettings,
    "format" | "classes" | "count" | "start" | "shard"
  >,
): string {
  const first = classes.indexOf(id.lensClass) * count, place = first + id.index - start;
  const from = shard ? spanOf(shard, classes.length * count).from : 0;
  if (format === "npy") return `${id.lensClass}.npy#${place - Math.max(from, first)}`;
  if (format === "npz") return `images.npz#images#${place - from}`;
  return `${imageName(id)}.${format === "fits" ? "fits" : "png"}`;
}

/**
 * The name of an image without extension.
 *
 * @param id Image.
 * @returns Such as `cdm/000017`.
 */
export function imageName({ lensClass, index }: ImageId): string {
  return `${lensClass}/${String(index).padStart(6, "0")}`;
}
