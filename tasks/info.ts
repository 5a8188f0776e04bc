/** `info`: shows the contents of a model file. */

import { type CommandContext, defineCommand, escape, ExitCode } from "../src/cli/mod.ts";
import type { Region } from "../src/images/mod.ts";
import { encodeSpec, modelTypeOf } from "../src/models/mod.ts";
import type { ModelFile, TrainingSummary } from "../src/store/mod.ts";
import { calibrationRecord } from "./_calibration_record.ts";
import { describeCalibration, describeReach } from "./_calibration_words.ts";
import { eachOperand } from "./_each_operand.ts";
import { readUserFile } from "./_read_file.ts";
import { describeAnomalies } from "./_train_report.ts";

/** `info`. */
export const command = defineCommand({
  name: "info",
  operands: { name: "MODEL", help: "model files", least: 1 },
  flags: ["json"],
  help: { json: "print one JSON object per model, with everything except the weights" },
  examples: ["info m.safetensors", "info --json m.safetensors"],
  run: info,
});

async function info(context: CommandContext<"json">): Promise<ExitCode> {
  const { stdout, flags, resolve } = context;
  const { decodeModel, modelId, storedTraining } = await import("../src/store/mod.ts");
  return await eachOperand(context, async (path) => {
    const bytes = await readUserFile(resolve(path), path);
    const model = decodeModel(bytes, path);
    const parameters = [...model.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    const { spec, input, labels, training, history, version, score, calibrations, anomalies } =
      model;
    const calibration = calibrationRecord(model);
    const scores = [...calibrations.keys()];
    if (flags.json) {
      await stdout.write(JSON.stringify({
        path,
        model: modelId(bytes),
        version,
        parameters,
        score,
        scores,
        architecture: JSON.parse(encodeSpec(spec)),
        input,
        labels: labels ?? null,
        calibration,
        training: storedTraining(training),
        ...anomalies && { anomalies },
        history,
      }));
      return;
    }
    const { images } = training, type = modelTypeOf(spec);
    const loss = type.describeLoss?.(spec);
    const lines: (readonly [string, string])[] = [
      ["model", modelId(bytes)],
      ["written by", `stray ${version}`],
      ["architecture", `${spec.name}, ${parameters} values${type.describe(spec)}`],
      ["input", `${input.width} x ${input.height}, ${input.channels === 1 ? "grey" : "RGB"}`],
      ...input.region ? [["region", describeRegion(input.region)] as const] : [],
      ["other sizes", input.resizes ? `resized (${input.fit})` : "refused"],
      ["other channels", input.converts ? "converted" : "refused"],
      ["scale", describeScale(input.scale)],
      ["labels", labels?.join(", ") ?? "none"],
      ...loss === undefined ? [] : [["loss", loss] as const],
      ["images", `${images.training} train, ${images.validation} validate`],
      ["calibration", describeCalibration(calibration)],
      ["p-values", describeReach(calibration.images)],
      ["score", score],
      ...type.scores(spec).filter(({ name }) => calibrations.has(name))
        .map(({ name, summary }) => [`  ${name}`, summary] as const),
      ...anomalies ? [["anomalies", describeAnomalies(anomalies)] as const] : [],
      ...settings(training, history),
      ...training.hyperparameters
        ? [["hyperparameters", describeHyperparameters(training.hyperparameters)] as const]
        : [],
      ["trained on", describeRun(training)],
      ["data", training.fingerprint],
    ];
    await stdout.write(escape(path));
    for (const [key, value] of lines) await stdout.write(`  ${key.padEnd(17)} ${escape(value)}`);
  });
}

/** Training settings; only the seed for a model that is not trained. */
function settings(
  { epochs, bestEpoch, batch, learningRate, seed }: TrainingSummary,
  history: ModelFile["history"],
): (readonly [string, string])[] {
  if (epochs === 0) return [["settings", `seed ${seed}`]];
  const best = history[bestEpoch - 1];
  return [
    ["epochs", `${history.length} of at most ${epochs}, best ${bestEpoch}`],
    ["validation loss", best ? best.validationLoss.toPrecision(6) : "none"],
    ["settings", `batch ${batch}, lr ${learningRate}, seed ${seed}`],
  ];
}

function describeRun({ backend, threads = 1, interrupted }: TrainingSummary): string {
  const many = threads > 1 ? `, ${threads} threads` : "";
  return `${backend}${many}${interrupted ? ", interrupted" : ""}`;
}

/** Settings other than plain Adam on unchanged images. */
function describeHyperparameters(
  hyperparameters: NonNullable<TrainingSummary["hyperparameters"]>,
): string {
  const words: Readonly<Record<keyof typeof hyperparameters, string>> = {
    optimizer: "",
    momentum: "momentum ",
    weightDecay: "weight decay ",
    clip: "gradients clipped at ",
    schedule: "",
    klWarmup: "epochs of KL warm-up ",
    freeBits: "free bits ",
    augment: "augmented by ",
    reduction: "loss over samples: ",
  };
  return Object.entries(hyperparameters)
    .map(([key, value]) => `${words[key as keyof typeof hyperparameters]}${value}`)
    .join(", ");
}

function describeRegion({ x, y, width, height, mask }: Region): string {
  const rect = `${width} x ${height} at ${x},${y}`;
  if (!mask) return rect;
  const inside = mask.runs.reduce((sum, length, i) => sum + (i % 2 ? length : 0), 0);
  return `${inside} pixels within ${rect} of images of ${mask.of.width} x ${mask.of.height}`;
}

function describeScale(scale: { kind: string; low?: number; high?: number }): string {
  return scale.low === undefined ? scale.kind : `${scale.kind} ${scale.low} to ${scale.high}`;
}
