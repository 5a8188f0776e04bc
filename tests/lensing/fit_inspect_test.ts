/** Inspected lenses: scores of smooth ones, of substructure, and of images that are no lenses. */

import assert from "node:assert/strict";
import { changeRecipe, lensFamilyOf, LensInspector, logRatioOfAny } from "../../src/lensing/mod.ts";
import { matrixProducts } from "../../src/compute/matrix_products.ts";
import { auroc, rank } from "../../src/metrics/mod.ts";
import { RECIPE, valuesOf } from "./_lenses.ts";

const COUNT = 20;

async function inspectorOf(recipe = RECIPE, free: readonly string[] = []) {
  return new LensInspector(lensFamilyOf(recipe, { free }), await matrixProducts());
}

Deno.test("z of smooth lenses is nearly standard normal; substructure stands out", async () => {
  const inspector = await inspectorOf();
  const scoresOf = (lensClass: "no_sub" | "cdm" | "vortex") =>
    Array.from({ length: COUNT }, (_, i) => {
      const lens = inspector.inspect(valuesOf(RECIPE, lensClass, i));
      assert.ok(lens.fit!.converged);
      const [z, mass, both] = [lens.score("z"), lens.score("mass"), lens.score("substructure")];
      return { z, mass, both };
    });
  const smooth = scoresOf("no_sub");
  const mean = smooth.reduce((sum, { z }) => sum + z, 0) / COUNT;
  const variance = smooth.reduce((sum, { z }) => sum + (z - mean) ** 2, 0) / COUNT;
  assert.ok(Math.abs(mean) < 0.6, `mean ${mean}`);
  assert.ok(variance > 0.3 && variance < 2.5, `variance ${variance}`);
  for (const lensClass of ["cdm", "vortex"] as const) {
    const found = scoresOf(lensClass);
    for (const name of ["z", "mass", "both"] as const) {
      const scores = Float64Array.from([...smooth, ...found], (lens) => lens[name]);
      const area = auroc(rank(scores, Uint8Array.from(scores, (_, i) => i < COUNT ? 0 : 1)));
      assert.ok(area > 0.95, `${lensClass} by ${name}: ${area}`);
    }
  }
});

Deno.test("one mass of any place, size and sign: the mean likelihood ratio, by hand", () => {
  const projection = (sums: readonly number[], diagonal: readonly number[]) => ({
    ...{ count: sums.length, rank: 1, factor: new Float64Array(sums.length), rest: 0 },
    ...{ sums: Float64Array.from(sums), diagonal: Float64Array.from(diagonal) },
  });
  const sums = [500, -30], diagonal = [2e5, 4e5];
  let wanted = 0;
  for (const mass of [3e-4, 1e-3, 2e-3, 4e-3, 8e-3]) {
    for (const sign of [1, -1]) {
      sums.forEach((sum, i) => {
        wanted += Math.exp(sign * mass * sum - mass * mass * diagonal[i]! / 2) / 20;
      });
    }
  }
  const found = logRatioOfAny(projection(sums, diagonal));
  assert.ok(Math.abs(found - Math.log(wanted)) < 1e-12);
  const mirrored = logRatioOfAny(projection(sums.map((sum) => -sum), diagonal));
  assert.ok(Math.abs(found - mirrored) < 1e-12, "either sign");
  // The more could be seen, the more says the absence.
  const quiet = [0, 1e5, 1e6].map((information) => logRatioOfAny(projection([0], [information])));
  assert.ok(Math.abs(quiet[0]!) < 1e-12 && quiet[1]! < 0 && quiet[2]! < quiet[1]!);
});

Deno.test("the map of mass has a peak where a subhalo was put", async () => {
  const recipe = changeRecipe(RECIPE, {
    ...{ "subhalo.number": 1, "subhalo.distance": 0.9, "subhalo.direction": 0.8 },
    ...{ "source.distance": 0.1, "shear.magnitude": 0.02 },
  }, "a test");
  const inspector = await inspectorOf(recipe);
  const map = inspector.inspect(valuesOf(recipe, "cdm", 1)).massMap()!;
  const best = map.significance.indexOf(Math.max(...map.significance));
  const scale = 7.5 / 48;
  const x = (best % 48 - 23.5) * scale, y = (23.5 - Math.floor(best / 48)) * scale;
  const away = Math.hypot(x - 0.9 * Math.cos(0.8), y - 0.9 * Math.sin(0.8));
  assert.ok(away < 0.35, `${away} arcsec away`);
  assert.ok(map.significance[best]! > 5);
});

Deno.test("images that are no lenses get great scores or none, and no error", async () => {
  const inspector = await inspectorOf();
  const usual = valuesOf(RECIPE, "no_sub", 0), size = usual.length;
  const noise = Float32Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(i * i));
  const strange = inspector.inspect(noise);
  assert.ok(strange.score("chi2") > 100);
  assert.ok(Number.isFinite(strange.score("z")));
  for (const value of [0, 1]) {
    const none = inspector.inspect(new Float32Array(size).fill(value));
    assert.equal(none.fit, undefined);
    assert.equal(none.score("z"), Infinity);
    assert.equal(none.massMap(), undefined);
  }
  const star = Float32Array.from({ length: size }, (_, i) => {
    const dx = i % 48 - 24, dy = Math.floor(i / 48) - 24;
    return 0.08 + 0.8 * Math.exp(-(dx * dx + dy * dy) / 4);
  });
  assert.ok(inspector.inspect(star).score("z") > 10);
  assert.throws(() => inspector.inspect(new Float32Array(9)), /must have 48 x 48 values/);
  const flat = inspector.inspect(new Float32Array(size).fill(0.05));
  assert.ok(Number.isFinite(flat.score("chi2")));
});

Deno.test("rounding to 8 bits counts as noise", async () => {
  const inspector = await inspectorOf();
  const values = valuesOf(RECIPE, "no_sub", 3);
  const rounded = values.map((value) => Math.round(value * 255) / 255);
  const { fit } = inspector.inspect(rounded);
  const ratio = fit!.chiSquare / fit!.degreesOfFreedom;
  assert.ok(ratio > 0.85 && ratio < 1.15, `${ratio}`);
});

Deno.test("an exposure that varies is estimated", async () => {
  const plain = changeRecipe(RECIPE, {
    ...{ "observation.exposure": "loguniform(100, 900)", "image.stretch": "none" },
    ...{ "observation.sky": 0, "observation.background": 3 },
  }, "a test");
  const inspector = await inspectorOf(plain);
  assert.ok(inspector.family.exposureVaries);
  for (const exposure of [150, 600]) {
    const recipe = changeRecipe(plain, { "observation.exposure": exposure }, "a test");
    const lens = inspector.inspect(valuesOf(recipe, "no_sub", 2));
    assert.ok(Math.abs(Math.log(lens.exposure / exposure)) < 0.15, `${lens.exposure}`);
  }
});

Deno.test("plain products find the same", async () => {
  const family = lensFamilyOf(RECIPE),
    fast = await inspectorOf(),
    plain = new LensInspector(family);
  const values = valuesOf(RECIPE, "cdm", 1);
  for (const name of ["z", "mass", "substructure", "point"] as const) {
    const one = fast.inspect(values).score(name), other = plain.inspect(values).score(name);
    assert.ok(
      Math.abs(one - other) < 1e-3 * Math.max(1, Math.abs(one)),
      `${name}: ${one}, ${other}`,
    );
  }
});
