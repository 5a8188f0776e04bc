import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import {
  DIGITS,
  records,
  runCommand,
  runHere,
  trainDigits,
  withFolder,
  writePng,
} from "./_task.ts";

const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

Deno.test("reconstruct draws originals over reconstructions over differences, and measures", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=20", "--batch=32"]);
    const base = ["--model", model, "--backend=wasm", TEST_IMAGES];
    const { code, stdout, stderr } = await runCommand("reconstruct", [
      ...base,
      `--out=${folder}/a.png`,
      "--count=25",
      "--limit=300",
    ]);
    assert.equal(code, 0, stderr);
    const [means] = records(stdout);
    assert.deepEqual(Object.keys(means!), [
      "n",
      "mse",
      "rounded_accuracy",
      "psnr",
      "ssim",
      "failed",
    ]);
    assert.deepEqual([means!["n"], means!["ssim"], means!["failed"]], [300, null, 0]); // 8 x 8 is too small
    const mse = means!["mse"] as number;
    assert.ok(mse > 0 && mse < 0.05, `mse ${mse}`);
    assert.ok(Math.abs(means!["psnr"] as number - 10 * Math.log10(1 / mse)) < 1e-3);
    assert.ok(means!["rounded_accuracy"] as number > 0.85);

    const { width, height, data } = await decode(await Deno.readFile(`${folder}/a.png`));
    assert.deepEqual([width, height], [20 * 58 + 2, 6 * 58 + 2]);
    const at = (column: number, row: number, x: number, y: number) =>
      data[(2 + row * 58 + y * 7) * width + 2 + column * 58 + x * 7]!;
    for (const [column, band] of [[0, 0], [19, 0], [4, 3]] as const) {
      for (let i = 0; i < 64; i++) {
        const x = i % 8, y = i >> 3;
        const [image, made, difference] = [0, 1, 2].map((row) => at(column, band + row, x, y));
        assert.ok(Math.abs(difference! - Math.abs(image! - made!)) <= 1);
      }
    }
    assert.equal(at(5, 3, 0, 0), 255, "the second band ends after five images");
    // Fewer images give the same numbers for the same images.
    const again = await runCommand("reconstruct", [
      ...base,
      `--out=${folder}/b.png`,
      "--count=300",
    ]);
    assert.equal(again.stdout, stdout);
  });
});

Deno.test("reconstruct measures SSIM of larger images, and skips failed ones", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/images`);
    for (let i = 0; i < 30; i++) {
      await writePng(`${folder}/images/${i}.png`, 12, 12, (x, y) => 8 * x + i * y);
    }
    const model = `${folder}/m`;
    const train = await runCommand("train", [
      "--data",
      `${folder}/images`,
      "--out",
      model,
      "--epochs=2",
      "--backend=cpu",
    ]);
    assert.equal(train.code, 0, train.stderr);
    await Deno.writeTextFile(`${folder}/images/7.png`, "no image");
    const args = ["--model", model, "--backend=cpu", `--out=${folder}/a.png`, `${folder}/images`];
    const { code, stdout, stderr } = await runCommand("reconstruct", [...args, "--limit=30"]);
    assert.equal(code, 3, stderr);
    const [means] = records(stdout);
    assert.deepEqual([means!["n"], means!["failed"]], [29, 1]);
    assert.ok(Math.abs(means!["ssim"] as number) <= 1);
    assert.match(stderr, /7\.png/);
  });
});

Deno.test("reconstruct refuses wrong flags", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const cases: [string[], number, RegExp][] = [
      [["--model", model, TEST_IMAGES], 2, /--out must be given\nhint: add --out/],
      [[`--out=${folder}/a.png`, TEST_IMAGES], 2, /--model must be given/],
      [["--model", model, `--out=${folder}/a.png`], 2, /at least 1 SRC/],
      [["--model", model, "--out=/proc/a.png", TEST_IMAGES], 1, /\/proc/],
      [["--model", model, `--out=${folder}/a.png`, `${folder}/none`], 1, /none/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("reconstruct", [...args, "--backend=wasm", "-q"]);
      assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
      assert.match(result.stderr, message);
    }
    assert.deepEqual([...Deno.readDirSync(folder)].length, 1);
  });
});
