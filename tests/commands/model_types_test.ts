/** Models other than autoencoders work with the same commands. */

import assert from "node:assert/strict";
import { DIGITS, records, runCommand, runHere, trainDigits, withFolder } from "./_task.ts";

const TEST = `${DIGITS}test-images-idx3-ubyte.gz`;

Deno.test("nearest neighbours train and score, and info describes them", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=knn", "--neighbours=2", "--blur=0.5"]);
    const { stdout: said } = await runHere("info", [model]);
    assert.match(said, /architecture +knn, \d+ values, 2 by cosine distance, blur 0\.5\n/);
    assert.doesNotMatch(said, /\bloss {2}/);
    const score = await runCommand("score", ["--model", model, "--backend=wasm", TEST]);
    assert.equal(score.code, 0, score.stderr);
    assert.deepEqual(
      records(score.stdout).filter(({ normal }) => normal === false).map(({ label }) => label),
      records(score.stdout).filter(({ label }) => label === "0").map(({ label }) => label),
    );
    const { stdout } = await runHere("evaluate", ["--positive=0"], score.stdout);
    assert.ok(JSON.parse(stdout).auroc > 0.95, stdout);
  });
});

Deno.test("neighbours among latents are one file, which scores without the model of the latents", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await Deno.rename(model, `${folder}/dense`);
    const knn = await trainDigits(folder, ["--model=knn", `--latents-of=${folder}/dense`]);
    await Deno.remove(`${folder}/dense`);
    const { stdout: said } = await runHere("info", [knn]);
    assert.match(
      said,
      /architecture +knn on vae, \d+ values, 1 by euclidean distance, latents of 8\n/,
    );
    const { code, stderr, stdout } = await runCommand("score", [
      "--model",
      knn,
      "--backend=wasm",
      "--limit=9",
      TEST,
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(records(stdout).length, 9);
  });
});

Deno.test("train compares a model with its nearest neighbours, and refuses a checkpoint", async () => {
  await withFolder(async (folder) => {
    const data = [
      "--data",
      `${DIGITS}train-images-idx3-ubyte.gz`,
      "--hold-out=0",
      "--backend=wasm",
    ];
    const out = `--out=${folder}/m.safetensors`;
    const { stderr } = await runCommand("train", [...data, out, "--model=pca", "--latent=4"]);
    assert.match(
      stderr,
      /held-out labels: AUROC 0\.\d{3} by pca \(mse\), 0\.\d{3} by the nearest of \d+ training images/,
    );
    const refused = await runHere("train", [
      ...data,
      out,
      "--model=pca",
      `--checkpoint=${folder}/c`,
    ]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--checkpoint as "pca" must have checkpoints/);
  });
});

Deno.test("a conditional model scores by the label that a source gives", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=cvae-dense", "--latent=4", "--epochs=2"]);
    const scoresBy = async (name: string) => {
      const args = ["--model", model, "--backend=wasm", `--score=${name}`, "--limit=60", TEST];
      const { stdout, stderr, code } = await runCommand("score", args);
      assert.equal(code, 0, stderr);
      return records(stdout);
    };
    const blind = await scoresBy("negative_elbo"), told = await scoresBy("negative_elbo-label");
    assert.ok(told.some(({ score }, i) => score !== blind[i]!["score"]));
    for (const [i, { label, score }] of told.entries()) {
      // The held-out label is unknown to the model, as if there were none.
      if (label === "0") assert.equal(score, blind[i]!["score"]);
      else assert.ok(Number(score) >= Number(blind[i]!["score"]) * (1 - 1e-5));
    }
  });
});
