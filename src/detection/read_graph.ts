/** Reading of graphs that compute the features of patches. */

import { type BackendName, openBackend } from "../compute/mod.ts";
import type { GraphOptions, UserGraph } from "../models/mod.ts";
import { measureGraph } from "../models/patchcore/graph/measure_graph.ts";

/** Options of {@linkcode readGraph}. */
export interface ReadGraphOptions extends GraphOptions {
  /** Where its outputs are measured. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
}

/**
 * Opens a network in ONNX format, whose outputs `patchcore` shall compare.
 *
 * @param bytes The file.
 * @param options Its name, the outputs and the normalisation of its input.
 * @returns The option `graph` of `trainDetector`.
 * @throws {StrayError} `model` If it is damaged or computes no layers of cells; `usage` if an output is missing or the
 * normalisation does not fit; `too_large`; `backend` if the backend or onnxruntime-web cannot be had.
 */
export async function readGraph(
  bytes: Uint8Array,
  { backend, ...options }: ReadGraphOptions,
): Promise<UserGraph> {
  await openBackend(backend);
  return await measureGraph(bytes, options);
}
