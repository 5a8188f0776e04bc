/** Exports as graph models of TensorFlow.js, beside the models. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Detector, recordDetector } from "../../src/detection/mod.ts";
import { exportDetector } from "../../src/export/mod.ts";
import { chromiumTest } from "../_chromium.ts";
import { runTask, trainDigits, withFolder } from "../commands/_task.ts";
import { fixture, MODEL_FIXTURES, unpack } from "../safety/_fixtures.ts";
import { digits } from "./_digits.ts";

const FACTS = { version: "test", metadata: { name: "a name" } };
const REFUSED = ["patchcore", "lens-fit"];

for (const { name } of MODEL_FIXTURES.filter(({ name }) => !REFUSED.includes(name))) {
  Deno.test(`a file of ${name} gives the same as a graph model`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/model`;
      await unpack(fixture(`models/${name}.br`), path);
      const detector = await Detector.open(await Deno.readFile(path), {
        backend: "wasm",
        fpr: 0.1,
      });
      try {
        const { files, agreement } = await exportDetector("tfjs", {
          ...{ detector, facts: FACTS, model: new Uint8Array() },
          graph: () => recordDetector(detector.model, { fpr: 0.1 }),
        });
        assert.deepEqual([...files.keys()], ["weights.bin", "model.json"]);
        assert.ok(agreement!.difference <= 1e-4);
      } finally {
        detector.dispose();
      }
    });
  });
}

/** The files that a page asks for, from folders and packages. */
function serve(folder: string): Deno.HttpServer<Deno.NetAddr> {
  const library = fileURLToPath(import.meta.resolve("@tensorflow/tfjs/dist/tf.min.js"));
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") {
      const html = '<!doctype html><link rel="icon" href="data:,"><script src="/tf.js"></script>';
      return new Response(html, { headers: { "content-type": "text/html" } });
    }
    const path = pathname === "/tf.js" ? library : `${folder}${pathname}`;
    return new Response(await Deno.readFile(path));
  });
}

for (const model of ["vae", "knn"]) {
  chromiumTest(`tf.loadGraphModel gives the same scores in a page: ${model}`, async (browser) => {
    await withFolder(async (folder) => {
      const flags = [`--model=${model}`, ...model === "knn" ? [] : ["--epochs=1"]];
      const file = await trainDigits(folder, flags);
      const out = `${folder}/web`;
      const { code, stderr } = await runTask("export", [file, "--format=tfjs", `--out=${out}`]);
      assert.equal(code, 0, stderr);
      const detector = await Detector.open(await Deno.readFile(file), { backend: "wasm" });
      const server = serve(folder);
      try {
        const { raw, x, count } = await digits(detector.model, 20);
        const page = await browser.open(`http://127.0.0.1:${server.addr.port}/`);
        const found = await page.evaluate<Record<string, number[]>>(`(async () => {
          await tf.setBackend("cpu");
          const model = await tf.loadGraphModel("/web/model.json");
          const x = tf.tensor4d([${raw}], [${count}, 8, 8, 1]);
          const names = ["score", "p", "anomaly"];
          const all = await Promise.all(model.execute({ images: x }, names).map((t) => t.array()));
          return Object.fromEntries(all.map((values, i) => [names[i], values]));
        })()`);
        const calibration = detector.calibrationScores;
        const range = calibration.at(-1)! - calibration[0]!;
        (await detector.scores(x, count)).forEach((score, i) => {
          const got = found["score"]![i]!, { p, anomaly } = detector.judge(got);
          assert.ok(Math.abs(got - score) <= 1e-4 * Math.max(Math.abs(score), range));
          assert.ok(Math.abs(found["p"]![i]! - p) < 1e-6, `${found["p"]![i]} is not ${p}`);
          assert.equal(Boolean(found["anomaly"]![i]), anomaly);
        });
      } finally {
        detector.dispose();
        await server.shutdown();
      }
    });
  });
}
