/** Checks that an array can be read as images, by its header. */

import type { ArrayHeader } from "./_array_header.ts";
import type { ElementType } from "./_element.ts";
import { cannotRead } from "./_errors.ts";
import type { MemoryBudget } from "../memory_budget.ts";
import { formatShape, type Layout, readLayout } from "./_layout.ts";

/** Maximum size of an array in memory, for arrays that cannot be read image by image. */
export const MAX_HELD_BYTES = 1 << 28;

/** Limits and interpretation of arrays. */
export interface ArrayLimits {
  /** Maximum number of pixels per image. */
  readonly maxPixels: number;
  /** Whether two axes are a list of vectors instead of one image. */
  readonly vectors?: boolean | undefined;
  /** Memory that large images and arrays share. @default {no limit} */
  readonly memory?: MemoryBudget | undefined;
}

/** The element type and the layout of images; throws if they are not supported. */
export function checkArray(
  header: ArrayHeader,
  name: string,
  { maxPixels, vectors = false }: ArrayLimits,
): { type: ElementType; layout: Layout } {
  const { type, typeName, shape } = header;
  if (type === undefined) {
    throw cannotRead(
      "format",
      name,
      "the type of its elements must be bool, an integer or a float of up to 64 bits: " +
        `current value is ${typeName}`,
    );
  }
  const layout = readLayout(shape, header.fortran, vectors);
  if (typeof layout === "string") {
    const reason = `its shape must be ${layout}: current value is ${formatShape(shape)}`;
    throw cannotRead("shape", name, reason);
  }
  const { count, height, width, channels } = layout;
  if (count === 0) {
    const reason = `it must hold at least one image: current shape is ${formatShape(shape)}`;
    throw cannotRead("empty", name, reason);
  }
  if (height * width > maxPixels) {
    throw cannotRead(
      "too_large",
      name,
      `its images must have at most ${maxPixels} pixels: current size is ${width} x ${height}`,
      `raise the limit with --max-pixels ${height * width} if you trust the file`,
    );
  }
  const bytes = count * height * width * channels * type.size;
  if (header.fortran && count > 1 && bytes > MAX_HELD_BYTES) {
    throw cannotRead(
      "too_large",
      name,
      `an array in Fortran order must have at most ${MAX_HELD_BYTES} bytes: ` +
        `current size is ${bytes}`,
      "save it with numpy.ascontiguousarray",
    );
  }
  return { type, layout };
}
