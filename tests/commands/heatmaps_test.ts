import assert from "node:assert/strict";
import { join } from "../../src/path.ts";
import { decode } from "../../src/images/mod.ts";
import { MaskComparison } from "../../tasks/_masks.ts";
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
    assert.equal(code, 3, stderr); // of bad.png
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

Deno.test("maps of numbers have the image's size, and evaluate compares them with masks", async () => {
  await withFolder(async (folder) => {
    const side = 32, photos = `${folder}/photos`, masks = `${folder}/masks/bent`;
    for (const name of ["normal", "bent"]) {
      await Deno.mkdir(`${photos}/${name}`, { recursive: true });
    }
    await Deno.mkdir(masks, { recursive: true });
    const spot = (x: number, y: number, i: number) =>
      Math.max(Math.abs(x - 10 - i), Math.abs(y - 20)) < 4 ? 255 : 0;
    for (let i = 0; i < 60; i++) {
      const plain = (x: number, y: number) => 60 + x * 2 + y + i % 9;
      await writePng(`${photos}/normal/${i}.png`, side, side, plain);
      if (i >= 4) continue;
      await writePng(`${photos}/bent/${i}.png`, side, side, (x, y) => spot(x, y, i) || plain(x, y));
      if (i < 3) await writePng(`${masks}/${i}_mask.png`, side, side, (x, y) => spot(x, y, i));
    }
    const model = `${folder}/m.safetensors`;
    const trained = await runTask("train", [
      ...["--data", `${photos}/normal`, "--size=16x16", "--model=pca", "--latent=2", "--seed=1"],
      ...["--backend=wasm", "--out", model],
    ]);
    assert.equal(trained.code, 0, trained.stderr);
    for (const format of ["npy", "tiff"]) {
      const scored = await scoreWithHeatmaps([
        ...["--model", model, "--fpr=0.3", photos, "--backend=wasm"],
        ...[`--heatmaps=${folder}/${format}`, `--heatmap-format=${format}`],
      ]);
      assert.equal(scored.code, 0, scored.stderr);
      const [first] = records(scored.stdout);
      const file = first!["heatmap"] as string;
      assert.ok(file.endsWith(`.${format}`));
      if (format === "tiff") {
        const { width, height, white } = await decode(await Deno.readFile(file));
        assert.deepEqual([width, height, white], [side, side, 65535]);
      }
      const args = ["evaluate", "--positive=bent", `--masks=${folder}/masks`];
      const { code, stdout, stderr } = await runStray(args, {
        deno: ["-P=stray"],
        stdin: scored.stdout,
      });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^warning: 1 anomalies have no mask/);
      const [{ masks: count, pixel_auroc, aupro }] = records(stdout) as [Record<string, number>];
      assert.equal(count, 3);
      assert.ok(pixel_auroc! > 0.95 && aupro! > 0.8, `${pixel_auroc}, ${aupro}`);
      const refused = await runTask("evaluate", args.slice(1), scored.stdout);
      assert.deepEqual([refused.code, refused.stdout], [2, ""]);
      assert.match(refused.stderr, /hint: deno task stray evaluate --masks DIR/);
    }
    const pictures = await scoreWithHeatmaps([
      ...["--model", model, "--fpr=0.3", photos, "--backend=wasm", `--heatmaps=${folder}/png`],
    ]);
    const painted = await decode(
      await Deno.readFile(records(pictures.stdout)[0]!["heatmap"] as string),
    );
    assert.deepEqual([painted.width, painted.height, painted.channels], [side, side, 3]);
    const args = ["evaluate", "--positive=bent", `--masks=${folder}/masks`];
    const wrong = await runStray(args, { deno: ["-P=stray"], stdin: pictures.stdout });
    assert.match(wrong.stderr, /heatmap must be the name of an npy or tiff file.*\nhint: .*npy/);
    assert.equal(wrong.code, 1);
  });
});

Deno.test("a comparison with masks names the file of the records", async () => {
  await withFolder(async (folder) => {
    const masks = await MaskComparison.open(folder, (path) => path);
    const record = { line: 3, path: "a", error: undefined, fields: {} };
    await assert.rejects(masks.add({ ...record, source: "s.ndjson" }, true), /line 3 of s.ndjson/);
    await assert.rejects(masks.add(record, true), /line 3 of stdin/);
  });
});

Deno.test("score --heatmaps refuses a model without error maps, and names those that have them", async () => {
  await withFolder(async (folder) => {
    for (const args of [["--model=knn", "--limit=40"], ["--limit=40", "--model=open-set"]]) {
      const model = await trainDigits(folder, [...args, "--calibrate=split"]);
      const { code, stdout, stderr } = await scoreWithHeatmaps([
        ...["--model", model, "--backend=wasm", TEST_IMAGES, `--heatmaps=${folder}/heat`],
      ]);
      assert.deepEqual([code, stdout], [2, ""]);
      const named =
        /^error: Cannot use --heatmaps as the model must find errors of pixels: "[a-z-]+" /m;
      assert.match(stderr, named);
      assert.match(
        stderr,
        /^hint: train one that does: --model vae, dense, .*pca, .*rbm, .*patchcore, or a net/m,
      );
      assert.doesNotMatch(stderr, /knn,|open-set,|damage,|resnet,/);
      await assert.rejects(Deno.stat(`${folder}/heat`), Deno.errors.NotFound);
    }
  });
});
