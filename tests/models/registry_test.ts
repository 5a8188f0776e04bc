/** Every model of the registry is complete as data, and survives a model file. */

import assert from "node:assert/strict";
import * as v from "valibot";
import {
  defaultScore,
  encodeSpec,
  findModel,
  MODEL_SPEC,
  MODELS,
  modelTypeOf,
  requireModel,
} from "../../src/models/mod.ts";
import { DEFINITIONS, SHAPE, specOf } from "./_fitted.ts";

for (const [name, definition] of DEFINITIONS) {
  const { type, summary, defaults } = definition;

  Deno.test(`${name}: summary, scores and defaults are complete`, () => {
    assert.match(summary, /^\S.*\S$/);
    assert.ok(!summary.endsWith("."), summary);
    assert.equal(findModel(name), definition);
    assert.equal(requireModel(name), definition);
    const spec = specOf(definition), descriptions = type.scores(spec);
    assert.equal(spec.kind, type.kind);
    assert.equal(modelTypeOf(spec), type);
    const names = descriptions.map((score) => score.name);
    const score = defaultScore(spec, defaults);
    for (const part of score.split("+")) assert.ok(names.includes(part), `${part} among ${names}`);
    assert.equal(new Set(names).size, names.length, "names are unique");
    for (const score of descriptions) assert.match(score.summary, /\S/, score.name);
    assert.equal(defaults.steps > 0, type.learning !== undefined);
    assert.equal(defaults.learningRate > 0, type.learning !== undefined);
  });

  Deno.test(`${name}: the spec survives a file unchanged`, () => {
    const spec = specOf(definition), text = encodeSpec(spec);
    const read = v.parse(MODEL_SPEC, JSON.parse(text));
    assert.deepEqual(read, spec);
    assert.equal(encodeSpec(read), text);
    // Files of every version omit the kind of an autoencoder, nested ones included.
    assert.equal(text.includes('"kind":"autoencoder"'), false);
    assert.equal(JSON.parse(text).kind, type.kind === "autoencoder" ? undefined : type.kind);
  });
}

Deno.test("a default score of several is of those that the model has", () => {
  const { build, defaults } = MODELS.vae, inputShape = [8, 8, 1] as const;
  const likelihood = defaultScore(build({ inputShape }), defaults);
  assert.equal(likelihood, "blurred_mse+max_error+input_complexity");
  assert.equal(
    defaultScore(build({ inputShape, loss: "mse" }), defaults),
    "blurred_mse+max_error",
  );
});

Deno.test("the spec of neighbours on latents survives with the spec of their model", () => {
  for (const [, definition] of DEFINITIONS.filter(([, { type }]) => type.kind !== "knn")) {
    const latents = { of: specOf(definition), size: 4 };
    const spec = MODELS.knn.build({ inputShape: SHAPE, latents }), text = encodeSpec(spec);
    assert.deepEqual(v.parse(MODEL_SPEC, JSON.parse(text)), spec);
  }
});

Deno.test("an unknown kind is refused with the list of kinds", () => {
  const kinds = [...new Set(DEFINITIONS.map(([, { type }]) => type.kind))].join(", ");
  for (const kind of ["svm", "toString", "", 3]) {
    const { issues: [issue] = [] } = v.safeParse(MODEL_SPEC, { kind, name: "svm" });
    assert.equal(issue?.message, `the kind must be one of ${kinds}`);
  }
  assert.throws(() => modelTypeOf({ kind: "svm", name: "svm", inputShape: SHAPE }), {
    name: "TypeError",
    message: 'Cannot open a model of kind "svm" as there is no such kind',
  });
  for (const value of [{}, { kind: "autoencoder" }, { kind: "knn", name: "k" }, 3, null]) {
    assert.equal(v.safeParse(MODEL_SPEC, value).success, false);
  }
});

Deno.test("an unknown model is refused with the list of names, and a similar one suggested", () => {
  assert.equal(findModel("toString"), undefined);
  assert.equal(findModel("knnn"), undefined);
  const names = DEFINITIONS.map(([name]) => name).join(", ");
  const error = (name: string, hint: string | undefined) => ({
    name: "StrayError",
    code: "usage",
    message: `Cannot train "${name}" as the model must be one of ${names}`,
    hint,
  });
  assert.throws(() => requireModel("knnn"), error("knnn", "did you mean knn?"));
  assert.throws(() => requireModel("transformer"), error("transformer", undefined));
});
