/** `info`: shows the contents of a model file. */

import { type CommandContext, defineCommand, escape, ExitCode } from "../src/cli/mod.ts";
import { encodeSpec } from "../src/models/mod.ts";
import { calibrationRecord } from "./_calibration_record.ts";
import { eachOperand } from "./_each_operand.ts";
import { countValues, modelFacts } from "./_model_facts.ts";
import { readUserFile } from "./_read_file.ts";

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
    const id = modelId(bytes);
    if (flags.json) {
      const { spec, input, labels, training, history, version, score, calibrations, anomalies } =
        model;
      await stdout.write(JSON.stringify({
        path,
        model: id,
        version,
        parameters: countValues(model),
        score,
        scores: [...calibrations.keys()],
        architecture: JSON.parse(encodeSpec(spec)),
        input,
        labels: labels ?? null,
        calibration: calibrationRecord(model),
        training: storedTraining(training),
        ...anomalies && { anomalies },
        history,
      }));
      return;
    }
    const lines = modelFacts(model, id);
    await stdout.write(escape(path));
    for (const [key, value] of lines) await stdout.write(`  ${key.padEnd(17)} ${escape(value)}`);
  });
}
