/** A clone's first commands, on a machine that has no package yet: nothing but its lock files helps them. */

import assert from "node:assert/strict";
import { runProgram } from "../bundle/_built.ts";
import { DIGITS, withFolder } from "./_task.ts";

const OFFLINE = /error sending request|dns error|connection (refused|reset)|timed out/i;

Deno.test("train, the report and an export work with the packages of an empty cache", async (t) => {
  await withFolder(async (folder) => {
    const task = (...args: readonly string[]) =>
      runProgram(Deno.execPath(), ["task", ...args], { env: { DENO_DIR: `${folder}/cache` } });
    const model = `${folder}/model.safetensors`;
    const trained = await task("train", `--data=${DIGITS}train-images-idx3-ubyte.gz`, ...[
      ...["--model=dense", "--epochs=1", "--limit=60", "--backend=wasm", `--out=${model}`],
    ]);
    if (trained.code !== 0 && OFFLINE.test(trained.stderr)) {
      await t.step({ name: "there is no network", ignore: true, fn: () => {} });
      return;
    }
    assert.equal(trained.code, 0, trained.stderr);
    const scored = await task("score", "--model", model, `${DIGITS}test-images-idx3-ubyte.gz`);
    assert.equal(scored.code, 0, scored.stderr);
    assert.equal(scored.stdout.trim().split("\n").length, 599);
    const scores = `${folder}/scores.ndjson`, page = `${folder}/report.html`;
    await Deno.writeTextFile(scores, scored.stdout);
    const reported = await task("report", "--model", model, "--scores", scores, "--out", page);
    assert.equal(reported.code, 0, reported.stderr);
    const graph = `${folder}/model.onnx`;
    const exported = await task("export", "--format=onnx", model, "--out", graph);
    assert.equal(exported.code, 0, exported.stderr);
    assert.ok((await Deno.stat(graph)).size > 1000);
  });
});
