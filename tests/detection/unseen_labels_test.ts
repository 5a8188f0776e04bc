/** A training that leaves labels out compares its model with nearest neighbours on them. */

import assert from "node:assert/strict";
import { trainDetector } from "../../src/detection/mod.ts";
import { stepsFor } from "../models/_models.ts";
import { STRANGE, TRAIN } from "./_digit_models.ts";
import { stream } from "./_entries.ts";

Deno.test("a training with labels held out says how it and its nearest neighbours tell them", async () => {
  for (const architecture of ["knn", "dense"]) {
    const { unseenLabels } = await trainDetector(stream(TRAIN), {
      architecture,
      backend: "wasm",
      holdOut: [STRANGE],
      ...stepsFor(architecture, { epochs: 2 }),
      features: architecture === "knn" ? "pixels" : undefined,
      version: "0.0.0",
    });
    assert.equal(unseenLabels?.strange, TRAIN.filter(({ label }) => label === STRANGE).length);
    assert.ok(unseenLabels.knn > 0.9 && unseenLabels.auroc > 0 && unseenLabels.auroc <= 1);
    if (architecture === "knn") assert.equal(unseenLabels.auroc, unseenLabels.knn);
  }
  const { unseenLabels } = await trainDetector(stream(TRAIN), {
    architecture: "knn",
    normal: ["1"],
    version: "0.0.0",
  });
  assert.equal(unseenLabels, undefined);
});
