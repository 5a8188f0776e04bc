/** Calibration on the command line: few images, other cameras, and rates that cannot be reached. */

import assert from "node:assert/strict";
import { Random } from "../../src/random.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { records, runCommand, runHere, withFolder, writePng } from "./_task.ts";

/** Writes grey photographs of a slope with noise, all brighter for another camera. */
async function photographs(folder: string, count: number, bright: number, seed: number) {
  const random = new Random(seed);
  await Deno.mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const phase = random.uniform();
    await writePng(`${folder}/${i}.png`, 8, 8, (x, y) => {
      const level = bright + 60 * Math.sin(phase + x / 3) + 4 * y + 12 * random.normal();
      return Math.max(0, Math.min(255, Math.round(level)));
    });
  }
  return folder;
}

async function train(folder: string, data: string, ...args: string[]) {
  const out = `${folder}/m`;
  const common = ["--data", data, "--model=knn", "--metric=euclidean", "--backend=wasm"];
  const { code, stderr } = await runCommand("train", [...common, "--out", out, ...args]);
  assert.equal(code, 0, stderr);
  return { model: out, stderr };
}

const SHIFT =
  /^warning: (\d+) of the last (\d+) images have p <= [\d.]+, .*another camera or day\?/m;

Deno.test("another camera is told once, and calibrate makes a model for it", async () => {
  await withFolder(async (folder) => {
    const here = await photographs(`${folder}/here`, 60, 100, 1);
    const there = await photographs(`${folder}/there`, 40, 150, 2);
    const fresh = await photographs(`${folder}/fresh`, 200, 100, 3);
    const { model, stderr } = await train(folder, here);
    assert.match(stderr, /60 images train, 0 validate, 60 calibrate \(each left out in turn\)/);
    assert.match(
      stderr,
      /^calibrated on 60 images, each left out in turn, p from 0\.017; --fpr 0\.01 takes 99 images$/m,
    );
    const like = await runCommand("score", ["--model", model, fresh]);
    assert.doesNotMatch(like.stderr, /another camera/);
    const unlike = await runCommand("score", ["--model", model, there]);
    const [, small, of] = SHIFT.exec(unlike.stderr) ?? [];
    assert.equal(small, of, unlike.stderr);
    assert.equal(unlike.stderr.match(/another camera/g)!.length, 1);
    assert.ok(records(unlike.stdout).every(({ anomaly }) => anomaly));
    const out = `${folder}/m2`;
    const args = ["--model", model, "--data", there, "--out", out, "--backend=wasm"];
    const made = await runCommand("calibrate", args);
    assert.equal(made.code, 0, made.stderr);
    assert.match(
      made.stderr,
      /calibrated on 40 images of their own, p from 0\.025; --fpr 0\.01 takes 99 images$/m,
    );
    assert.doesNotMatch(made.stderr, /images of the model's training/);
    const files = await Promise.all([model, out].map((path) => Deno.readFile(path)));
    const [before, after] = files.map((bytes) => decodeModel(bytes, "m"));
    assert.deepEqual(after!.weights, before!.weights);
    const more = await photographs(`${folder}/more`, 100, 150, 4);
    const again = await runCommand("score", ["--model", out, more]);
    assert.doesNotMatch(again.stderr, /another camera/);
    const found = records(again.stdout).filter(({ anomaly }) => anomaly).length;
    assert.ok(found <= 20, `${found} of 100`);
    assert.match((await runHere("info", [out])).stdout, /calibration +40 images of their own/);
  });
});

Deno.test("calibrate warns of the images that trained the model", async () => {
  await withFolder(async (folder) => {
    const data = await photographs(`${folder}/data`, 30, 100, 1);
    const { model } = await train(folder, data);
    const out = `${folder}/m2`;
    const made = await runHere("calibrate", [
      ...["--model", model, "--data", data, "--out", out, "--backend=wasm"],
    ]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stderr, /^warning: these are the images of the model's training/m);
  });
});

Deno.test("a rate that cannot be reached is told everywhere, with the images that it takes", async () => {
  await withFolder(async (folder) => {
    const data = await photographs(`${folder}/data`, 30, 100, 1);
    const { model, stderr } = await train(folder, data, "--calibrate=split");
    const reason = (fpr: string, least: number) =>
      new RegExp(
        `^warning: the model was calibrated on too few images for --fpr ${fpr}, which takes at least ` +
          `${least}: current number is 10, so p is at least 0\\.091 and no image can be called an anomaly`,
        "m",
      );
    assert.match(stderr, reason("0.05", 19));
    assert.match(stderr, /--calibrate cross/);
    const { stdout: said } = await runHere("info", [model]);
    assert.match(
      said,
      /p-values +p from 0\.091; --fpr 0\.05 takes 19, --fpr 0\.01 takes 99 images/,
    );
    const scored = await runCommand("score", ["--model", model, data]);
    assert.match(scored.stderr, reason("0.05", 19));
    assert.equal(records(scored.stdout)[0]!["calibration"], 10);
    const strict = await runHere("label", ["--fpr=0.001"], scored.stdout);
    assert.match(strict.stderr, reason("0.001", 999));
    assert.equal(strict.stderr.split("\n").length, 2);
    const usual = await runHere("label", [], scored.stdout);
    assert.match(usual.stderr, /too few images for the --fpr of score: 10, p from 0\.091/);
    const loose = await runHere("label", ["--fpr=0.1"], scored.stdout);
    assert.equal(loose.stderr, "");
    // Its own smallest p can be asked for.
    const least = await runCommand("score", ["--model", model, "--fpr=0.091", data]);
    assert.doesNotMatch(least.stderr, /too few/);
  });
});

Deno.test("methods of calibration by name; sources of their own; mistakes before any image is read", async () => {
  await withFolder(async (folder) => {
    const data = await photographs(`${folder}/data`, 24, 100, 1);
    const own = await photographs(`${folder}/own`, 30, 100, 2);
    const cross = await train(folder, data, "--calibrate=cross:4");
    assert.match(cross.stderr, /24 calibrate \(4 folds, so 5 trainings\)/);
    const other = await train(folder, data, "--calibrate", own);
    assert.match(other.stderr, /24 images train, 0 validate, 30 calibrate \(of their own\)/);
    const out = `${folder}/x`;
    const wrong = async (command: string, args: readonly string[], message: RegExp, code = 2) => {
      const ended = await runHere(command, [...args, "--backend=wasm", "--out", out]);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, message);
      await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
    };
    await wrong("train", ["--data", data, "--calibrate=cross:0"], /number of folds must be/);
    await wrong(
      "train",
      ["--data", data, "--calibrate", `${folder}/none`],
      /--calibrate as it must/,
    );
    await wrong("train", ["--data=-", "--calibrate=-"], /Cannot calibrate on stdin/);
    await wrong("calibrate", ["--data", own], /--model must be given/);
    await wrong("calibrate", ["--model", cross.model], /--data must be given/);
    const empty = `${folder}/empty`;
    await Deno.mkdir(empty);
    await wrong("calibrate", ["--model", cross.model, "--data", empty], /Cannot calibrate/, 1);
    const ended = await runHere("calibrate", ["--model", cross.model, "--data", own]);
    assert.match(ended.stderr, /--out must be given/);
  });
});
