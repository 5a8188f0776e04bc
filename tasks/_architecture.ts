/** Values of `--model` before a model is trained: architectures and network files. */

import { type Architecture, ARCHITECTURES } from "../src/models/architectures/mod.ts";
import { KINDS } from "../src/models/kinds.ts";
import { readUserFile } from "./_read_file.ts";

/** Names of the architectures, for the help. */
export const ARCHITECTURE_NAMES: string = Object.keys(ARCHITECTURES).join(", ");

/** Names of all models that can be trained, for the help. */
export const MODEL_NAMES: string = [ARCHITECTURE_NAMES, ...Object.keys(KINDS)].join(", ");

/** Description of network files, for the help. */
export const NETWORK_NOTE =
  "A network of your own is a JSON file: lists of layers from the image to a code and back. Layers " +
  "are conv2d, conv2dTranspose, dense, batchNorm, activation, maxPool, lstm, repeat, " +
  "gaussianNoise, dropout, upsample and reshape. Optional settings are name, latent (units of a " +
  "Gaussian latent), loss, beta and output (sigmoid or linear). Start from a built-in one: summary " +
  "--json cae | jq .network > net.json. For images of 8 x 8: " +
  '{"encoder": [{"type": "reshape", "shape": [64]}, ' +
  '{"type": "dense", "units": 8, "activation": "relu"}], ' +
  '"decoder": [{"type": "dense", "units": 64}, {"type": "reshape", "shape": [8, 8, 1]}]}';

/** Whether `--model` is a network file. */
export function isNetworkFile(model: string): boolean {
  return model.toLowerCase().endsWith(".json");
}

/**
 * Reads a network file.
 *
 * @param path Its absolute path.
 * @param name Its path as the user gave it.
 * @returns The architecture.
 * @throws {StrayError} If it cannot be read; `usage` if it is invalid.
 */
export async function readNetworkFile(path: string, name: string): Promise<Architecture> {
  const { parseNetworkFile } = await import("../src/models/network_file.ts");
  return parseNetworkFile(
    new TextDecoder().decode(await readUserFile(path, name, "network")),
    name,
  );
}
