import assert from "node:assert/strict";
import { threadCount } from "../../src/workers/mod.ts";
import { records, trainDigits, withFolder, writePng } from "../commands/_task.ts";
import { runTimed } from "./_processor_time.ts";

Deno.test("--workers 256 on few tiny files takes no longer than one thread needs to start some", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    await Deno.mkdir(`${folder}/images`);
    for (let i = 0; i < 300; i++) {
      await writePng(`${folder}/images/${i}.png`, 8, 8, (x) => x * i % 256);
    }
    const args = [`--model=${model}`, `${folder}/images`, "--backend=wasm", "-q"];
    const { code, stdout, stderr, seconds } = await runTimed(["score", "--workers=256", ...args]);
    assert.equal(code, 0, stderr);
    assert.equal(records(stdout).length, 300);
    // Minutes when all 256 were started.
    assert.ok(seconds < 30, `${seconds} s`);
  });
});

Deno.test("the number of threads is at most the number of cores", () => {
  const cores = navigator.hardwareConcurrency;
  assert.equal(threadCount(undefined), cores);
  assert.equal(threadCount(1), 1);
  assert.equal(threadCount(10 * cores), cores);
});
