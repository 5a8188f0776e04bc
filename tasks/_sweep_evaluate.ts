/** How well a model of a sweep finds the anomalies of a labelled source. */

import type { CommandContext } from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import { evaluate } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import type { ModelFile } from "../src/store/mod.ts";
import { SOURCE_FLAGS, sourceOptions } from "./_source_options.ts";

/** What the evaluation is told. */
type Context = CommandContext<
  typeof SOURCE_FLAGS[number] | "test" | "positive" | "seed" | "backend" | "workers"
>;

/**
 * Scores `--test`, and measures how well its anomalies are found.
 *
 * @param model The model.
 * @param context What the command is given; stdin is not read.
 * @returns Fields of a record.
 * @throws {StrayError} The first image that fails; `label` or `empty` If labels do not tell both
 * anomalies and normal images.
 */
export async function evaluateModel(
  model: ModelFile,
  context: Context,
): Promise<Readonly<Record<string, unknown>>> {
  const { flags, stderr } = context;
  const { Detector, scoreEntries } = await import("../src/detection/mod.ts");
  const detector = await Detector.open(model, { backend: flags.backend });
  const scores: number[] = [], positives: number[] = [];
  try {
    const { limit: _, hashes: __, ...options } = sourceOptions(
      context,
      model.input.resizes ? model.input : undefined,
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
      stderr.progress(`${scores.length} images scored`);
    }
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  const n = scores.length, strange = positives.reduce((a, b) => a + b, 0);
  if (strange === 0 || strange === n) {
    throw new StrayError(
      "empty",
      `Cannot evaluate as --test must have both anomalies and normal images: current numbers are ` +
        `${strange} and ${n - strange}`,
      { hint: "name the labels of the anomalies: --positive A,B" },
    );
  }
  const { auroc, aurocInterval, averagePrecision, bestF1 } = evaluate(
    Float64Array.from(scores),
    Uint8Array.from(positives),
    { random: new Random(flags.seed ?? 0) },
  );
  const short = (value: number) => Number(value.toPrecision(6));
  return {
    n,
    positives: strange,
    auroc: short(auroc),
    auroc_ci: aurocInterval.map(short),
    average_precision: short(averagePrecision),
    best_f1: short(bestF1),
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
      `Cannot evaluate as it must be known which images are anomalies: "${path}" is of unknown kind`,
      { hint: "use a labelled --test, and name its anomalies: --positive A,B" },
    );
  }
  return positive ? positive.includes(label) : !normal!.includes(label);
}
