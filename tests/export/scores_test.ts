/** Every score of every model as a graph: each export checks itself. */

import assert from "node:assert/strict";
import { Detector, recordDetector } from "../../src/detection/mod.ts";
import { exportDetector } from "../../src/export/mod.ts";
import { LABEL_SUFFIX, scoreNames } from "../../src/models/mod.ts";
import { decodeModel, type ModelFile } from "../../src/store/mod.ts";
import { trainDigits, withFolder } from "../commands/_task.ts";
import { fixture, MODEL_FIXTURES, unpack } from "../safety/_fixtures.ts";

const FACTS = { version: "test", metadata: {} };
const REFUSED = ["patchcore", "lens-fit"];

/** Exports a model by each of its scores. */
async function exportAll(file: ModelFile): Promise<void> {
  const names = scoreNames(file.spec).filter((name) => file.calibrations.has(name));
  assert.ok(names.length > 0);
  for (const score of names) {
    const detector = await Detector.open(file, { backend: "wasm", score });
    const graph = recordDetector(file, { score });
    const source = { detector, model: new Uint8Array(), facts: FACTS, graph: () => graph };
    try {
      if (score.endsWith(LABEL_SUFFIX)) {
        await assert.rejects(exportDetector("onnx", source), /takes the image's label/);
        continue;
      }
      for (const format of ["onnx", "tfjs"] as const) {
        const { agreement } = await exportDetector(format, source);
        assert.ok(agreement!.difference <= 1e-4, `${score} ${format}`);
      }
    } finally {
      detector.dispose();
    }
  }
}

for (const { name } of MODEL_FIXTURES.filter(({ name }) => !REFUSED.includes(name))) {
  Deno.test(`all scores of ${name} are exported, or say why not`, async () => {
    await withFolder(async (folder) => {
      await unpack(fixture(`models/${name}.br`), `${folder}/model`);
      await exportAll(decodeModel(await Deno.readFile(`${folder}/model`), name));
    });
  });
}

for (const loss of ["l1", "huber", "focal", "ssim"]) {
  Deno.test(`a model of the loss ${loss} is exported by all its scores`, async () => {
    await withFolder(async (folder) => {
      const flags = ["--model=dense", "--size=12x12", `--loss=${loss}`, "--epochs=1"];
      const file = await trainDigits(folder, flags);
      await exportAll(decodeModel(await Deno.readFile(file), loss));
    });
  });
}
