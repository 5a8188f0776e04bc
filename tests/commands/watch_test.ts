import assert from "node:assert/strict";
import { DIGITS, records, runTask, withFolder } from "./_task.ts";

const BASE = [
  `--data=${DIGITS}train-images-idx3-ubyte.gz`,
  "--hold-out=0",
  "--seed=1",
  "--batch=32",
  "--backend=wasm",
];

Deno.test("train --watch reports the loss of a label after every epoch, and changes nothing else", async () => {
  await withFolder(async (folder) => {
    const train = (args: readonly string[]) => runTask("train", [...BASE, ...args]);
    const watched = await train([`--out=${folder}/a`, "--epochs=10", "--watch=0", "--workers=2"]);
    assert.equal(watched.code, 0, watched.stderr);
    assert.match(watched.stderr, /^epoch 10\/10: .*, watched loss \d+\.\d+, /m);
    await train([`--out=${folder}/b`, "--epochs=10", "--workers=2"]);
    const info = async (name: string) =>
      records((await runTask("info", ["--json", `${folder}/${name}`])).stdout)[0]!;
    const a = await info("a"), b = await info("b");
    const history = a["history"] as Record<string, number>[];
    assert.deepEqual(Object.keys(history[9]!), ["epoch", "loss", "validationLoss", "watchedLoss"]);
    // Images of an unseen label lose more.
    assert.ok(history[9]!["watchedLoss"]! > 1.1 * history[9]!["validationLoss"]!);
    assert.deepEqual(history.map(({ watchedLoss: _, ...rest }) => rest), b["history"]);

    await train([`--out=${folder}/c`, "--epochs=4", "--watch=0", `--checkpoint=${folder}/s`]);
    await train([`--out=${folder}/d`, "--epochs=6", "--watch=0"]);
    const resumed = await train([
      `--out=${folder}/e`,
      "--epochs=6",
      "--watch=0",
      `--resume=${folder}/s`,
    ]);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await Deno.readFile(`${folder}/e`), await Deno.readFile(`${folder}/d`));
  });
});

Deno.test("train --watch refuses unknown labels, and models without such a loss", async () => {
  await withFolder(async (folder) => {
    const cases: [string, RegExp][] = [
      ["--watch=ten", /Cannot watch "ten" as it must be the label of an image/],
      ["--model=resnet", /Cannot use --watch as "resnet" must have a loss of every image/],
    ];
    for (const [flag, message] of cases) {
      const args = [...BASE, `--out=${folder}/m`, "--epochs=1", "--quiet", flag];
      const result = await runTask(
        "train",
        flag.startsWith("--watch") ? args : [...args, "--watch=0"],
      );
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, message);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
