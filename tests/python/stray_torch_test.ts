/** The Python of the documentation, beside the scores of stray. */

import assert from "node:assert/strict";
import { readSources } from "../../src/datasets/mod.ts";
import { Detector } from "../../src/detection/mod.ts";
import { writeModelInput } from "../../src/images/mod.ts";
import { encodeNpy } from "../../src/npy.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { DIGITS, trainDigits, withFolder } from "../commands/_task.ts";
import { pythonTest, runPython } from "./_python.ts";

const FOLDER = new URL("../../docs/python/", import.meta.url).pathname;
const IMAGES = 40;
/** Largest relative difference of a score of a model. */
const SCORE = 1e-5;
/** Largest difference of a combined score: a decimal logarithm, which passes 0. */
const COMBINED = 1e-4;

/** Reads a model file and images, and prints each of the scores that `names` lists, and p by it. */
const PROGRAM = `
import json, sys
import numpy as np, torch
sys.path.insert(0, sys.argv[1])
from stray_torch import load, scores
from stray_p import detector
model = load(sys.argv[2])
x = torch.from_numpy(np.load(sys.argv[3]))
with torch.no_grad(): found = scores(model, x)
out = {}
for name in json.loads(sys.argv[4]):
    score, p = detector(model["tensors"], name)
    values = score([found[part].double().numpy() for part in name.split("+")])
    out[name] = dict(score=list(values), p=p(values))
print(json.dumps(out))
`;

for (const model of ["vae", "cae", "dense"]) {
  pythonTest(`stray_torch.py scores by ${model} as stray does`, ["torch"], async () => {
    await withFolder(async (folder) => {
      const file = await trainDigits(folder, [`--model=${model}`, "--epochs=1"]);
      const bytes = await Deno.readFile(file);
      const { score, calibrations, input } = decodeModel(bytes, file);
      const names = [...new Set([...calibrations.keys(), score])]
        .filter((name) => name !== "probability");
      assert.ok(names.some((name) => name.includes("+")));
      const size = input.width * input.height, batch = new Float32Array(IMAGES * size);
      let count = 0;
      const source = `${DIGITS}test-images-idx3-ubyte.gz`;
      for await (const entry of readSources([source], { limit: IMAGES })) {
        if ("error" in entry) throw entry.error;
        writeModelInput(entry.image, input, batch, size * count++);
      }
      const npy = `${folder}/images.npy`;
      await Deno.writeFile(npy, encodeNpy(batch, [count, input.height, input.width, 1]));
      const found = JSON.parse(
        await runPython(PROGRAM, [FOLDER, file, npy, JSON.stringify(names)]),
      );
      for (const name of names) {
        const detector = await Detector.open(bytes, { score: name, backend: "wasm" });
        const combined = name.includes("+");
        // A near tie of combined scores may change places.
        const rank = combined ? 1 / detector.calibrationImages : 1e-9;
        for (const [i, wanted] of (await detector.scores(batch, count)).entries()) {
          const got = found[name].score[i], { p } = detector.judge(wanted);
          const most = combined ? COMBINED : SCORE * Math.abs(wanted);
          assert.ok(Math.abs(got - wanted) <= most, `${name}: ${got} is not ${wanted}`);
          const other = found[name].p[i];
          assert.ok(Math.abs(other - p) <= rank, `p by ${name}: ${other} is not ${p}`);
        }
        detector.dispose();
      }
    });
  });
}

Deno.test("stray_torch.py is short", async () => {
  const text = await Deno.readTextFile(`${FOLDER}stray_torch.py`);
  assert.ok(text.split("\n").length < 60);
});
