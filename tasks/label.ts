/** `label`: score records in, a label file out: one line with a 0 or 1 per image. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  numberField,
  readScoreRecords,
  type ScoreRecord,
  usageError,
  wrongField,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { benjaminiHochberg } from "../src/metrics/mod.ts";
import {
  describeReach,
  leastP,
  RAISE_FPR,
  tooFewForFdr,
  tooFewImages,
} from "./_calibration_words.ts";
import { NumberList } from "./_number_list.ts";

/** The flags that decide; at most one is given. */
const RULES = ["fpr", "threshold", "top", "fdr"] as const;

/** `label`. */
export const command = defineCommand({
  name: "label",
  flags: RULES,
  help: {
    fpr: 'anomalies are records with "p" of at most this (default: records with "anomaly":true)',
  },
  notes: [
    "A 1 is an anomaly, a 0 a normal image. Digits correspond to images by position, so a record " +
    "with an error in place of a score cannot be skipped: label stops there with exit code 1. The " +
    "digits already written are right, but their line lacks its newline: only a line that ends is " +
    "complete. --top and --fdr compare all images, and write once stdin ends.",
    "--fpr bounds the share of the normal images that are labelled 1; where anomalies are rare, most " +
    "labelled images are then normal. --fdr bounds the expected share of normal images among those " +
    "labelled 1 (Benjamini and Hochberg 1995). p-values that compare with the same calibration " +
    "images depend on each other positively, so that the bound holds (Bates et al. 2023, " +
    "arXiv 2104.08279) for normal images like those that calibrated.",
  ],
  examples: [
    "deno task score --model m.safetensors - < list.txt | deno task label > labels.txt",
    "deno task label --fpr 0.01 < scores.ndjson > labels.txt",
    "deno task label --fdr 0.1 < scores.ndjson > labels.txt",
  ],
  run: label,
});

type Context = CommandContext<typeof RULES[number]>;

async function label(context: Context): Promise<ExitCode> {
  const { flags, stdout } = context;
  const [, second] = RULES.filter((name) => flags[name] !== undefined);
  if (second !== undefined) {
    throw usageError(
      `Cannot label with --${second} as one rule must decide: --${RULES.join(", --")}`,
      "give one of them",
    );
  }
  const images = flags.top !== undefined || flags.fdr !== undefined
    ? await labelTogether(context, flags.top)
    : await labelEach(context);
  if (images === 0) {
    throw new StrayError("empty", "Cannot label stdin as there must be records: found none", {
      hint: "the input must be records of score",
    });
  }
  await stdout.writeText("\n");
  return ExitCode.done;
}

/** Labels image by image, as records come; returns their number. */
async function labelEach({ flags, stdin, stdout, stderr }: Context): Promise<number> {
  let images = 0, found = 0, warned = flags.threshold !== undefined;
  for await (const record of readScoreRecords(stdin)) {
    const anomaly = isAnomaly(record, flags);
    await stdout.writeText(anomaly ? "1" : "0");
    images++;
    if (anomaly) found++;
    const warning = warned ? undefined : unreachable(record, flags.fpr);
    if (warning === undefined) continue;
    stderr.warn(warning);
    warned = true;
  }
  if (images >= MANY && flags.threshold === undefined) {
    stderr.info(
      `${found} of ${images} images are anomalies; a rate of false positives holds for each normal ` +
        "image, so that many images have many: --fdr or --top call fewer anomalies",
    );
  }
  return images;
}

/** Images from which false positives are many, whatever the rate. */
const MANY = 100_000;

/** The warning about a rate that the calibration behind a record does not allow. */
function unreachable({ fields }: ScoreRecord, fpr: number | undefined): string | undefined {
  const { calibration, threshold } = fields;
  if (typeof calibration !== "number") return undefined;
  if (fpr !== undefined) {
    const warning = tooFewImages(fpr, calibration);
    return warning && `${warning}; ${RAISE_FPR}`;
  }
  if (threshold !== null) return undefined;
  return `the model was calibrated on too few images for the --fpr of score: ${calibration}, ` +
    `${describeReach(calibration)}; no image is called an anomaly`;
}

/** Labels by the comparison of all images: those with the highest scores, or by `--fdr`. */
async function labelTogether(
  { flags: { fdr = 0 }, stdin, stdout, stderr }: Context,
  top: number | undefined,
): Promise<number> {
  const values = new NumberList();
  let calibration = Infinity;
  for await (const record of readScoreRecords(stdin)) {
    checkRecord(record);
    values.push(decidingField(record, top === undefined ? "p" : "score"));
    const { calibration: images } = record.fields;
    if (typeof images === "number") calibration = Math.min(calibration, images);
  }
  const all = values.toArray(), count = all.length;
  if (count === 0) return 0;
  if (top !== undefined) {
    if (top > count) stderr.warn(`--top ${top} labels all images: there are ${count}`);
    await writeDigits(stdout, highest(all, top));
    return count;
  }
  const limit = benjaminiHochberg(all, fdr);
  const digits = Uint8Array.from(all, (p) => p <= limit ? 1 : 0);
  const found = digits.reduce((sum, digit) => sum + digit, 0);
  stderr.info(
    found === 0
      ? `no image is an anomaly at a false discovery rate of ${fdr}`
      : `${found} of ${count} images are anomalies: p <= ${limit}` +
        (calibration < Infinity ? `, where p is at least ${leastP(calibration)}` : ""),
  );
  const reason = found === 0 ? tooFewForFdr(fdr, count, calibration) : undefined;
  if (reason !== undefined) stderr.warn(reason);
  await writeDigits(stdout, digits);
  return count;
}

/** 1 for the highest values; of equal ones the first. */
function highest(values: Float64Array, count: number): Uint8Array {
  const order = Uint32Array.from(values, (_, i) => i)
    .sort((a, b) => values[b]! - values[a]! || a - b);
  const digits = new Uint8Array(values.length);
  for (const i of order.subarray(0, count)) digits[i] = 1;
  return digits;
}

async function writeDigits(stdout: Context["stdout"], digits: Uint8Array): Promise<void> {
  const step = 1 << 16;
  for (let from = 0; from < digits.length; from += step) {
    await stdout.writeText(digits.subarray(from, from + step).join(""));
  }
}

function isAnomaly(record: ScoreRecord, { fpr, threshold }: Context["flags"]): boolean {
  checkRecord(record);
  if (threshold !== undefined) return decidingField(record, "score") >= threshold;
  // The tolerance absorbs the rounding of p, a ratio of whole numbers.
  if (fpr !== undefined) return decidingField(record, "p") <= fpr + 1e-12;
  const { anomaly } = record.fields;
  if (typeof anomaly === "boolean") return anomaly;
  throw wrongField(record, "anomaly", "true or false", "give a false positive rate: --fpr 0.05");
}

/** The number by which a rule decides. */
function decidingField(record: ScoreRecord, name: "score" | "p"): number {
  const others = name === "p" ? "by score: --threshold or --top" : "by p: --fpr or --fdr";
  return numberField(record, name, `give records of score, or decide ${others}`);
}

/** Refuses a record of an error, and one whose score or p is wrong, whether it decides or not. */
function checkRecord(record: ScoreRecord): void {
  if (record.error === undefined) {
    for (const name of ["score", "p"]) {
      if ((record.fields[name] ?? null) !== null) numberField(record, name);
    }
    return;
  }
  throw new StrayError(
    "input",
    `Cannot label "${record.path ?? `line ${record.line}`}" as it has no score: ${record.error}`,
    {
      hint: "repair or remove the image, or decide its label: " +
        "jq -c 'if .error then {path, anomaly: true, p: 0} else . end'",
    },
  );
}
