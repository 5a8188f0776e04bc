/** Models of fitted lenses: their numbers, doubts, and damaged files. */

import assert from "node:assert/strict";
import * as v from "valibot";
import { LENS_NUMBERS } from "../../src/lensing/mod.ts";
import { NUMBERS } from "../../src/models/lens_fit/details.ts";
import { type LensFitSpec, MODEL_SPEC, MODELS } from "../../src/models/mod.ts";
import { specOf } from "./_fitted.ts";

Deno.test("records name the numbers of a lens as the library does", () => {
  assert.deepEqual(NUMBERS, LENS_NUMBERS);
});

Deno.test("lenses of another family are doubtful by their chi-square", () => {
  const { doubt } = MODELS["lens-fit"].type;
  const of = (...ratios: number[]) => doubt!(new Map([["chi2", Float32Array.from(ratios)]]));
  assert.equal(of(0.9, 1, 1.1), undefined);
  assert.equal(of(0.9, 1, 900), undefined);
  assert.match(of(0.9, 3, 900)!.message, /is 3\.00,/);
  assert.equal(of(), undefined);
});

Deno.test("a spec with other numbers is no model", () => {
  const spec = specOf(MODELS["lens-fit"]) as LensFitSpec, { family } = spec;
  assert.ok(v.safeParse(MODEL_SPEC, spec).success);
  const wrong: readonly object[] = [
    { free: ["shear_3"] },
    { mean: family.mean.slice(1) },
    ...[-1.2, 0, null].map((ring) => ({ mean: [ring, ...family.mean.slice(1)] })),
    { spread: [...family.spread.slice(1), -1] },
    { camera: { "image.width": [1] } },
  ];
  for (const change of wrong) {
    const changed = { ...spec, family: { ...family, ...change } };
    assert.ok(!v.safeParse(MODEL_SPEC, changed).success, JSON.stringify(change));
  }
});
