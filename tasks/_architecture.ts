/** What `--model` may be where no model is trained yet. */

import { StrayError } from "../src/errors.ts";
import { type Architecture, ARCHITECTURES } from "../src/models/architectures/mod.ts";
import { KINDS } from "../src/models/kinds.ts";

/** The names of the architectures, for the help. */
export const ARCHITECTURE_NAMES: string = Object.keys(ARCHITECTURES).join(", ");

/** The names of all models that can be trained, for the help. */
export const MODEL_NAMES: string = [ARCHITECTURE_NAMES, ...Object.keys(KINDS)].join(", ");

/** What a network file is, for the help. */
export const NETWORK_NOTE =
  "A network of your own is a JSON file: lists of layers from the image to a code and back. Layers are " +
  "conv2d, conv2dTranspose, dense, batchNorm, activation, maxPool, lstm, repeat, gaussianNoise, " +
  "dropout, upsample and reshape; besides them it may say name, latent (units of a Gaussian latent), " +
  "loss, beta and output (sigmoid or linear). Start from a known one: summary --json cae | jq .network > net.json. For " +
  "images of 8 x 8: " +
  '{"encoder": [{"type": "reshape", "shape": [64]}, ' +
  '{"type": "dense", "units": 8, "activation": "relu"}], ' +
  '"decoder": [{"type": "dense", "units": 64}, {"type": "reshape", "shape": [8, 8, 1]}]}';

/** Whether a model is given as a network file. */
export function isNetworkFile(model: string): boolean {
  return model.toLowerCase().endsWith(".json");
}

/**
 * The architecture of a network file.
 *
 * @param path As the system takes it.
 * @param name As the user gave it.
 * @returns The architecture.
 * @throws {StrayError} `not_found` or `denied` If it cannot be read; `usage` if it is not as it must be.
 */
export async function readNetworkFile(path: string, name: string): Promise<Architecture> {
  const { parseNetworkFile } = await import("../src/models/network_file.ts");
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    const reason = missing ? "there is no such file" : (cause as Error).message;
    const message = `Cannot read the network "${name}" as ${reason}`;
    throw new StrayError(missing ? "not_found" : "denied", message, { cause });
  }
  return parseNetworkFile(text, name);
}
