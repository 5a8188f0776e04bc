/** Zero padding of windows, in pixels. */

/** Pixels before and after an axis. */
export type Sides = readonly [before: number, after: number];

/** Padding as tfjs's kernels have it. */
export type TfPadding =
  | "same"
  | "valid"
  | number
  | readonly [readonly [0, 0], Sides, Sides, readonly [0, 0]];

/** The windows along an axis. */
interface Windows {
  /** Pixels of the image. */
  readonly size: number;
  /** Pixels of a window. */
  readonly window: number;
  /** Pixels from one window to the next. */
  readonly stride: number;
}

/**
 * The padding of an axis of an image.
 *
 * @param pad The padding as tfjs has it; of `same`, the odd pixel comes last.
 * @param axis 1 for rows, 2 for columns.
 * @param windows The windows.
 */
export function sidesOf(pad: TfPadding, axis: 1 | 2, { size, window, stride }: Windows): Sides {
  if (typeof pad === "number") return [pad, pad];
  if (typeof pad !== "string") return pad[axis];
  if (pad === "valid") return [0, 0];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
