/** An array's shape as images. */

type Axis = "image" | "row" | "column" | "channel";

/** The places of images' samples in an array, in elements. */
export interface Layout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** Distance from one image, row, column and channel to the next. */
  readonly strides: Readonly<Record<Axis, number>>;
  /** Whether the array is one image, not a series of one. */
  readonly single: boolean;
  /** Whether the images are vectors. */
  readonly vectors: boolean;
}

/** Supported shapes, for messages. */
const SUPPORTED_SHAPES = "(N, H, W), (N, H, W, C), (N, C, H, W), (H, W, C) or (H, W), C 1, 3 or 4";

const VECTOR_AXES: readonly Axis[] = ["image", "column"];

/**
 * Interprets a shape as images.
 *
 * Two axes are one image. Three are a series of grey images, but one image if only the last has
 * length 1, 3 or 4 (channels last) or the first has length 1. Four are a series with the channels
 * last or second.
 *
 * @param shape Lengths of the axes, in NumPy's order.
 * @param fortran Whether the first axis varies fastest instead of the last.
 * @param vectors Whether two axes are a list of vectors, (N, D), each an image of one row.
 * @returns The layout, or a reason to follow "as its shape must be …".
 */
export function readLayout(
  shape: readonly number[],
  fortran: boolean,
  vectors = false,
): Layout | string {
  const axes = vectors && shape.length === 2 ? VECTOR_AXES : nameAxes(shape);
  if (typeof axes === "string") return axes;
  const lengths = { image: 1, row: 1, column: 1, channel: 1 };
  const strides = { image: 0, row: 0, column: 0, channel: 0 };
  let stride = 1;
  for (let i = 0; i < axes.length; i++) {
    const at = fortran ? i : axes.length - 1 - i;
    lengths[axes[at] as Axis] = shape[at] as number;
    strides[axes[at] as Axis] = stride;
    stride *= shape[at] as number;
  }
  if (!Number.isSafeInteger(stride)) return `${SUPPORTED_SHAPES} of a possible size`;
  if (lengths.row === 0 || lengths.column === 0) return "of images with at least one pixel";
  if (!axes.includes("row")) strides.row = lengths.column; // there is no second row
  return {
    count: lengths.image,
    height: lengths.row,
    width: lengths.column,
    channels: lengths.channel as 1 | 3 | 4,
    strides,
    vectors: axes === VECTOR_AXES,
    single: !axes.includes("image") || axes.length === 3 && lengths.image === 1,
  };
}

function nameAxes(shape: readonly number[]): readonly Axis[] | string {
  const [first, second, third, fourth] = shape;
  if (shape.length === 2) return ["row", "column"];
  if (shape.length === 3) {
    const one = isChannels(third) && !isChannels(first) && !isChannels(second);
    return one ? ["row", "column", "channel"] : ["image", "row", "column"];
  }
  if (shape.length !== 4) return SUPPORTED_SHAPES;
  const last = isChannels(fourth);
  if (last && isChannels(second)) {
    return "such that only the second or only the last of four axes has length 1, 3 or 4";
  }
  if (last) return ["image", "row", "column", "channel"];
  return isChannels(second) ? ["image", "channel", "row", "column"] : SUPPORTED_SHAPES;
}

function isChannels(length: number | undefined): boolean {
  return length === 1 || length === 3 || length === 4;
}

/** Whether the samples of each image are contiguous, in the order of an `Image`. */
export function isDense(layout: Layout): boolean {
  const { width, channels, strides } = layout;
  return (channels === 1 || strides.channel === 1) && strides.column === channels &&
    strides.row === width * channels;
}

/** A shape in NumPy's notation. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}
