/** What the images of a container have in common, whatever its format. */

import type { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";

/** An open container of images. Reads must not overlap. */
export interface Series {
  /** The most images that there can be; infinite where only reading tells. */
  readonly count: number;
  /** The name of an image, mostly `NAME#INDEX`. */
  nameOf(index: number): string;
  /** The label of an image, if it has one; ask once it is read. */
  labelOf(index: number): string | undefined;
  /** Throws if there can be no image of that index. */
  checkIndex(index: number): void;
  /**
   * Reads an image; cheap in rising order.
   *
   * @returns The image, or `undefined` if there is none any more.
   * @throws {StrayError} If it cannot be read; those behind it may still be.
   */
  read(index: number): Promise<Image | undefined>;
  /**
   * Why `read` found no image.
   *
   * @param index The image.
   * @param whole Whether all before it were found.
   * @returns `undefined` if the series is over as it should.
   */
  missing(index: number, whole: boolean): StrayError | undefined;
  /** Once all is read: what is wrong with a packed file's end, such as its checksum, if anything. */
  findDamage(): Promise<string | undefined>;
  /** Closes the file. */
  close(): Promise<void>;
}
