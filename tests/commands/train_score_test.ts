import assert from "node:assert/strict";
import { runShell, shellCommand } from "../cli/_program.ts";
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

/** The fields of a record, and no others: consumers may rely on them. */
const FIELDS = [
  ...["path", "score", "p", "threshold", "anomaly", "calibration", "label", "normal", "model"],
];

Deno.test("train, score, evaluate and label work as a pipe", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=20", "--batch=32"]);
    const scored = await runCommand("score", ["--model", model, TEST_IMAGES]);
    assert.equal(scored.code, 0);
    assert.match(scored.stderr, /^backend wasm on \d+ cores: /m);
    const lines = records(scored.stdout);
    assert.equal(lines.length, 599);
    for (const [i, line] of lines.entries()) {
      assert.deepEqual(Object.keys(line), FIELDS);
      assert.equal(line["path"], `${TEST_IMAGES}#${i}`);
      assert.equal(line["normal"], line["label"] !== "0");
      assert.equal(line["anomaly"], line["p"] as number <= 0.05);
      assert.equal(line["anomaly"], line["score"] as number > (line["threshold"] as number));
    }
    assert.equal(new Set(lines.map((line) => line["model"])).size, 1);

    const evaluated = await runCommand("evaluate", ["--positive=0"], scored.stdout);
    const [metrics] = records(evaluated.stdout);
    assert.equal(metrics!["n"], 599);
    assert.equal(metrics!["positives"], 63);
    assert.ok(metrics!["auroc"] as number > 0.8, `AUROC ${metrics!["auroc"]}`);
    assert.deepEqual(records((await runHere("evaluate", [], scored.stdout)).stdout), [metrics]);

    const labels = await runCommand("label", [], scored.stdout);
    const wanted = lines.map((line) => line["anomaly"] ? "1" : "0").join("");
    assert.equal(labels.stdout, `${wanted}\n`);

    // The output of score can be its input: paths name images in containers.
    const again = await runCommand("score", ["--model", model, "-"], scored.stdout);
    assert.equal(again.stdout, scored.stdout);
  });
});

Deno.test("one seed writes one file, and a resumed training writes the same", async () => {
  await withFolder(async (folder) => {
    const bytes = (name: string) => Deno.readFile(`${folder}/${name}`);
    const base = ["--data", `${DIGITS}train-images-idx3-ubyte.gz`, "--seed=5", "--backend=wasm"];
    const train = (args: readonly string[]) => runCommand("train", [...base, ...args]);
    const all = await train([`--out=${folder}/a`, "--epochs=3"]);
    assert.equal(all.code, 0, all.stderr);
    assert.match(all.stderr, /^epoch 3\/3: loss \d+\.\d+, validation loss \d+\.\d+, .*images/m);
    await train([`--out=${folder}/b`, "--epochs=3"]);
    assert.deepEqual(await bytes("b"), await bytes("a"));
    await train([`--out=${folder}/c`, "--epochs=1", `--checkpoint=${folder}/checkpoint`]);
    const resumed = await train([
      `--out=${folder}/d`,
      "--epochs=3",
      `--resume=${folder}/checkpoint`,
    ]);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await bytes("d"), await bytes("a"));
    const other = await train([
      `--out=${folder}/e`,
      "--latent=2",
      `--resume=${folder}/checkpoint`,
    ]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /--latent/);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["a", "b", "c", "checkpoint", "d"]);
    await train([`--out=${folder}/e`, "--epochs=2", `--checkpoint=${folder}/more`]);
    const fewer = await train([`--out=${folder}/f`, "--epochs=1", `--resume=${folder}/more`]);
    assert.equal(fewer.code, 0, fewer.stderr);
    assert.match(fewer.stderr, /warning: the checkpoint is of 2 epochs, more than 1: they stay/);
  });
});

Deno.test("Ctrl-C writes the model so far and ends with 130", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/m.safetensors`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-P=train", "tasks/main.ts", "train"].concat([
        `--data=${DIGITS}train-images-idx3-ubyte.gz`,
        `--out=${out}`,
        "--epochs=100000",
        "--patience=100000",
        "--backend=wasm",
      ]),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let stderr = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      if (stderr === "" || !/^epoch 2\//m.test(stderr)) {
        stderr += text;
        if (/^epoch 2\//m.test(stderr)) child.kill("SIGINT");
      } else stderr += text;
    }
    assert.equal((await child.status).code, 130);
    assert.match(stderr, /interrupted: the model is that of the training so far/);
    const { code, stdout } = await runHere("info", ["--json", out]);
    assert.equal(code, 0);
    const [info] = records(stdout);
    assert.equal((info!["training"] as { interrupted: boolean }).interrupted, true);
    assert.deepEqual([...Deno.readDirSync(folder)].length, 1);
  });
});

Deno.test("sources mix, failures keep their place, fields pass through", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/a.png`, 8, 8, (x, y) => 16 * x + y);
    await writePng(`${folder}/wide.png`, 9, 8, (x) => x);
    await Deno.writeTextFile(`${folder}/text.png`, "not an image");
    const { code, stdout, stderr } = await runCommand("score", [
      "--model",
      model,
      `${folder}/a.png`,
      `${folder}/none.png`,
      `${folder}/text.png`,
      `${folder}/wide.png`,
      `${TEST_IMAGES}#5`,
    ]);
    assert.equal(code, 3);
    assert.match(stderr, /3 of 5 images could not be scored/);
    const lines = records(stdout);
    const codes = lines.map((line) => (line["error"] as { code: string } | undefined)?.code);
    assert.deepEqual(codes, [undefined, "not_found", "format", "shape", undefined]);
    assert.deepEqual(lines.map((line) => line["path"]), [
      ...["a.png", "none.png", "text.png", "wide.png"].map((name) => `${folder}/${name}`),
      `${TEST_IMAGES}#5`,
    ]);

    const input = [
      { path: `${folder}/a.png`, label: "0", night: 3, score: "mine" },
      { path: `${folder}/none.png`, id: "x" },
    ].map((record) => JSON.stringify(record)).join("\r\n");
    const [first, second] = records(
      (await runCommand("score", ["--model", model, "-"], input)).stdout,
    );
    assert.equal(first!["night"], 3);
    assert.equal(first!["label"], "0");
    assert.equal(first!["normal"], false);
    assert.equal(typeof first!["score"], "number");
    assert.equal(second!["id"], "x");
    assert.equal((second!["error"] as { code: string }).code, "not_found");
  });
});

Deno.test("--fpr moves the threshold, and one too small for the calibration is reported", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const share = async (fpr: string) => {
      const args = ["--model", model, "--fpr", fpr, TEST_IMAGES];
      const { stdout, stderr } = await runCommand("score", args);
      const lines = records(stdout);
      return { anomalies: lines.filter((line) => line["anomaly"]).length, lines, stderr };
    };
    const strict = await share("0.01"), loose = await share("0.3"), none = await share("0.001");
    assert.ok(strict.anomalies < loose.anomalies);
    assert.equal(none.anomalies, 0);
    assert.equal(none.lines[0]!["threshold"], null);
    assert.match(none.stderr, /too few images for --fpr 0\.001/);
  });
});

Deno.test("--threshold decides in place of p, and evaluate's best one gives the best F1", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const { stdout } = await runCommand("score", ["--model", model, TEST_IMAGES]);
    const best = records((await runHere("evaluate", [], stdout)).stdout)[0]!;
    const limit = `--threshold=${best["best_f1_threshold"]}`;
    const scored = await runCommand("score", ["--model", model, limit, TEST_IMAGES]);
    const again = records((await runHere("evaluate", [], scored.stdout)).stdout)[0]!;
    assert.equal(again["f1"], best["best_f1"]);
    const lines = records(scored.stdout);
    assert.deepEqual(
      lines.map((line) => line["p"]),
      records(stdout).map((line) => line["p"]),
    );
    const wanted = lines.map((line) => line["anomaly"] ? "1" : "0").join("");
    assert.equal((await runHere("label", [limit], stdout)).stdout, `${wanted}\n`);
    const both = await runCommand("score", ["--model", model, limit, "--fpr=0.1", TEST_IMAGES]);
    assert.deepEqual([both.code, both.stdout], [2, ""]);
  });
});

Deno.test("a reader that goes away ends score with 0", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const score = (args: string) =>
      shellCommand(["score", "--quiet", `--model=${model}`])
        .replace("'--no-prompt'", "'--no-prompt' '-P=score'") + ` ${args}`;
    const head = await runShell(`{ ${score(TEST_IMAGES)}; echo "code $?" >&2; } | head -3 | wc -l`);
    assert.equal(head.stdout.trim(), "3");
    assert.match(head.stderr, /^code 0$/m);
  });
});
