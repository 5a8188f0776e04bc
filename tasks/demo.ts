/** `demo`: train, score and evaluate on real handwritten digits, in under a minute. */

import { fileURLToPath } from "node:url";
import { type CommandContext, defineCommand, ExitCode, VERSION } from "../src/cli/mod.ts";
import { readSources } from "../src/datasets/mod.ts";
import { evaluate } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import { scoreRecord } from "./_score_record.ts";
import { TrainReport } from "./_train_report.ts";

/** The digits that stray ships: see data/README.md. */
const DIGITS = fileURLToPath(new URL("../data/digits/", import.meta.url));
const TRAINING = `${DIGITS}train-images-idx3-ubyte.gz`;
const TEST = `${DIGITS}test-images-idx3-ubyte.gz`;

/** `demo`. */
export const command = defineCommand({
  name: "demo",
  summary: "train, score and evaluate on handwritten digits, in under a minute",
  flags: ["hold-out", "seed", "backend"],
  help: { "hold-out": "the digits never shown in training (default 0)" },
  notes: [
    "Trains on 1,198 digits of 8 x 8 pixels without one class, scores 599 others as NDJSON on stdout, " +
    "and says on stderr how well the class never seen is found.",
  ],
  examples: ["demo", "demo --quiet | jq -r 'select(.anomaly) | .path'"],
  run: demo,
});

async function demo(context: CommandContext<"hold-out" | "seed" | "backend">): Promise<ExitCode> {
  const { flags, stdout, stderr, signal } = context;
  const { backend } = flags;
  const holdOut = flags["hold-out"] ?? ["0"];
  const seed = flags.seed ?? 0;
  const { Detector, scoreEntries, trainDetector } = await import("../src/detection/mod.ts");
  const { encodeModel, modelId } = await import("../src/store/mod.ts");
  const began = performance.now();
  const report = new TrainReport(stderr);
  const { model, interrupted } = await trainDetector(readSources([TRAINING], { signal }), {
    architecture: "vae",
    holdOut,
    epochs: 60,
    batch: 32,
    patience: 10,
    seed,
    backend,
    version: VERSION,
    signal,
    onStart: (start) => report.start(start),
    onStep: (step) => report.step(step),
    onEpoch: (record) => report.epoch(record),
  });
  if (interrupted) return ExitCode.interrupted;
  const id = modelId(encodeModel(model));
  const detector = await Detector.open(model, { backend });
  const scores: number[] = [], strange: number[] = [];
  try {
    for await (const batch of scoreEntries(readSources([TEST], { signal }), detector)) {
      for (const entry of batch) {
        const name = entry.path.slice(DIGITS.length);
        await stdout.write(JSON.stringify(scoreRecord({ ...entry, path: name }, model.labels, id)));
        if ("error" in entry) throw entry.error;
        scores.push(entry.verdict.score);
        strange.push(holdOut.includes(entry.label ?? "") ? 1 : 0);
      }
      await stdout.flush();
    }
  } finally {
    detector.dispose();
  }
  const { n, positives, auroc, aurocInterval: [low, high], atThreshold } = evaluate(
    Float64Array.from(scores),
    Uint8Array.from(strange),
    { random: new Random(seed), threshold: detector.threshold ?? Infinity },
  );
  const seconds = (performance.now() - began) / 1000;
  stderr.info(
    `digit ${holdOut.join(", ")} was never seen: AUROC ${auroc.toFixed(3)} ` +
      `(95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}), ${positives} of ${n} images`,
  );
  stderr.info(
    `at p <= ${detector.fpr}: ${percent(atThreshold?.tpr)} of them found, ` +
      `${percent(atThreshold?.fpr)} of the others called strange; ${seconds.toFixed(1)} s in all`,
  );
  return ExitCode.done;
}

function percent(share: number | undefined): string {
  return `${(100 * (share ?? 0)).toFixed(0)} %`;
}
