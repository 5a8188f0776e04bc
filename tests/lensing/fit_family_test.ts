/** Families of lenses: what varies, what is freed, and what cannot be fitted. */

import assert from "node:assert/strict";
import {
  changeRecipe,
  LENS_NUMBERS,
  lensFamilyOf,
  lensVectorOf,
  placesOf,
  RECIPES,
} from "../../src/lensing/mod.ts";
import { drawParameters } from "../../src/lensing/mod.ts";

Deno.test("the numbers of a lens follow from its parameters, without wrap-around", () => {
  const recipe = changeRecipe(RECIPES["model-b"], {
    ...{ "halo.axis_ratio": 0.5, "halo.angle": 0.2 + Math.PI, "halo.x": 0.1 },
    ...{
      "shear.magnitude": 0.1,
      "shear.angle": 0.3,
      "source.distance": 0.5,
      "source.direction": 2,
    },
  }, "a test");
  const vector = lensVectorOf(drawParameters(recipe, { seed: 1, lensClass: "no_sub", index: 0 }));
  const at = (name: typeof LENS_NUMBERS[number]) => vector[LENS_NUMBERS.indexOf(name)]!;
  const close = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-12);
  close(at("einstein_radius"), 1.2);
  close(at("halo_ellipse_1"), Math.LN2 * Math.cos(0.4));
  close(at("halo_ellipse_2"), Math.LN2 * Math.sin(0.4));
  close(at("halo_x"), 0.1);
  close(at("shear_1"), 0.1 * Math.cos(0.6));
  close(at("source_y"), 0.5 * Math.sin(2));
  close(at("ln_lens_amplitude"), Math.log(480));
  close(at("ln_source_index"), Math.log(1.5));
});

Deno.test("numbers that a recipe varies are free, and those that are named", () => {
  const usual = lensFamilyOf(RECIPES["model-b"]);
  assert.deepEqual(usual.free, [
    ...["shear_1", "shear_2", "lens_ellipse_1", "lens_ellipse_2", "ln_source_amplitude"],
    ...["source_x", "source_y", "source_ellipse_1", "source_ellipse_2"],
  ]);
  const more = lensFamilyOf(RECIPES["model-b"], {
    free: ["halo.einstein_radius", "lens_light", "source"],
  });
  assert.equal(more.free.length, 15);
  assert.equal(lensFamilyOf(RECIPES["model-b"], { free: ["all"] }).free.length, 19);
  assert.equal(lensFamilyOf(RECIPES["model-a"]).free.length, 0);
  assert.deepEqual(placesOf("halo"), [0, 1, 2, 3, 4]);
  // A lens without light has no light to fit, whatever is named.
  assert.ok(
    !lensFamilyOf(RECIPES["deeplense-1"], { free: ["all"] }).free.includes("ln_lens_radius"),
  );
});

Deno.test("families that one camera did not see, and unknown numbers, are refused", () => {
  const change = (changes: Record<string, string | number>) =>
    changeRecipe(RECIPES["model-b"], changes, "a test");
  const cases = [
    [change({ "psf.fwhm": "uniform(0.1, 0.2)" }), [], /psf\.fwhm must be the same/],
    [change({ "image.colour": "rgb" }), [], /image\.colour must be grey/],
    [change({ "observation.exposure": "uniform(100, 900)" }), [], /image\.black depends on/],
    [RECIPES["model-b"], ["halo.mas"], /"halo\.mas" as there is no such number/],
  ] as const;
  for (const [recipe, free, message] of cases) {
    assert.throws(() => lensFamilyOf(recipe, { free }), { code: "usage", message });
  }
  const plain = change({ "observation.exposure": "uniform(100, 900)", "image.stretch": "none" });
  assert.ok(lensFamilyOf(plain).exposureVaries);
});

Deno.test("expected substructure has the mass that the recipe gives it", () => {
  const { substructure: { mean, lines, lineMass } } = lensFamilyOf(RECIPES["model-b"]);
  const total = mean.reduce((sum, mass) => sum + mass, 0);
  // 1 % of the halo, nearly all within the grid.
  assert.ok(total > 0.0095 && total < 0.0101, `${total}`);
  assert.ok(Math.abs(lineMass - 0.01) < 1e-9);
  assert.equal(lines.length, 12);
  assert.ok(lines.every(({ length }) => Math.abs(length - 1 / 1.2) < 1e-9));
});
