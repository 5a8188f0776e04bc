/** The tables that the documentation makes of records, by the Python that it shows. */

import assert from "node:assert/strict";
import { withFolder } from "../commands/_task.ts";
import { pythonTest, runPython } from "./_python.ts";

const TEXT = await Deno.readTextFile(new URL("../../docs/model-file.md", import.meta.url));

/** Two records of images and one of a failure. */
const RECORDS = [
  { path: "a.png", score: 0.5, p: 0.25, threshold: 1, anomaly: false, calibration: 3 },
  { path: "b.png", error: { code: "decode", message: "damaged" } },
  { path: "c.png", score: 2.5, p: 0.04, threshold: 1, anomaly: true, calibration: 3 },
];

/** Runs the block of Python that imports a package, on the records, and then a line. */
async function runBlock(name: string, then: string): Promise<unknown> {
  const blocks = [...TEXT.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
  const block = blocks.find((text) => text.includes(`${name}`))!;
  const all = block.split("\n").filter((line) => line.trim() !== "");
  assert.ok(all.length <= 11, "about ten lines");
  let printed: unknown;
  await withFolder(async (folder) => {
    const lines = RECORDS.map((record) => `${JSON.stringify(record)}\n`).join("");
    await Deno.writeTextFile(`${folder}/scores.ndjson`, lines);
    const code = `import os; os.chdir(${JSON.stringify(folder)})\n${block}\n${then}`;
    printed = JSON.parse(await runPython(code, []));
  });
  return printed;
}

pythonTest("records become a table of pandas", ["pandas"], async () => {
  const found = await runBlock(
    "pandas",
    "print(json.dumps([list(table.score), [bool(a) for a in table.anomaly], list(failed.code)]))",
  );
  assert.deepEqual(found, [[0.5, 2.5], [false, true], ["decode"]]);
});

pythonTest("records become a table of astropy", ["astropy"], async () => {
  const found = await runBlock(
    "astropy",
    'again = Table.read("scores.vot"); print(json.dumps([[str(a) for a in again["path"]], again["p"].tolist()]))',
  );
  assert.deepEqual(found, [["a.png", "c.png"], [0.25, 0.04]]);
});
