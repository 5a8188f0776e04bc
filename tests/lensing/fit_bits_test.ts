import assert from "node:assert/strict";
import { runCode } from "../_run_code.ts";

Deno.test("the engine's 256-bit operations change no bit of a fit", async () => {
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `
    import { LensFitter, LENS_NUMBERS, SmoothLens } from ${module("../../src/lensing/mod.ts")};
    import { simulate } from ${module("_fit_lenses.ts")};
    const size = { "image.width": 33, "image.height": 31, "halo.axis_ratio": 0.8 };
    const { camera, vector, observed } = simulate("model-b", size, { seed: 5, index: 0 });
    let hash = 17;
    const add = (values) => {
      for (const word of new Uint32Array(values.slice().buffer)) {
        hash = Math.imul(hash, 31) + word | 0;
      }
    };
    for (const free of [LENS_NUMBERS.map((_, i) => i), [5, 6, 12]]) {
      const lens = new SmoothLens(camera, free);
      for (let i = 0; i < 250; i++) { // until the engine has optimised the code
        lens.evaluate(vector);
        lens.columns();
        lens.normalEquations(observed.flux, observed.flux);
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const { curvature, gradient } = lens.normalEquations(observed.flux, observed.flux);
      for (const values of [lens.image, ...lens.columns(), curvature, gradient]) add(values);
      const fit = new LensFitter({ camera, mean: vector, free }).fit(observed);
      add(fit.vector);
      add(fit.errors);
    }
    await Deno.stdout.write(new TextEncoder().encode(String(hash)));`;
  const plain = await runCode(code, []);
  assert.match(plain, /^-?\d+$/);
  assert.equal(await runCode(code, ["--v8-flags=--experimental-wasm-revectorize"]), plain);
});
