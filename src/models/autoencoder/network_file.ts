/**
 * Networks without code: an architecture from a JSON file.
 *
 * The file is an object with `encoder` and `decoder`, lists of layers as `Layer` describes them, and
 * optionally `name`, `latent` (units of a Gaussian latent; 0 for none), `loss`, `beta` and `output`.
 * The shape of the images comes from the data.
 */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import type { ModelOptions } from "../model_type.ts";
import { LAYER, LOSS, NATURAL, NON_NEGATIVE } from "../network/layer_schema.ts";
import { type Architecture, autoencoder, type Layers } from "./architectures/architecture.ts";
import { cannotBuild, describeNetwork } from "./describe.ts";
import { type AutoencoderSpec, OUTPUT } from "./spec.ts";
import { autoencoderScores } from "./type.ts";
import { GLOBAL_AND_LOCAL, SHARP_AND_LOCAL } from "../scores.ts";

/** A network that its user wrote: an architecture for images of any shape. */
type NetworkFile = Required<Omit<AutoencoderSpec, "inputShape" | "kind">>;

/** The hint where a layer cannot take what reaches it. */
const OTHER_SHAPE =
  "a network file often fits images of one shape alone: give that shape by --size and --channels, or change the layers";

const layers = v.pipe(v.array(LAYER), v.minLength(1), v.maxLength(1000));

const NETWORK_FILE: v.GenericSchema<unknown, NetworkFile> = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100)), "custom"),
  encoder: layers,
  latent: v.optional(NATURAL, 0),
  decoder: layers,
  loss: v.optional(LOSS, "mse"),
  beta: v.optional(NON_NEGATIVE, 1),
  output: v.optional(OUTPUT, "sigmoid"),
});

/**
 * Reads a network file.
 *
 * @param text Its content.
 * @param file Its name, for errors.
 * @returns The architecture; whether its shapes fit shows when it is built for images.
 * @throws {StrayError} `usage` If it is no JSON, or an entry is wrong: the message names the entry and
 * the expected value.
 */
export function parseNetworkFile(text: string, file: string): Architecture {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message.replaceAll(/\s+/g, " ");
    throw new StrayError(
      "usage",
      `Cannot use the network "${file}" as it must be JSON: ${reason}`,
      {
        cause,
      },
    );
  }
  if (Array.isArray(json)) {
    throw new StrayError("usage", `Cannot use the network "${file}" as it must be an object`, {
      hint: "see `train --help` for an example",
    });
  }
  const result = v.safeParse(NETWORK_FILE, json);
  if (!result.success) throw wrong(file, result.issues[0]);
  const network = result.output;
  return autoencoder({
    summary: `the network of ${file}`,
    scores: autoencoderScores(network),
    options: ["latent", "loss", "reduction", ...network.latent > 0 ? ["beta"] as const : []],
    defaults: {
      steps: 2000,
      learningRate: 1e-3,
      score: network.output === "linear" ? SHARP_AND_LOCAL : GLOBAL_AND_LOCAL,
    },
    build: (options) => buildNetwork(network, file, options),
  });
}

function buildNetwork(
  { name, encoder, latent, decoder, loss, beta, output }: NetworkFile,
  file: string,
  options: ModelOptions,
): Layers {
  if (options.latent !== undefined && latent === 0) {
    throw new StrayError(
      "usage",
      `Cannot use --latent as the network "${file}" must have a Gaussian latent: its "latent" is 0`,
      { hint: "change the units of the encoder's last layer in the file" },
    );
  }
  const spec: Layers = {
    name,
    inputShape: options.inputShape,
    encoder,
    latent: options.latent ?? latent,
    decoder,
    loss: options.loss ?? loss,
    beta: latent > 0 ? options.beta ?? beta : 0,
    ...(output === "linear" && { output }),
  };
  try {
    describeNetwork(spec);
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    const { code, hint = code === "shape" ? OTHER_SHAPE : undefined } = error;
    const message = `Cannot use the network "${file}" as ${
      error.message.slice(cannotBuild(name).length)
    }`;
    throw new StrayError(code, message, { hint, cause: error });
  }
  return spec;
}

/** The error for the first wrong entry. */
function wrong(file: string, issue: v.BaseIssue<unknown>): StrayError {
  const keys = (issue.path ?? []).map(({ key }) => key);
  const last = keys.at(-1);
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  const place = placeOf(unknown ? keys.slice(0, -1) : keys);
  const begin = `Cannot use the network "${file}" as ${place}`;
  if (unknown) return new StrayError("usage", `${begin} must have no "${String(last)}"`);
  if (issue.received === "undefined") return new StrayError("usage", `${begin} must be given`);
  return new StrayError(
    "usage",
    `${begin} must ${wanted(issue)}: current value is ${issue.received}`,
  );
}

/** The expectation, as words after "must". */
function wanted({ type, expected, message }: v.BaseIssue<unknown>): string {
  if (type === "min_length") return "have at least one entry";
  if (type === "max_length") return "have fewer entries";
  if (type === "safe_integer") return "be a whole number";
  if (type === "custom" || expected === null) return `be ${message}`;
  const either = expected.replace(/^\((.*)\)$/, "$1").replaceAll(" | ", " or ");
  return `be ${
    either.replace("Array", "a list").replace("Object", "an object").replace(/^>=/, "at least ")
  }`;
}

/** `encoder[2].kernel`. */
function placeOf(keys: readonly unknown[]): string {
  if (keys.length === 0) return "the file";
  return keys.map((key, i) => typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${key}`)
    .join("");
}
