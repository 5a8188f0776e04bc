/** `label`: scores in, the label file out: one 0 or 1 an image, one line. */

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

/** `label`. */
export const command = defineCommand({
  name: "label",
  summary: "score records on stdin to one line of 0 and 1, a digit an image",
  flags: ["fpr"],
  help: {
    fpr: 'anomalies are the records with "p" of at most this (default: those with "anomaly":true)',
  },
  notes: [
    "A 1 is an anomaly, a 0 a normal image. The place of a digit says which image it is of, so a record that holds an error in place of a " +
    "score cannot be passed over: label stops there with exit code 1. What it has written is " +
    "right as far as it goes and lacks the newline: only a line that ends is complete.",
  ],
  examples: [
    "deno task score --model m.safetensors - < list.txt | deno task label > labels.txt",
    "deno task label --fpr 0.01 < scores.ndjson > labels.txt",
  ],
  run: label,
});

async function label(
  { flags, stdin, stdout }: CommandContext<"fpr">,
): Promise<ExitCode> {
  let images = 0;
  for await (const record of readScoreRecords(stdin)) {
    await stdout.writeText(isAnomaly(record, flags.fpr) ? "1" : "0");
    images++;
  }
  if (images === 0) {
    throw new StrayError("empty", "Cannot label stdin as there must be records: found none", {
      hint: "the input is what score prints",
    });
  }
  await stdout.writeText("\n");
  return ExitCode.done;
}

function isAnomaly(record: ScoreRecord, fpr: number | undefined): boolean {
  if (record.error !== undefined) {
    throw new StrayError(
      "input",
      `Cannot label "${record.path ?? `line ${record.line}`}" as it has no score: ${record.error}`,
      {
        hint: "mend or leave out the image, or decide what it is: " +
          "jq -c 'if .error then {path, anomaly: true, p: 0} else . end'",
      },
    );
  }
  // p is a ratio of whole numbers: a little is added so that 0.05 is at most 1 - 0.95.
  if (fpr !== undefined) return numberField(record, "p") <= fpr + 1e-12;
  const { anomaly } = record.fields;
  if (typeof anomaly === "boolean") return anomaly;
  throw wrongField(record, "anomaly", "true or false", "give a false positive rate: --fpr 0.05");
}
