/** The images of a container, of any format. */

import type { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";

/** An open container of images. Reads must not overlap. */
export interface ImageSeries {
  /** Maximum number of images; infinite if only reading finds it. */
  readonly count: number;
  /** The name of an image, usually `NAME#INDEX`. */
  nameOf(index: number): string;
  /** The label of an image, if any, once the image is read. */
  labelOf(index: number): string | undefined;
  /** Throws if the index is known to be too large. */
  checkIndex(index: number): void;
  /**
   * Reads an image; cheap in ascending order.
   *
   * @returns The image; undefined at the end.
   * @throws {StrayError} If this image cannot be read; later ones may be readable.
   */
  read(index: number): Promise<Image | undefined>;
  /**
   * The reason why `read` found the end.
   *
   * @param index The image.
   * @param whole Whether all images before it were found.
   * @returns The error; undefined if the series is complete.
   */
  missing(index: number, whole: boolean): StrayError | undefined;
  /** Damage at the end of a compressed file, such as its checksum, once all images are read. */
  findDamage(): Promise<string | undefined>;
  /** Closes the file. */
  close(): Promise<void>;
}
