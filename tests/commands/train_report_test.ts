/** The report of a training: time that is long is told before it begins, labels are listed. */

import assert from "node:assert/strict";
import type { TrainingStart } from "../../src/detection/mod.ts";
import { MODELS } from "../../src/models/mod.ts";
import { estimateSeconds } from "../../src/training/mod.ts";
import { TrainReport } from "../../tasks/_train_report.ts";

/** The lines of the report of a start. */
function lines(start: Partial<TrainingStart>): string[] {
  const said: string[] = [];
  const tell = (line: string) => void said.push(line);
  const report = new TrainReport({ info: tell, warn: tell, error: tell, progress: () => {} });
  report.start({
    backend: { name: "wasm", device: "2 cores", reason: "it was asked for", software: false },
    threads: 1,
    spec: MODELS.small.build({ inputShape: [8, 8, 1] }),
    input: {
      ...{ width: 8, height: 8, channels: 1, fit: "stretch", resizes: false, converts: false },
      scale: { kind: "depth" },
    },
    parameters: 10,
    images: { training: 10, validation: 1, calibration: 2 },
    calibration: { method: "split", images: 2 },
    epochs: 30,
    ...start,
  });
  return said.slice(2);
}

Deno.test("a long training is told with its time before it begins", () => {
  const { learning } = MODELS.vae.type;
  const spec = MODELS.vae.build({ inputShape: [1500, 2000, 3] });
  const cost = { multiplyAdds: learning!.multiplyAdds(spec), images: 1000, epochs: 30 };
  const seconds = estimateSeconds(cost, 2);
  assert.match(
    lines({ seconds }).join(),
    /^about \d+ (h|min) \d+ (min|s) per epoch, \d+ h \d+ min for all 30 on CPUs: --epochs and a smaller --size/,
  );
  assert.match(
    lines({ seconds: 400, epochs: 2000 }).join(),
    /^about 0\.2 s per epoch, 6 min 40 s for all 2000 /,
  );
  assert.deepEqual(lines({ seconds: 100 }), []);
  assert.deepEqual(lines({}), []);
});

Deno.test("several labels are listed, one is not", () => {
  assert.deepEqual(lines({ labels: ["a", "b"] }), [
    "trains on images of 2 labels: a, b; --normal A,B chooses some",
  ]);
  const many = Array.from({ length: 12 }, (_, i) => `${i}`);
  assert.match(lines({ labels: many }).join(), /of 12 labels: 0, 1, .* 9, …; --normal/);
  assert.deepEqual(lines({ labels: ["a"] }), []);
});
