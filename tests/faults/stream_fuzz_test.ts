import assert from "node:assert/strict";
import { Random } from "../../src/random.ts";
import { runStray } from "../cli/_program.ts";
import { records, runTask, trainDigits, withFolder } from "../commands/_task.ts";
import { mutateBytes, mutateJson, mutateText, pick } from "./_mutate.ts";

const IMAGES = new URL("../images/fixtures/", import.meta.url);
const CORPUS = new URL("./corpus/", import.meta.url);
/** Damaged files in one stream. */
const COUNT = 12_000;

/** All files that are images, small enough to be damaged many times. */
async function seeds(): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files: { name: string; bytes: Uint8Array }[] = [];
  for await (const { name, isFile } of Deno.readDir(IMAGES)) {
    if (!isFile) continue;
    const bytes = await Deno.readFile(new URL(name, IMAGES));
    if (bytes.length < 20_000) files.push({ name, bytes });
  }
  return files.sort((a, b) => a.name < b.name ? -1 : 1);
}

Deno.test("12,000 damaged images of all formats give 12,000 lines in order, and so does the corpus", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense", "--size=8x8"]);
    const files = await seeds(), random = new Random(17), paths: string[] = [];
    assert.ok(files.length > 20, `${files.length} seeds`);
    for (let i = 0; i < COUNT; i++) {
      const { name, bytes } = pick(random, files);
      paths.push(`${folder}/${i}-${name}`);
      await Deno.writeFile(paths[i]!, mutateBytes(bytes, random));
    }
    for await (const { name } of Deno.readDir(CORPUS)) paths.push(new URL(name, CORPUS).pathname);
    const args = ["score", `--model=${model}`, "-", "-q", "--backend=wasm", "--max-memory=256M"];
    const { code, stdout, stderr } = await runStray(args, {
      deno: ["-P=score"],
      stdin: paths.join("\n"),
    });
    assert.equal(code, 3, stderr);
    const lines = records(stdout);
    // A damaged file may turn into a container of no or many images, which none of the seeds is.
    assert.deepEqual(lines.map(({ path }) => path), paths);
    let failed = 0;
    for (const { path, error, score } of lines) {
      if (error === undefined) assert.ok(Number.isFinite(score), `${path}`);
      else {
        failed++;
        const { code, message } = error as { code: string; message: string };
        assert.notEqual(code, "internal", `${path}: ${message}`);
        assert.ok(message.length < 1000, `${path}: ${message.length} characters`);
      }
    }
    assert.ok(failed > 0.3 * COUNT && failed < 0.95 * COUNT, `${failed} of ${COUNT} failed`);
  });
});

Deno.test("damaged records on stdin cost a line each, and never end the stream", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const random = new Random(3), lines: string[] = [];
    for (let i = 0; i < 2000; i++) {
      const record = {
        path: `${i}.png`,
        label: "a",
        base64: "iVBORw0KGgo=",
        extra: { a: [1, 2.5, null] },
      };
      const text = i % 2
        ? JSON.stringify(mutateJson(record, random))
        : mutateText(JSON.stringify(record), random);
      lines.push(`{${text.replace(/^{/, "").replaceAll(/[\n\r]/g, " ")}`);
    }
    const args = ["score", `--model=${model}`, "-", "-q", "--backend=wasm"];
    const { code, stdout, stderr } = await runStray(args, {
      deno: ["-P=score"],
      stdin: lines.join("\n"),
    });
    assert.equal(code, 3, stderr);
    const found = records(stdout);
    assert.equal(found.length, lines.length);
    for (const { error } of found) assert.notEqual((error as { code: string }).code, "internal");
  });
});

Deno.test("damaged score records, CSV, networks and recipes are refused in words", async () => {
  await withFolder(async (folder) => {
    const random = new Random(5);
    const score = {
      path: "a.png",
      score: 1.5,
      p: 0.1,
      threshold: 2,
      anomaly: false,
      label: "a",
      normal: true,
    };
    const network = {
      encoder: [{ type: "reshape", shape: [64] }, { type: "dense", units: 8, activation: "relu" }],
      decoder: [{ type: "dense", units: 64, activation: "linear" }, {
        type: "reshape",
        shape: [8, 8, 1],
      }],
    };
    const recipe = {
      extends: "model-b",
      parameters: { "halo.einstein_radius": "uniform(0.8, 1.6)" },
    };
    const csv = "a,b,c\n" + "1,2.5,-3e4\n".repeat(12);
    const jobs = Array.from({ length: 40 }, (_, i) => async () => {
      const path = `${folder}/${i}`;
      switch (i % 4) {
        case 0:
          return await runTask(
            pick(random, ["evaluate", "label"]),
            [],
            [score, mutateJson(score, random), { ...score, normal: false }].map((r) =>
              JSON.stringify(r)
            ).join("\n"),
          );
        case 1:
          await Deno.writeTextFile(`${path}.json`, JSON.stringify(mutateJson(network, random)));
          return await runTask("summary", [`${path}.json`]);
        case 2:
          await Deno.writeTextFile(`${path}.json`, JSON.stringify(mutateJson(recipe, random)));
          return await runTask("simulate", [`--recipe=${path}.json`, "--show"]);
        default:
          await Deno.writeTextFile(`${path}.csv`, mutateText(csv, random));
          return await runTask("train", [
            ...[`--data=${path}.csv`, "--model=pca", "--latent=1", "--backend=wasm", "-q"],
            `--out=${path}.m`,
          ]);
      }
    });
    const left = jobs.values();
    await Promise.all([0, 1].map(async () => {
      for (const job of left) {
        const { code, stderr } = await job();
        assert.ok([0, 1, 2, 3].includes(code), `${code}: ${stderr}`);
        assert.doesNotMatch(stderr, /internal:|^ +at /m);
        assert.ok(stderr.length < 10_000, `${stderr.length} characters`);
      }
    }));
  });
});
