/** The pixels of one image, kept at the depth of their source. */

/** A sample of a pixel at source depth. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/**
 * A decoded image.
 *
 * Row-major, y down, channels last: sample `c` of the pixel in column `x` of row `y` is
 * `data[(y * width + x) * channels + c]`.
 */
export interface Image {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha (alpha is straight, not premultiplied). */
  readonly channels: 1 | 2 | 3 | 4;
  /** `width * height * channels` samples. Floats are in the source's own units. */
  readonly data: Samples;
  /** The sample that means white: 255, 65535, or 1 for floats (where it is only nominal). */
  readonly white: number;
  /** Things about this image that a careful user would want to know (NaNs replaced, …). */
  readonly notes?: readonly string[];
}
