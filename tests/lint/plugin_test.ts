import assert from "node:assert/strict";
import plugin from "./plugin.ts";

function messages(file: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map(({ message }) => message);
}

Deno.test("imports that go with the flow are let through", () => {
  const source = 'import { a } from "../images/mod.ts"; import b from "./_b.ts";' +
    'import { StrayError } from "../errors.ts"; import "node:zlib"; import "../workers/mod.ts";';
  assert.deepEqual(messages("/x/src/datasets/a.ts", source), []);
  assert.deepEqual(messages("/x/src/path.ts", 'export { join } from "node:path";'), []);
  assert.deepEqual(messages("/x/tasks/a.ts", 'await import("../src/detection/mod.ts");'), []);
  assert.deepEqual(messages("/x/src/compute/a.ts", 'import "@tensorflow/tfjs-core";'), []);
});

Deno.test("imports against the flow, and of tfjs outside src/compute, are reported", () => {
  const cases: [string, string, RegExp][] = [
    ["/x/src/images/a.ts", 'import "../datasets/mod.ts";', /no other folder, not from datasets/],
    ["/x/src/training/a.ts", 'export { a } from "../models/mod.ts";', /not from models/],
    ["/x/tasks/a.ts", 'import { a } from "../src/models/registry.ts";', /the mod\.ts of a folder/],
    ["/x/src/workers/a.ts", 'import "../images/mod.ts";', /no other folder, not from images/],
    ["/x/src/models/a.ts", 'export * from "../store/mod.ts";', /not from store/],
    ["/x/src/metrics/a.ts", 'await import("../compute/mod.ts");', /not from compute/],
    ["/x/src/cli/a.ts", 'import "../../tasks/main.ts";', /neither tasks nor tests/],
    ["/x/src/store/a.ts", 'import { join } from "node:path";', /only src\/path\.ts/],
    ["/x/tasks/a.ts", 'import "npm:@tensorflow/tfjs@4.22.0";', /only src\/compute/],
  ];
  for (const [file, source, wanted] of cases) {
    const found = messages(file, source);
    assert.equal(found.length, 1, source);
    assert.match(found[0]!, wanted);
  }
});
