/** Names that earlier versions gave to scores still work, with one warning. */

import assert from "node:assert/strict";
import { DIGITS, records, runCommand, runHere, trainDigits, withFolder } from "./_task.ts";

const TEST = `${DIGITS}test-images-idx3-ubyte.gz`;

/** The warnings on stderr. */
function warnings(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("warning: "));
}

Deno.test("score takes an old name, warns once, and scores by today's", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const scoreBy = async (name: string) => {
      const args = ["--model", model, "--backend=wasm", `--score=${name}`, "--limit=9", TEST];
      const { code, stdout, stderr } = await runCommand("score", args);
      assert.equal(code, 0, stderr);
      return { lines: records(stdout), warnings: warnings(stderr) };
    };
    const today = await scoreBy("max_error"), old = await scoreBy("peak");
    assert.deepEqual(old.warnings, ["warning: the score peak is now called max_error"]);
    assert.deepEqual(today.warnings, []);
    assert.deepEqual(old.lines, today.lines);
    const { warnings: [warning] } = await scoreBy("nse");
    assert.equal(warning, "warning: the score nse is now called blurred_mse");
  });
});

Deno.test("train stores today's name of an old one, and info shows it", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/m.safetensors`;
    const { code, stderr } = await runCommand("train", [
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      `--out=${out}`,
      "--model=pca",
      "--score=peak",
    ]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(warnings(stderr), ["warning: the score peak is now called max_error"]);
    assert.match(stderr, /score max_error/);
    const [info] = records((await runHere("info", ["--json", out])).stdout);
    assert.equal(info!["score"], "max_error");
  });
});
