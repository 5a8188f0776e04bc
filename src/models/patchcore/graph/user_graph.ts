/** A graph that a user gives to a training, as far as it must be known before. */

import { StrayError } from "../../../errors.ts";
import type { ImageShape } from "../../../shape.ts";
import type { GraphSpec } from "../spec.ts";

/** A graph of a user's, opened and measured. */
export interface UserGraph {
  /** The name of its file, for errors. */
  readonly name: string;
  /** The bytes of its file, in memory that threads share. */
  readonly file: Uint8Array;
  /** How it computes features. */
  readonly spec: GraphSpec;
  /** The only size of images that it takes. @default {any} */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/**
 * Asserts that a graph takes images.
 *
 * @throws {StrayError} `shape` If it takes another size, or grey images alone.
 */
export function requireInput(
  { name, size, spec }: UserGraph,
  [height, width, channels]: ImageShape,
): void {
  const start = `Cannot compute features by "${name}" as images must`;
  if (size && (size.width !== width || size.height !== height)) {
    const wanted = `${size.width}x${size.height}`;
    throw new StrayError(
      "shape",
      `${start} be ${size.width} x ${size.height}, as the graph takes no others: ` +
        `current size is ${width} x ${height}`,
      { hint: `add --size ${wanted}, or export the graph with free height and width` },
    );
  }
  if (channels > spec.mean.length) {
    throw new StrayError("shape", `${start} be grey, as the graph has one channel`, {
      hint: "add --channels grey",
    });
  }
}
