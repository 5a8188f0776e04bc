/** Whether an array can be read as images, from its header. */

import { StrayError } from "../errors.ts";
import type { ArrayHeader } from "./_array_header.ts";
import type { ElementType } from "./_element.ts";
import { formatShape, type Layout, readLayout } from "./_layout.ts";

/** An array of at most this many bytes is held whole where it cannot be read piece by piece. */
export const HELD = 1 << 28;

/** What is read of an array, and how. */
export interface ArrayLimits {
  /** Images of more pixels are refused. */
  readonly maxPixels: number;
  /** Two axes are a list of vectors, rather than one image. */
  readonly vectors?: boolean | undefined;
}

/** The element type and the layout of images; throws what is wrong with them. */
export function checkArray(
  header: ArrayHeader,
  name: string,
  { maxPixels, vectors = false }: ArrayLimits,
): { type: ElementType; layout: Layout } {
  const { type, typeName, shape } = header;
  const cannot = `Cannot read ${JSON.stringify(name)} as`;
  if (type === undefined) {
    throw new StrayError(
      "format",
      `${cannot} the type of its elements must be bool, an integer or a float of up to 64 bits: ` +
        `current value is ${typeName}`,
    );
  }
  const layout = readLayout(shape, header.fortran, vectors);
  if (typeof layout === "string") {
    throw new StrayError(
      "shape",
      `${cannot} its shape must be ${layout}: current value is ${formatShape(shape)}`,
    );
  }
  const { count, height, width, channels } = layout;
  if (count === 0) {
    throw new StrayError(
      "empty",
      `${cannot} it must hold at least one image: current shape is ${formatShape(shape)}`,
    );
  }
  if (height * width > maxPixels) {
    throw new StrayError(
      "too_large",
      `${cannot} its images must have at most ${maxPixels} pixels: ` +
        `current size is ${width} x ${height}`,
      { hint: `raise the limit with --max-pixels ${height * width} if the file can be trusted` },
    );
  }
  const bytes = count * height * width * channels * type.size;
  if (header.fortran && count > 1 && bytes > HELD) {
    throw new StrayError(
      "too_large",
      `${cannot} an array in Fortran order must have at most ${HELD} bytes: ` +
        `current size is ${bytes}`,
      { hint: "save it with numpy.ascontiguousarray" },
    );
  }
  return { type, layout };
}
