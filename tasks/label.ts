/** `label`: score records in, a label file out: one line with a 0 or 1 per image. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  numberField,
  readScoreRecords,
  type ScoreRecord,
  wrongField,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { describeReach, tooFewImages } from "./_calibration_words.ts";

/** `label`. */
export const command = defineCommand({
  name: "label",
  flags: ["fpr"],
  help: {
    fpr: 'anomalies are records with "p" of at most this (default: records with "anomaly":true)',
  },
  notes: [
    "A 1 is an anomaly, a 0 a normal image. Digits correspond to images by position, so a record " +
    "with an error in place of a score cannot be skipped: label stops there with exit code 1. The " +
    "digits already written are right, but their line lacks its newline: only a line that ends is " +
    "complete.",
  ],
  examples: [
    "deno task score --model m.safetensors - < list.txt | deno task label > labels.txt",
    "deno task label --fpr 0.01 < scores.ndjson > labels.txt",
  ],
  run: label,
});

async function label(
  { flags, stdin, stdout, stderr }: CommandContext<"fpr">,
): Promise<ExitCode> {
  let images = 0, warned = false;
  for await (const record of readScoreRecords(stdin)) {
    await stdout.writeText(isAnomaly(record, flags.fpr) ? "1" : "0");
    images++;
    const warning = warned ? undefined : unreachable(record, flags.fpr);
    if (warning === undefined) continue;
    stderr.warn(warning);
    warned = true;
  }
  if (images === 0) {
    throw new StrayError("empty", "Cannot label stdin as there must be records: found none", {
      hint: "the input must be records of score",
    });
  }
  await stdout.writeText("\n");
  return ExitCode.done;
}

/** The warning about a rate that the calibration behind a record does not allow. */
function unreachable({ fields }: ScoreRecord, fpr: number | undefined): string | undefined {
  const { calibration, threshold } = fields;
  if (typeof calibration !== "number") return undefined;
  if (fpr !== undefined) {
    const warning = tooFewImages(fpr, calibration);
    return warning && `${warning}; raise --fpr, or train or calibrate on more images`;
  }
  if (threshold !== null) return undefined;
  return `the model was calibrated on too few images for the --fpr of score: ${calibration}, ` +
    `${describeReach(calibration)}; no image is called an anomaly`;
}

function isAnomaly(record: ScoreRecord, fpr: number | undefined): boolean {
  if (record.error !== undefined) {
    throw new StrayError(
      "input",
      `Cannot label "${record.path ?? `line ${record.line}`}" as it has no score: ${record.error}`,
      {
        hint: "repair or remove the image, or decide its label: " +
          "jq -c 'if .error then {path, anomaly: true, p: 0} else . end'",
      },
    );
  }
  // The tolerance absorbs the rounding of p, a ratio of whole numbers.
  if (fpr !== undefined) return numberField(record, "p") <= fpr + 1e-12;
  const { anomaly } = record.fields;
  if (typeof anomaly === "boolean") return anomaly;
  throw wrongField(record, "anomaly", "true or false", "give a false positive rate: --fpr 0.05");
}
