/** Measures how well a model of a sweep finds the anomalies of a labelled source. */

import type { CommandContext, JsonObject } from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import { evaluate } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import type { ModelFile } from "../src/store/mod.ts";
import { sixDigits } from "./_record_fields.ts";
import { decodedSize } from "./_region.ts";
import { readSourceFlags, SOURCE_FLAGS } from "./_source_flags.ts";
import { countOf } from "../src/count_of.ts";

type Context = CommandContext<
  typeof SOURCE_FLAGS[number] | "test" | "positive" | "seed" | "backend" | "workers"
>;

/**
 * Scores `--test`, and measures how well its anomalies are found.
 *
 * @throws {StrayError} The error of the first image that fails; `label` or `empty` if anomalies or
 * normal images are missing, or unlabelled.
 */
export async function evaluateModel(model: ModelFile, context: Context): Promise<JsonObject> {
  const { flags, stderr } = context;
  const { Detector, scoreEntries } = await import("../src/detection/mod.ts");
  const detector = await Detector.open(model, { backend: flags.backend });
  const scores: number[] = [], positives: number[] = [];
  try {
    const { limit: _, hashes: __, ...options } = readSourceFlags(
      context,
      decodedSize(model.input),
    );
    const outcomes = scoreEntries(readSources(flags.test, options), detector, {
      workers: flags.workers ?? navigator.hardwareConcurrency,
      onWarning: (message) => stderr.warn(message),
    });
    for await (const batch of outcomes) {
      for (const entry of batch) {
        if ("error" in entry) throw entry.error;
        scores.push(entry.verdict.score);
        positives.push(isPositive(entry.label, entry.path, flags.positive, model.labels) ? 1 : 0);
      }
      stderr.progress(`${countOf(scores.length, "image")} scored`);
    }
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  const n = scores.length, anomalies = positives.reduce((a, b) => a + b, 0);
  if (anomalies === 0 || anomalies === n) {
    throw new StrayError(
      "empty",
      `Cannot evaluate as --test must have both anomalies and normal images: current numbers are ` +
        `${anomalies} and ${n - anomalies}`,
      { hint: "name the labels of the anomalies: --positive A,B" },
    );
  }
  const { auroc, aurocInterval, averagePrecision, bestF1 } = evaluate(
    Float64Array.from(scores),
    Uint8Array.from(positives),
    { random: new Random(flags.seed ?? 0) },
  );
  return {
    n,
    positives: anomalies,
    auroc: sixDigits(auroc),
    auroc_ci: aurocInterval.map(sixDigits),
    average_precision: sixDigits(averagePrecision),
    best_f1: sixDigits(bestF1),
  };
}

function isPositive(
  label: string | undefined,
  path: string,
  positive: readonly string[] | undefined,
  normal: readonly string[] | undefined,
): boolean {
  if (label === undefined || !positive && !normal) {
    throw new StrayError(
      "label",
      `Cannot evaluate as every image must be known as anomaly or normal: "${path}" is not`,
      { hint: "use a labelled --test, and name the labels of its anomalies: --positive A,B" },
    );
  }
  return positive ? positive.includes(label) : !normal!.includes(label);
}
