/** `patchcore` scores the same on every backend. */

import assert from "node:assert/strict";
import { Detector, trainDetector } from "../../../src/detection/mod.ts";
import { Random } from "../../../src/random.ts";
import { entriesOf, photograph } from "./_photographs.ts";

const SIZE = [128, 96] as const;

Deno.test("scores do not depend on the backend by more than rounding", async () => {
  const random = new Random(5);
  const normal = Array.from({ length: 20 }, () => photograph(random, SIZE));
  const spotted = [20, 28].map((x, i) => photograph(random, SIZE, [x, 20 + 5 * i]));
  const { model } = await trainDetector(entriesOf(normal), {
    architecture: "patchcore",
    backend: "wasm",
    version: "0.0.0",
    workers: 1,
    side: 112,
  });
  const scoresOn = async (backend: "cpu" | "wasm" | "webgpu") => {
    const detector = await Detector.open(model, { backend });
    const verdicts = await detector.detect(spotted);
    detector.dispose();
    return verdicts.map(({ score }) => score);
  };
  const wasm = await scoresOn("wasm");
  const adapter = await navigator.gpu?.requestAdapter();
  for (const backend of ["cpu", ...adapter ? ["webgpu" as const] : []] as const) {
    const other = await scoresOn(backend);
    for (const [i, score] of wasm.entries()) {
      assert.ok(Math.abs(other[i]! / score - 1) < 1e-4, `${other[i]} and ${score}`);
    }
  }
});
