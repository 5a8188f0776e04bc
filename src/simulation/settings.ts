/** What a series of simulated images is made by. */

import type { LensClass, Recipe, SourceImage } from "../lensing/mod.ts";
import type { PsfImage } from "./psf_image.ts";

/** The formats that images are written in. */
export type ImageFormat = "png" | "png16" | "npy" | "npz" | "fits";

/** How images are made; plain data that Workers can be told. */
export interface SimulationSettings {
  /** What parameters are drawn from. */
  readonly recipe: Recipe;
  /** The classes, in order. */
  readonly classes: readonly LensClass[];
  /** Images a class. */
  readonly count: number;
  /** With a class and an index it names an image. */
  readonly seed: number;
  /** How images are written. */
  readonly format: ImageFormat;
  /** Whether maps of the lens are made too. */
  readonly maps: boolean;
  /** Images for sources; each lens draws one. */
  readonly sources: readonly SourceImage[];
  /** A point spread function that is an image, where the recipe asks for one. */
  readonly psf?: PsfImage | undefined;
  /** The version of stray, for the manifest. */
  readonly version: string;
}

/** One image of a series. */
export interface ImageId {
  /** Its class. */
  readonly lensClass: LensClass;
  /** Its place in the class, from 0. */
  readonly index: number;
}

/**
 * All images of a series, class by class.
 *
 * @param settings What the series is made by.
 * @returns Their names, in the order in which they are written.
 */
export function allImages({ classes, count }: SimulationSettings): ImageId[] {
  return classes.flatMap((lensClass) =>
    Array.from({ length: count }, (_, index) => ({ lensClass, index }))
  );
}

/**
 * The file of an image, from the manifest's folder, as a source names it.
 *
 * @param id Which image.
 * @param settings What the series is made by.
 * @returns Such as `cdm/000017.png`, `cdm.npy#17` or `images.npz#images#1017`.
 */
export function imagePath(
  id: ImageId,
  { format, classes, count }: Pick<SimulationSettings, "format" | "classes" | "count">,
): string {
  if (format === "npy") return `${id.lensClass}.npy#${id.index}`;
  if (format === "npz") {
    return `images.npz#images#${classes.indexOf(id.lensClass) * count + id.index}`;
  }
  return `${imageName(id)}.${format === "fits" ? "fits" : "png"}`;
}

/**
 * The name of an image, without an ending.
 *
 * @param id Which image.
 * @returns Such as `cdm/000017`.
 */
export function imageName({ lensClass, index }: ImageId): string {
  return `${lensClass}/${String(index).padStart(6, "0")}`;
}
