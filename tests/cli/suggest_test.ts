import assert from "node:assert/strict";
import { suggest } from "../../src/suggest.ts";

const NAMES = ["train", "score", "evaluate", "label", "info", "doctor", "demo"];

Deno.test("the nearest name: letters missing, added, replaced, swapped, or the rest not typed", () => {
  const wanted = {
    trian: "train",
    scor: "score",
    scoree: "score",
    Scare: "score",
    evalute: "evaluate",
    eval: "evaluate",
    lable: "label",
    dcotor: "doctor",
  };
  for (const [typed, name] of Object.entries(wanted)) {
    assert.equal(suggest(typed, NAMES), name, typed);
  }
});

Deno.test("no suggestion if no name is near, or several begin so", () => {
  for (const typed of ["", "x", "predict", "d", "zzzzz"]) {
    assert.equal(suggest(typed, NAMES), undefined, typed);
  }
  assert.equal(suggest("de", ["demonstrate", "dependencies"]), undefined);
});

Deno.test("the nearest of several names, else the first", () => {
  assert.equal(suggest("bata", ["data", "beta", "batch"]), "data");
  assert.equal(suggest("dato", ["beta", "data"]), "data");
});

Deno.test("the only name that ends as typed comes before one that is as near by chance", () => {
  const backends = ["auto", "webgpu", "wasm", "cpu"];
  assert.equal(suggest("gpu", backends), "webgpu");
  assert.equal(suggest("cpy", backends), "cpu");
  assert.equal(suggest("pixels", ["max-pixels", "min-pixels"]), undefined);
});
