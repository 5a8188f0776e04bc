/** The pixels of one image, at the depth of their source. */

/** Samples at source depth. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/**
 * A decoded image.
 *
 * Row-major, y down, channels last: sample `c` of the pixel in column `x` of row `y` is
 * `data[(y * width + x) * channels + c]`.
 */
export interface Image {
  /** Number of columns, at least 1. */
  readonly width: number;
  /** Number of rows, at least 1. */
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha (alpha is straight, not premultiplied). */
  readonly channels: 1 | 2 | 3 | 4;
  /** `width * height * channels` samples. Floats are in the source's own units. */
  readonly data: Samples;
  /** The sample value of white: 255, 65535, or (nominally) 1 for floats. */
  readonly white: number;
  /** Whether it is a list of numbers, one row, whose neighbours may be unrelated. @default {false} */
  readonly vector?: boolean;
  /** 1 for each sample that was not finite, and was replaced. @default {none was} */
  readonly missing?: Uint8Array | undefined;
  /** Notes for a careful user, such as samples that were replaced. */
  readonly notes?: readonly string[];
}
