import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { runStray } from "../cli/_program.ts";
import { records, runCommand, runHere, withFolder, writePng } from "./_task.ts";

/** Photos of a gradient with a dot, and around it noise that depends on the seed. */
async function writePhotos(folder: string, seed: number): Promise<void> {
  await Deno.mkdir(folder);
  for (let i = 0; i < 40; i++) {
    await writePng(
      `${folder}/${String(i).padStart(2, "0")}.png`,
      30,
      24,
      (x, y) =>
        x >= 6 && x < 22 && y >= 4 && y < 20
          ? 40 + x * 3 + y * 2 + (Math.hypot(x - 10 - i % 5, y - 12) < 3 ? 90 : 0)
          : (x * 7 + y * 13 + i * seed * 31) % 256,
    );
  }
}

Deno.test("train --mask: what lies outside changes neither models nor scores nor heatmaps", async () => {
  await withFolder(async (folder) => {
    await writePhotos(`${folder}/a`, 1);
    await writePhotos(`${folder}/b`, 2);
    await writePng(
      `${folder}/mask.png`,
      30,
      24,
      (x, y) => Math.hypot(x - 14, y - 12) < 7 ? 255 : 0,
    );
    const cases = [["6,4,16x16", ["pca"]], [`${folder}/mask.png`, ["knn", "cae", "pca"]]] as const;
    for (const [mask, models] of cases) {
      for (const model of models) {
        const verdicts: unknown[] = [];
        for (const name of ["a", "b"]) {
          const out = `${folder}/${name}.safetensors`;
          const trained = await runCommand("train", [
            ...["--data", `${folder}/${name}`, "--mask", mask, "--model", model, "--out", out],
            ...["--size=16x16", "--seed=1", "--backend=wasm", "--workers=1"],
            ...model === "cae" ? ["--epochs=1", "--latent=4"] : [],
          ]);
          assert.equal(trained.code, 0, trained.stderr);
          const scored = await runCommand("score", [
            "--model",
            out,
            "--backend=wasm",
            `${folder}/b`,
          ]);
          assert.equal(scored.code, 0, scored.stderr);
          verdicts.push(records(scored.stdout).map(({ score, p }) => [score, p]));
        }
        assert.deepEqual(verdicts[1], verdicts[0], `${model}, ${mask}`);
        assert.deepEqual(
          await Deno.readFile(`${folder}/a.safetensors`),
          await Deno.readFile(`${folder}/b.safetensors`),
        );
      }
    }
    const info = await runHere("info", [`${folder}/a.safetensors`]);
    assert.match(info.stdout, /region +\d+ pixels within 13 x 13 at 8,6 of images of 30 x 24/);
    const heat = await runStray([
      ...["score", "--model", `${folder}/a.safetensors`, `${folder}/a/00.png`, "--fpr=0.3"],
      ...[`--heatmaps=${folder}/heat`, "--heatmap-format=tiff", "--backend=wasm"],
    ], { deno: ["-P=stray"] });
    assert.equal(heat.code, 0, heat.stderr);
    const map = await decode(await Deno.readFile(records(heat.stdout)[0]!["heatmap"] as string));
    assert.deepEqual([map.width, map.height], [30, 24]);
    map.data.forEach((value, i) => {
      const [x, y] = [i % 30, Math.floor(i / 30)];
      if (Math.hypot(x - 14, y - 12) >= 7) assert.equal(value, 0);
    });
    assert.ok(map.data.some((value) => value > 0));
  });
});

Deno.test("a rectangle without pixels, and a mask that is not there, are refused before training", async () => {
  await withFolder(async (folder) => {
    await writePhotos(`${folder}/a`, 1);
    const train = (mask: string) =>
      runHere("train", [
        ...["--data", `${folder}/a`, "--mask", mask, `--out=${folder}/m`, "--backend=wasm"],
      ]);
    assert.equal((await train("1,1,0x4")).code, 2);
    const missing = await train(`${folder}/none.png`);
    assert.deepEqual([missing.code, missing.stdout], [1, ""]);
    const beyond = await train("20,4,16x16");
    assert.equal(beyond.code, 1);
    assert.match(beyond.stderr, /must contain the region of 16 x 16 pixels at 20,4/);
  });
});
