import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { runTask, withFolder } from "./_task.ts";

Deno.test("demo simulates, trains, scores and evaluates, and keeps its files", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await runTask("demo", ["--out", `${folder}/lens`]);
    assert.equal(code, 0, stderr);
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ label, n }) => [label, n]), [["cdm", 400], ["vortex", 400]]);
    for (const { auroc, label } of lines) assert.ok(auroc > 0.95, `${label}: ${auroc}`);
    const scores = await Deno.readTextFile(`${folder}/lens/scores.ndjson`);
    assert.equal(scores.trim().split("\n").length, 600);
    const sheet = await decode(await Deno.readFile(`${folder}/lens/sheet.png`));
    assert.deepEqual([sheet.width, sheet.height], [8 * 66 + 2, 3 * 66 + 2]);
    const page = await Deno.readTextFile(`${folder}/lens/report.html`);
    for (const title of ["Strangest images", "AUROC by class", "Score and signal-to-noise"]) {
      assert.ok(page.includes(`>${title}</h`), title);
    }
    assert.ok(stderr.includes(`open ${folder}/lens/report.html in a browser`), stderr);
    for (const step of ["simulate", "train", "score", "evaluate", "report"]) {
      assert.ok(stderr.includes(`$ deno task ${step} `), `${step} in ${stderr}`);
    }
  });
});

Deno.test("demo refuses fewer lenses than a calibration takes", async () => {
  await withFolder(async (folder) => {
    const { code, stderr } = await runTask("demo", ["--count=18", `--out=${folder}/lens`]);
    assert.equal(code, 2);
    assert.match(stderr, /^error: .*--count must be at least 19: current value is 18\nhint: .+\n$/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
