import assert from "node:assert/strict";
import { readSources } from "../../src/datasets/mod.ts";
import { LOCK } from "../_gate/run_jobs.ts";
import { type Finished, runStray } from "../cli/_program.ts";
import { DIGITS, records, runCommand, withFolder } from "../commands/_task.ts";
import { idx } from "../datasets/_fixtures.ts";

const TRAIN = `${DIGITS}train-images-idx3-ubyte.gz`, TEST = `${DIGITS}test-images-idx3-ubyte.gz`;

/** Runs the benchmark under the permissions of its task. */
function novelty(...args: string[]): Promise<Finished> {
  const program = new URL("main.ts", import.meta.url).pathname;
  return runStray(["novelty", ...args], { deno: [LOCK, "-P=bench:quality"], program });
}

/** The rows of a Markdown table by the names of its columns. */
function rowsOf({ stdout }: Finished): Record<string, string>[] {
  const [heads = [], , ...rows] = stdout.trimEnd().split("\n").map((line) =>
    line.slice(2, -2).split(" | ")
  );
  return rows.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i]!])));
}

interface Logged extends Record<string, unknown> {
  readonly auroc: number;
  readonly trials: readonly Record<string, number | string>[];
}

Deno.test("novelty: held-out classes are measured as the commands do", () =>
  withFolder(async (folder) => {
    const flags = [
      "--models=pca",
      "--classes=3,0",
      "--seeds=5,6",
      `--log=${folder}/new/log.ndjson`,
    ];
    const finished = await novelty(`--data=${TRAIN}`, `--test=${TEST}`, ...flags);
    assert.equal(finished.code, 0, finished.stderr);
    const [logged] = records(await Deno.readTextFile(`${folder}/new/log.ndjson`)) as [Logged];
    const { trials, classes, seeds, data, test } = logged;
    assert.deepEqual([classes, seeds], [["3", "0"], [5, 6]]);
    // The folder names the data set: files of MNIST and Fashion-MNIST have the same names.
    assert.deepEqual(
      [data, test],
      ["train", "test"].map((part) => `digits/${part}-images-idx3-ubyte.gz`),
    );
    assert.deepEqual(
      trials.map((trial) => [trial["class"], trial["seed"], trial["images"]]),
      [["3", 5, 599], ["3", 6, 599], ["0", 5, 599], ["0", 6, 599]],
    );

    for (
      const { auroc, auroc_ci } of trials as unknown as { auroc: number; auroc_ci: number[] }[]
    ) {
      const [low, high] = auroc_ci as [number, number];
      assert.ok(low < auroc && auroc < high && high - low < 0.2, `${low} to ${high}`);
    }

    const model = `${folder}/m.safetensors`;
    const chosen = ["--data", TRAIN, "--hold-out=0", "--model=pca", "--seed=6", "--backend=wasm"];
    await runCommand("train", [...chosen, "--out", model]);
    const scores = await runCommand("score", ["--model", model, "--backend=wasm", TEST]);
    const evaluated = await runCommand("evaluate", ["--positive=0"], scores.stdout);
    const auroc = records(evaluated.stdout)[0]!["auroc"] as number;
    assert.ok(Math.abs(auroc - Number(trials[3]!["auroc"])) < 1e-5);

    const [row, ...others] = rowsOf(finished);
    assert.deepEqual([others, row!["model"], row!["task"]], [[], "`pca`", "held-out"]);
    const mean = (from: number) =>
      trials.slice(from, from + 2).reduce((sum, trial) => sum + Number(trial["auroc"]) / 2, 0);
    assert.ok(Math.abs(Number(row!["3"]) - mean(0)) < 6e-4);
    assert.ok(Math.abs(Number(row!["0"]) - mean(2)) < 6e-4);
    assert.ok(Math.abs(Number(row!["mean"]) - logged.auroc) < 6e-5);
  }));

Deno.test("novelty: one normal class is validated without the test images", async () => {
  const flags = [
    "--task=one-class",
    "--validation",
    "--seeds=1",
    "--classes=3,0",
    "--models=pca,resnet",
  ];
  const finished = await novelty(`--data=${TRAIN}`, "--test=/no/such/images", ...flags);
  // A classifier cannot learn from one class; the others have their rows.
  assert.equal(finished.code, 1);
  assert.match(finished.stderr, /\nerror: resnet: Cannot train .*label/);
  const [row, ...others] = rowsOf(finished);
  assert.deepEqual([others, row!["task"]], [[], "one-class, validation"]);
  // Whole numbers come first.
  assert.deepEqual(Object.keys(row!).slice(0, 5), ["0", "3", "model", "task", "mean"]);
  assert.ok(Number(row!["mean"]) > 0.9);
});

Deno.test("novelty: damaged images are found by an answer file", () =>
  withFolder(async (folder) => {
    const images: Uint8Array[] = [];
    for await (const entry of readSources([TEST], { limit: 200 })) {
      if ("error" in entry) throw entry.error;
      const { data } = entry.image;
      images.push(
        Uint8Array.from(data, (value, i) => images.length % 3 === 1 ? data[i ^ 9]! : value),
      );
    }
    const pixels = images.flatMap((image) => [...image]);
    await Deno.writeFile(`${folder}/test-idx3-ubyte`, idx([200, 8, 8], pixels));
    const answer = images.map((_, i) => i % 3 === 1 ? "1" : "0").join("");
    await Deno.writeTextFile(`${folder}/answer.txt`, `${answer}\n`);
    const flags = ["--task=damaged", "--models=pca", "--seeds=1", `--data=${TRAIN}`];
    const sources = [`--test=${folder}/test-idx3-ubyte`, `--answer=${folder}/answer.txt`];
    const finished = await novelty(...flags, ...sources);
    assert.equal(finished.code, 0, finished.stderr);
    const [row] = rowsOf(finished);
    assert.equal(row!["damaged"], "67 of 200");
    assert.ok(Number(row!["AUROC"]) > 0.9);
    for (const name of ["F1 at p <= .01", "F1 at FDR .05"]) assert.ok(Number(row![name]) > 0, name);

    await Deno.writeTextFile(`${folder}/answer.txt`, answer.slice(1));
    const short = await novelty(...flags, ...sources);
    assert.deepEqual([short.code, short.stdout], [2, ""]); // before it trains
    assert.match(short.stderr, /0 or 1 for each of 200 test images: current length is 199\n/);
  }));

Deno.test("novelty refuses wrong flags before it trains", async () => {
  const refusals: [args: string[], message: RegExp][] = [
    [["--test=t"], /error: Cannot train as --data must be given/],
    [[`--data=${TRAIN}`], /error: Cannot test as --test must be given\nhint: .*--validation/],
    [[`--data=${TRAIN}`, `--test=${TRAIN}`], /--test must have other images than --data/],
    [[`--data=${TRAIN}`, "--validation", "--classes=5"], /"5" as it must be one of 0, 1, 2, 3, 4 /],
    [["--data=a", "--task=damaged", "--validation"], /Cannot use --validation as --task/],
    [["--data=a", "--test=b", "--task=damaged"], /Cannot test as --answer must be given/],
    [["--data=a", "--task=novel"], /one of held-out, one-class, damaged: current value is "novel"/],
  ];
  for (const [args, message] of refusals) {
    const { code, stdout, stderr } = await novelty(...args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  }
});
