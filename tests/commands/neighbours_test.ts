import assert from "node:assert/strict";
import { DIGITS, records, runCommand, trainDigits, withFolder, writePng } from "./_task.ts";

const TRAIN_IMAGES = `${DIGITS}train-images-idx3-ubyte.gz`;
const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

Deno.test("neighbours recognises digits by their latents, and prints the confusion matrix", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=dense", "--epochs=60", "--batch=32"]);
    const base = ["--model", model, "--backend=wasm"];
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand("neighbours", [...base, ...args]);
      assert.equal(code, 0, stderr);
      return records(stdout)[0]!;
    };
    const all = await run("--labelled", TRAIN_IMAGES, TEST_IMAGES);
    assert.deepEqual(Object.keys(all), ["n", "k", "labelled", "accuracy", "classes", "confusion"]);
    assert.deepEqual([all["n"], all["k"], all["labelled"]], [599, 1, 1198]);
    assert.deepEqual(all["classes"], Array.from({ length: 10 }, (_, i) => `${i}`));
    const confusion = all["confusion"] as number[][];
    assert.equal(confusion.flat().reduce((a, b) => a + b), 599);
    const right = confusion.reduce((sum, row, i) => sum + row[i]!, 0);
    assert.ok(Math.abs(all["accuracy"] as number - right / 599) < 1e-6);
    // The pixels themselves reach 0.96 (scikit-learn): latents keep what tells digits apart.
    assert.ok(all["accuracy"] as number > 0.9, `accuracy ${all["accuracy"]}`);

    const few = await run(
      "--labelled",
      TRAIN_IMAGES,
      "--count=100",
      "--k=3",
      "--seed=2",
      TEST_IMAGES,
    );
    assert.deepEqual([few["n"], few["k"], few["labelled"]], [599, 3, 100]);
    assert.ok(few["accuracy"] as number > 0.5 && few["accuracy"]! < all["accuracy"]!);
    assert.deepEqual(
      await run("--labelled", TRAIN_IMAGES, "--count=100", "--k=3", "--seed=2", TEST_IMAGES),
      few,
    );
    const own = await run("--count=99", TEST_IMAGES);
    assert.deepEqual([own["n"], own["labelled"]], [500, 99]);
    const limited = await run("--labelled", TRAIN_IMAGES, "--limit=50", TEST_IMAGES);
    assert.deepEqual([limited["n"], limited["labelled"]], [50, 1198]);
  });
});

Deno.test("neighbours refuses images without labels, and wrong flags", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/a.png`, 8, 8, (x) => x);
    const cases: [string[], number, RegExp][] = [
      [[TEST_IMAGES], 2, /some must have a known label\nhint: add --labelled/],
      [["--count=599", TEST_IMAGES], 2, /must leave some of the 599: current value is 599/],
      [["--count=5", "--k=6", TEST_IMAGES], 2, /--k must be at most the 5 labelled ones/],
      [["--count=5"], 2, /at least 1 SRC/],
      [["--labelled", TEST_IMAGES, `${folder}/a.png`], 2, /"[^"]*a\.png" has none\nhint: /],
      [["--labelled", `${folder}/none`, TEST_IMAGES], 1, /none/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runCommand("neighbours", ["--model", model, ...args, "-q"]);
      assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
      assert.match(result.stderr, message);
    }
  });
});
