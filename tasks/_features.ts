/** The features that `train` compares: by name, or a graph of the user's. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { Features, Normalisation, UserGraph } from "../src/models/mod.ts";
import { readUserFile } from "./_read_file.ts";

/** Features as the flags choose them. */
interface ChosenFeatures {
  readonly features?: Features | undefined;
  readonly graph?: UserGraph | undefined;
}

/**
 * Reads `--features`, `--layers` and `--normalize`.
 *
 * @throws {StrayError} `usage` If a flag is wrong or has no graph; as `measureGraph`.
 */
export async function readFeatures(
  { flags, resolve }: CommandContext<"features" | "layers" | "normalize" | "backend">,
): Promise<ChosenFeatures> {
  const { features: name, layers, normalize, backend } = flags;
  if (!isGraph(name)) {
    const alone = layers ? "--layers" : normalize !== undefined ? "--normalize" : undefined;
    if (alone === undefined) return { features: name };
    throw usageError(
      `Cannot use ${alone} as --features must be a graph in ONNX format`,
      "add --features FILE.onnx",
    );
  }
  const normalisation = normalize === undefined ? undefined : parseNormalisation(normalize);
  const bytes = await readUserFile(resolve(name), name, "graph");
  const { readGraph } = await import("../src/detection/mod.ts");
  return { graph: await readGraph(bytes, { name, layers, normalisation, backend }) };
}

function isGraph(name: string | undefined): name is `${string}.onnx` {
  return name !== undefined && /\.onnx$/i.test(name);
}

/** Parses `--normalize`; undefined for ImageNet's numbers. */
function parseNormalisation(text: string): Normalisation | undefined {
  if (text === "imagenet") return undefined;
  if (text === "none") return { mean: [0], deviation: [1] };
  const [mean = [], deviation = [], ...more] = text.split("/").map((part) =>
    part.split(",").map((number) => number.trim() === "" ? NaN : Number(number))
  );
  const isRight = more.length === 0 && deviation.length > 0 &&
    mean.every(Number.isFinite) &&
    deviation.every((number) => Number.isFinite(number) && number > 0);
  if (isRight) return { mean, deviation };
  throw usageError(
    "Cannot use --normalize as it must be imagenet, none or MEAN/DEVIATION, each one number or one per " +
      `channel: current value is "${text}"`,
    "for instance --normalize 0.5,0.5,0.5/0.5",
  );
}
