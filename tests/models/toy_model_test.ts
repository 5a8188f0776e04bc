/** A model is one file, and one entry of the registry: a copy of the project gets one more. */

import assert from "node:assert/strict";
import { runStray } from "../cli/_program.ts";
import { DIGITS, records, withFolder, writePng } from "../commands/_task.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Copies a file, or a folder with all that it holds. */
async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}

/** Inserts a line after the only line that is equal to another. */
function insertAfter(text: string, line: string, added: string): string {
  const lines = text.split("\n");
  assert.equal(lines.filter((each) => each === line).length, 1, line);
  return lines.toSpliced(lines.indexOf(line) + 1, 0, added).join("\n");
}

/** A copy of the program with the model `toy`. */
async function addToy(folder: string): Promise<string> {
  for (const name of ["src", "tasks", "deno.json", "deno.lock"]) {
    await copy(`${ROOT}${name}`, `${folder}/${name}`);
  }
  const toy = await Deno.readTextFile(new URL("./_toy.ts", import.meta.url));
  await Deno.mkdir(`${folder}/src/models/toy`);
  await Deno.writeTextFile(
    `${folder}/src/models/toy/toy.ts`,
    toy.replaceAll('"../../src/', '"../../'),
  );
  const path = `${folder}/src/models/registry.ts`;
  const registry = await Deno.readTextFile(path);
  const imported = insertAfter(
    registry,
    'import { RESNET } from "./resnet/definition.ts";',
    'import { TOY } from "./toy/toy.ts";',
  );
  await Deno.writeTextFile(path, insertAfter(imported, "  resnet: RESNET,", "  toy: TOY,"));
  return `${folder}/tasks/main.ts`;
}

Deno.test("one file and one entry make a model that trains, scores and is described", async () => {
  await withFolder(async (folder) => {
    const program = await addToy(folder);
    const run = async (command: string, args: readonly string[], code = 0) => {
      const deno = ["--no-check", `--config=${folder}/deno.json`, `-P=${command}`];
      const result = await runStray([command, ...args], { program, deno });
      assert.equal(result.code, code, result.stderr);
      return result;
    };
    const model = `${folder}/toy.safetensors`, test = `${DIGITS}test-images-idx3-ubyte.gz`;
    const white = `${folder}/white.png`;
    await writePng(white, 8, 8, () => 255);
    const [help, trained] = await Promise.all([
      run("train", ["--help"]),
      run("train", [
        `--data=${DIGITS}train-images-idx3-ubyte.gz`,
        "--hold-out=0",
        "--backend=wasm",
        "--model=toy",
        `--out=${model}`,
      ]),
    ]);
    assert.match(help.stdout.replaceAll(/\s+/g, " "), /architecture: vae, .*, resnet, toy;/);
    assert.match(trained.stderr, /model toy, 8 x 8 x 1: \d+ images train/);
    assert.match(trained.stderr, /held-out labels: AUROC 0\.\d{3} by toy \(distance\)/);
    const [info, scored, refused] = await Promise.all([
      run("info", [model]),
      run("score", ["--model", model, "--backend=wasm", "--limit=40", white, test]),
      run("embed", ["--model", model, "--backend=wasm", white], 2),
    ]);
    assert.match(info.stdout, /architecture +toy, 64 values, the mean image\n/);
    assert.match(info.stdout, / {2}distance +squared distance from the mean training image\n/);
    const [anomaly, ...others] = records(scored.stdout);
    assert.equal(others.length, 39);
    assert.equal(anomaly!["anomaly"], true);
    for (const { score } of others) assert.ok(Number(score) < Number(anomaly!["score"]));
    assert.ok(new Set(others.map(({ score }) => score)).size > 30, "scores must differ");
    assert.match(refused.stderr, /encode images by "toy" as the model must have latents/);
  });
});
