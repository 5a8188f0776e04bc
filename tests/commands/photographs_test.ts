/** From a folder of photographs to heatmaps, masks and their metrics, by the commands alone. */

import assert from "node:assert/strict";
import { decode, encodePng, type Image } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";
import { madeOnnx } from "../models/patchcore/_onnx.ts";
import { photograph } from "../models/patchcore/_photographs.ts";
import { runStray } from "../cli/_program.ts";
import { records, runCommand, runHere, withFolder } from "./_task.ts";

/** `deno task stray`, which may write. */
const runWhole = (args: readonly string[], stdin = "") =>
  runStray(args, { deno: ["-P=stray"], stdin });

const SIZES = [[120, 90], [90, 110]] as const;

/** Writes photographs of two sizes, some with a spot and its mask. */
async function writePhotographs(folder: string): Promise<void> {
  const random = new Random(8);
  for (const inner of ["train", "test/normal", "test/spot", "masks"]) {
    await Deno.mkdir(`${folder}/${inner}`, { recursive: true });
  }
  const write = async (name: string, image: Image) =>
    await Deno.writeFile(`${folder}/${name}`, await encodePng(image));
  for (let i = 0; i < 22; i++) {
    await write(`train/${i}.png`, photograph(random, SIZES[i % 2]!));
  }
  for (let i = 0; i < 4; i++) {
    const [width, height] = SIZES[i % 2]!, x = 30 + 10 * i, y = 60 - 8 * i;
    await write(`test/normal/${i}.png`, photograph(random, [width, height]));
    await write(`test/spot/${i}.png`, photograph(random, [width, height], [x, y]));
    const data = Uint8Array.from(
      { length: width * height },
      (_, j) => (j % width - x) ** 2 + (Math.floor(j / width) - y) ** 2 < 64 ? 255 : 0,
    );
    await write(`masks/${i}.png`, { width, height, channels: 1, data, white: 255 });
  }
}

Deno.test("photographs train patchcore; heatmaps and masks show where they are strange", async () => {
  await withFolder(async (folder) => {
    await writePhotographs(folder);
    const model = `${folder}/m.safetensors`;
    const trained = await runCommand("train", [
      ...["--data", `${folder}/train`, "--size=100", "--backend=wasm", "--out", model],
    ]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /patchcore/);
    const info = await runHere("info", [model]);
    assert.match(info.stdout, /any, one scale/);
    const scored = await runWhole([
      ...["score", "--model", model, "--backend=wasm", "--heatmaps", `${folder}/heat`],
      ...["--heatmap-format=npy", "--masks", `${folder}/found`, `${folder}/test`],
    ]);
    assert.equal(scored.code, 0, scored.stderr);
    const lines = records(scored.stdout);
    assert.equal(lines.length, 8);
    for (const { path, label, anomaly, mask } of lines) {
      const found = await decode(await Deno.readFile(mask as string));
      const original = await decode(await Deno.readFile(path as string));
      assert.deepEqual([found.width, found.height], [original.width, original.height]);
      const white = found.data.filter((value) => value === 255).length;
      assert.equal(white + found.data.filter((value) => value === 0).length, found.data.length);
      if (label === "spot") {
        assert.equal(anomaly, true);
        assert.ok(white > 30 && white < found.data.length / 4, `${white} pixels`);
      }
    }
    const measured = await runWhole(
      ["evaluate", "--positive=spot", "--masks", `${folder}/masks`],
      scored.stdout,
    );
    const { auroc, pixel_auroc, aupro, masks } = records(measured.stdout)[0]!;
    assert.equal(auroc, 1);
    assert.equal(masks, 4);
    assert.ok((pixel_auroc as number) > 0.95 && (aupro as number) > 0.8, measured.stdout);
  });
});

Deno.test("masks that lie among the images are refused before anything is written", async () => {
  await withFolder(async (folder) => {
    await writePhotographs(folder);
    const refused = await runWhole([
      ...["score", "--model", `${folder}/m`, "--masks", `${folder}/test/masks`, `${folder}/test`],
    ]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--masks/);
  });
});

Deno.test("a graph of the user's is in the model file: it trains, scores and is described in other processes", async () => {
  await withFolder(async (folder) => {
    await writePhotographs(folder);
    await Deno.writeFile(`${folder}/made.onnx`, madeOnnx());
    const model = `${folder}/m.safetensors`, graph = `${folder}/made.onnx`;
    const args = ["--data", `${folder}/train`, "--size=100", "--backend=wasm", "--out", model];
    const trained = await runCommand("train", [
      ...[...args, "--features", graph, "--layers=coarse", "--normalize=0.5,0.5,0.5/0.25"],
    ]);
    assert.equal(trained.code, 0, trained.stderr);
    await Deno.remove(graph);
    const info = await runHere("info", [model]);
    assert.match(info.stdout, /patches by features of an ONNX graph inside it \(coarse\)/);
    const scored = await runCommand("score", [
      ...["--model", model, "--backend=wasm", "--workers=2", `${folder}/test`],
    ]);
    assert.equal(scored.code, 0, scored.stderr);
    const lines = records(scored.stdout);
    assert.deepEqual(
      lines.map(({ label, anomaly }) => [label, anomaly]),
      [...Array(4).fill(["normal", false]), ...Array(4).fill(["spot", true])],
    );
  });
});

Deno.test("flags of graphs without one, and wrong ones, are refused by name", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/made.onnx`, madeOnnx());
    const graph = `${folder}/made.onnx`, out = `${folder}/m.safetensors`;
    const cases: [string[], number, RegExp][] = [
      [["--layers=a"], 2, /Cannot use --layers as --features must be a graph/],
      [["--normalize=none", "--features=hog"], 2, /Cannot use --normalize as --features/],
      [["--features", graph, "--normalize=1/0"], 2, /Cannot use --normalize .* "1\/0"/],
      [["--features", graph, "--normalize=0,0/1"], 2, /current number is 2/],
      [["--features", graph, "--layers=none"], 2, /hint: its outputs are fine, coarse, tokens/],
      [["--features", `${folder}/no.onnx`], 1, /Cannot read the graph .* no such file/],
      [["--features=what"], 2, /must be oriented, .* or a file that ends in \.onnx/],
      [["--features", graph, "--model=knn"], 2, /only --model patchcore takes it/],
      [["--features", graph, "--out", graph], 2, /Cannot use --out as it must be another file/],
    ];
    for (const [args, code, message] of cases) {
      const all = ["--data", folder, "--backend=wasm", ...args];
      if (!args.includes("--out")) all.push("--out", out);
      if (!args.includes("--model=knn")) all.push("--model=patchcore");
      const { code: found, stderr } = await runHere("train", all);
      assert.deepEqual([found, message.test(stderr)], [code, true], stderr);
    }
  });
});
