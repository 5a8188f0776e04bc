import assert from "node:assert/strict";
import { DIGITS, records, runCommand, runHere, withFolder } from "./_task.ts";

const DATA = `--data=${DIGITS}train-images-idx3-ubyte.gz`;
const TEST = `--test=${DIGITS}test-images-idx3-ubyte.gz`;
const QUICK = [DATA, "--hold-out=0", "--limit=300", "--epochs=1", "--backend=wasm", "--workers=1"];

Deno.test("sweep prints a record per run, and continues where it ended", async () => {
  await withFolder(async (folder) => {
    const out = `--out=${folder}/sweep.ndjson`;
    const grid = ["--grid=latent=2,4", "--grid=beta=0.5"];
    const first = await runCommand("sweep", [...QUICK, ...grid, TEST, out]);
    assert.equal(first.code, 0, first.stderr);
    const lines = records(first.stdout);
    assert.deepEqual(lines.map(({ run }) => run), [
      { latent: "2", beta: "0.5" },
      { latent: "4", beta: "0.5" },
    ]);
    for (const line of lines) {
      assert.deepEqual(Object.keys(line), [
        ...["run", "settings", "parameters", "epochs", "best_epoch", "loss", "held_out_loss"],
        ...["seconds", "n", "positives", "auroc", "auroc_ci", "average_precision", "best_f1"],
      ]);
      assert.deepEqual([line["n"], line["positives"], line["epochs"]], [599, 63, 1]);
    }
    assert.ok(lines[1]!["parameters"]! > lines[0]!["parameters"]!);
    assert.equal(await Deno.readTextFile(`${folder}/sweep.ndjson`), first.stdout);

    // A longer grid: records of finished runs are printed unchanged.
    const more = [...QUICK, "--grid=latent=2,3,4", "--grid=beta=0.5", TEST, out];
    const second = await runCommand("sweep", more);
    assert.equal(second.code, 0, second.stderr);
    const all = records(second.stdout);
    assert.deepEqual([all[0], all[2]], lines);
    assert.equal(second.stderr.match(/done before/g)?.length, 2);
    assert.equal(records(await Deno.readTextFile(`${folder}/sweep.ndjson`)).length, 3);

    // Other settings are other runs.
    const other = await runCommand("sweep", [...more, "--seed=5"]);
    assert.doesNotMatch(other.stderr, /done before/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["sweep.ndjson"]);
  });
});

Deno.test("sweep keeps models that score as the record says", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await runCommand("sweep", [
      ...QUICK,
      "--grid=model=dense,vae",
      TEST,
      "--positive=0",
      `--keep=${folder}/models`,
    ]);
    assert.equal(code, 0, stderr);
    for (const line of records(stdout)) {
      const { model } = line["run"] as { model: string };
      assert.equal(line["model"], `${folder}/models/model=${model}.safetensors`);
      const scored = await runCommand("score", ["--model", line["model"] as string, TEST.slice(7)]);
      const [metrics] = records(
        (await runHere("evaluate", ["--positive=0"], scored.stdout)).stdout,
      );
      assert.ok(Math.abs(metrics!["auroc"] as number - (line["auroc"] as number)) < 1e-3);
    }
  });
});

Deno.test("a run that fails has its record, and the others go on", async () => {
  await withFolder(async (folder) => {
    const args = [...QUICK, "--grid=hold-out=1,ten", `--out=${folder}/s`];
    const { code, stdout, stderr } = await runCommand(
      "sweep",
      args.filter((arg) => arg !== "--hold-out=0"),
    );
    assert.equal(code, 3, stderr);
    const [good, bad] = records(stdout);
    assert.equal(good!["error"], undefined);
    assert.equal((bad!["error"] as { code: string }).code, "label");
    assert.equal(records(await Deno.readTextFile(`${folder}/s`)).length, 1);
  });
});

Deno.test("sweep refuses malformed grids", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/text`, "hello\n");
    const grid = "--grid=latent=2";
    const cases: [string[], number, RegExp][] = [
      [[DATA], 2, /--grid must be given/],
      [[DATA, "--grid=latent"], 2, /must be FLAG=A,B: current value is "latent"/],
      [[DATA, "--grid=laten=2"], 2, /takes no --laten\nhint: did you mean --latent/],
      [[DATA, "--grid=latent=2,x"], 2, /--latent must be a whole number .*"x"/],
      [[DATA, "--grid=latent=2,2"], 2, /must differ/],
      [[DATA, grid, grid], 2, /given twice/],
      [[DATA, "--grid=out=a,b"], 2, /takes no --out/],
      [["--data=-", grid], 2, /over stdin/],
      [[DATA, grid, "--positive=0"], 2, /--positive as --test must be given/],
      [[DATA, grid, `--out=${folder}/text`], 1, /line 1 must be a record of a sweep/],
      [[grid], 2, /--data must be given/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("sweep", [...args, "--epochs=1", "-q"]);
      assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
      assert.match(result.stderr, message);
    }
    assert.equal(await Deno.readTextFile(`${folder}/text`), "hello\n");
  });
});

Deno.test("Ctrl-C ends a sweep with 130; finished runs are kept, the current one is not", async () => {
  await withFolder(async (folder) => {
    const args = [
      DATA,
      "--backend=wasm",
      "--workers=1",
      "--patience=100000",
      "--grid=epochs=1,100000",
    ];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-P=sweep", "tasks/main.ts", "sweep", ...args]
        .concat(`--out=${folder}/s`),
      cwd: new URL("../..", import.meta.url).pathname,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stdout = new Response(child.stdout).text();
    let stderr = "", sent = false;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      if (sent || !/^epoch 2\//m.test(stderr)) continue;
      child.kill("SIGINT");
      sent = true;
    }
    assert.equal((await child.status).code, 130, stderr);
    const lines = await stdout;
    assert.equal(records(lines).length, 1);
    assert.equal(await Deno.readTextFile(`${folder}/s`), lines);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["s"]);
  });
});
