import assert from "node:assert/strict";
import { join } from "../../src/path.ts";
import { decode } from "../../src/images/mod.ts";
import { runStray } from "../cli/_program.ts";
import { DIGITS, records, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

/** `deno task stray score`, which may write. */
const scoreWithHeatmaps = (args: readonly string[]) =>
  runStray(["score", ...args], { deno: ["-P=stray"] });

Deno.test("score --heatmaps draws a PNG per image, names it in the record, and scores the same", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=20", "--batch=32"]);
    const odd = join(folder, "odd name #1.png"), bad = join(folder, "bad.png");
    await writePng(odd, 8, 8, (x, y) => (x ^ y) & 1 ? 255 : 30);
    await Deno.writeTextFile(bad, "no image");
    const args = ["--model", model, "--backend=wasm", "--limit=40", bad, odd, TEST_IMAGES];
    const plain = await runTask("score", args);
    const { code, stdout, stderr } = await scoreWithHeatmaps([
      ...args,
      `--heatmaps=${folder}/heat`,
    ]);
    assert.equal(code, 1, stderr); // of bad.png
    const lines = records(stdout);
    assert.deepEqual(lines.map(({ heatmap: _, ...rest }) => rest), records(plain.stdout));
    assert.equal(lines[0]!["heatmap"], undefined);
    assert.equal(lines[1]!["heatmap"], `${folder}/heat/000001-odd_name_1.png`);
    assert.equal(lines[2]!["heatmap"], `${folder}/heat/000002-test-images-idx3-ubyte.png`);
    const files = [...Deno.readDirSync(`${folder}/heat`)].map(({ name }) => name).sort();
    const named = lines.slice(1).map(({ heatmap }) => (heatmap as string).split("/").at(-1));
    assert.deepEqual(files, named);
    const grey = await decode(await Deno.readFile(odd));
    const map = await decode(await Deno.readFile(lines[1]!["heatmap"] as string));
    assert.deepEqual([map.width, map.height, map.channels], [8, 8, 3]);
    // Digits have no chequers: some pixels are painted, the others show the image.
    const pixels = Array.from({ length: 64 }, (_, i) => [...map.data.subarray(i * 3, i * 3 + 3)]);
    assert.ok(pixels.some(([r, g, b]) => r! - b! > 100 && r! > g!), "an orange or red pixel");
    assert.ok(pixels.some(([r], i) => Math.abs(r! - grey.data[i]!) < 60), "a grey pixel");
  });
});

Deno.test("the task score may not write heatmaps, and names the task that may", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const heat = `${folder}/heat`;
    const args = ["--model", model, "--backend=wasm", TEST_IMAGES, `--heatmaps=${heat}`];
    const refused = await runTask("score", args);
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.match(
      refused.stderr,
      /^error: Cannot draw heatmaps in ".*" as the command must be allowed/m,
    );
    assert.match(refused.stderr, /^hint: deno task stray score --heatmaps DIR/m);
    await assert.rejects(Deno.stat(heat), Deno.errors.NotFound);
    await Deno.writeTextFile(heat, "a file");
    const blocked = await scoreWithHeatmaps(args);
    assert.deepEqual([blocked.code, blocked.stdout], [1, ""]);
    assert.match(blocked.stderr, /^error: Cannot make the folder ".*heat" as /m);
    assert.equal(await Deno.readTextFile(heat), "a file");
  });
});
