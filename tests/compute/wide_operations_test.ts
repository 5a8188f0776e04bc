/** Work after 256-bit operations is as fast as before them. */

import assert from "node:assert/strict";
import { runCode } from "../_run_code.ts";

/** Largest ratio of times after and before: 13 for logarithms, 80 for square roots on Intel's processors. */
const MOST = 4;
const root = new URL("../../", import.meta.url);

Deno.test("logarithms and square roots are as fast after products of matrices as before", async () => {
  // tfjs's square roots are slow from the time on when the engine has optimised what calls them.
  const code = `
    import { openBackend, tf } from "${new URL("src/compute/mod.ts", root)}";
    await openBackend("wasm");
    const values = Float64Array.from({ length: 2000 }, (_, i) => i + 0.5), logs = new Float64Array(2000);
    const matrix = tf.randomUniform([256, 256]), vector = tf.randomUniform([20000]);
    const works = {
      log: () => { for (let i = 0; i < 2000; i++) logs[i] = Math.log(values[i]); },
      sqrt: () => tf.tidy(() => { tf.sqrt(vector).dataSync(); }),
    };
    const multiply = () => tf.tidy(() => { tf.matMul(matrix, matrix).dataSync(); });
    const least = (work, before) => {
      let ms = Infinity;
      for (let i = 0; i < 50; i++) {
        before();
        const start = performance.now();
        work();
        ms = Math.min(ms, performance.now() - start);
      }
      return ms;
    };
    for (let i = 0; i < 500; i++) for (const work of Object.values(works)) work();
    const before = Object.values(works).map((work) => least(work, () => {}));
    for (let i = 0; i < 500; i++) multiply();
    const after = Object.values(works).map((work) => least(work, multiply));
    console.log(JSON.stringify(after.map((ms, i) => ms / before[i])));
  `;
  const printed = await runCode(code, ["--v8-flags=--experimental-wasm-revectorize"]);
  const [log, sqrt] = JSON.parse(printed) as [number, number];
  assert.ok(log < MOST && sqrt < MOST, `${log}, ${sqrt}`);
});
