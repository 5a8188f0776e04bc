// deno-lint-ignore-file stray/plain-english -- it quotes the phrases
import assert from "node:assert/strict";
import plugin from "./plugin.ts";

function messages(source: string, file = "/x/tasks/a.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source)
    .filter(({ id }) => id === "stray/plain-english").map(({ message }) => message);
}

Deno.test("rates without per, in comments and strings", () => {
  const phrases = [
    "5,000 images a second",
    "prints one an image",
    "one JSON object a model",
    "32 multiplications a sample",
    "add a record a run",
    "the score an image",
    "electron/s a pixel",
    "one line\\n * an image",
  ];
  for (const phrase of phrases) {
    const text = phrase.replaceAll("\\n", "\n");
    assert.equal(messages(`/** It has ${text}. */`).length, 1, phrase);
    if (text === phrase) assert.equal(messages(`const help = "${phrase}";`).length, 1, phrase);
  }
  assert.match(messages("// images a second")[0]!, /^"images a second": write "per"/);
  assert.equal(messages("const a = `one line an image: ${1}`;").length, 1);
});

Deno.test("words that only look like rates are let through", () => {
  const phrases = [
    "images per second",
    "score an image",
    "label a record",
    "10,000 at a time",
    "1 where a unit is off",
    "15 as an image",
    "of 1e-3 and a weight of 1",
    "it's a model",
    "a list of values",
    "give the line a second time",
  ];
  for (const phrase of phrases) assert.deepEqual(messages(`// To ${phrase}.`), [], phrase);
});

Deno.test("a first word What, That, Those or Of, in comments and after tags", () => {
  for (const word of ["What", "That", "Those", "Of"]) {
    assert.equal(messages(`/** ${word} follows is wrong. */`).length, 1);
    assert.equal(messages(`// ${word} follows is wrong.`).length, 1);
    assert.equal(messages(`/**\n * Text.\n *\n * @returns ${word} is wrong.\n */`).length, 1);
    assert.equal(messages(`/**\n * Text.\n *\n * @param a ${word} is wrong.\n */`).length, 1);
    assert.deepEqual(messages(`/** Says ${word}. */ const help = "${word} is this";`), []);
  }
});

Deno.test("leave away", () => {
  for (const phrase of ["leave it away", "leave --out away", "by leaving them away"]) {
    assert.equal(messages(`const hint = "${phrase}";`).length, 1, phrase);
  }
  assert.deepEqual(messages('const hint = "leave it";'), []);
});
