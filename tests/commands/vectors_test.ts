import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { npy } from "../datasets/_fixtures.ts";
import { records, runCommand, runHere, withFolder } from "./_task.ts";

/** Points near a plane through the origin; every 20th is far off it, and labelled. */
function table(count: number): string {
  let text = "x,y,z,label\n";
  for (let i = 0; i < count; i++) {
    const x = Math.sin(i * 1.7) * 3, y = Math.cos(i * 2.3) * 2, off = i % 20 === 19;
    text += `${x},${y},${x - y + (off ? 40 : 0)},${off ? "off" : "plane"}\n`;
  }
  return text;
}

const SMALL = ["--model=dense", "--epochs=2", "--workers=1", "--backend=cpu"];

Deno.test("a model of a CSV's rows keeps the numbers as they are, and scores rows by name", async () => {
  await withFolder(async (folder) => {
    const csv = `${folder}/points.csv`, out = `${folder}/m.safetensors`;
    await Deno.writeTextFile(csv, `${table(200)}1,2,three,plane\n`);
    const train = await runCommand("train", [
      ...SMALL,
      `--data=${csv}`,
      "--normal=plane",
      `--out=${out}`,
    ]);
    assert.equal(train.code, 3); // the last row is no vector
    assert.match(
      train.stderr,
      /points\.csv#200: Cannot read ".*points\.csv" as column 3 \(z\) of line 202 must be a number/,
    );
    const info = JSON.parse((await runHere("info", ["--json", out])).stdout);
    assert.deepEqual(info.input.scale, { kind: "none" });
    assert.deepEqual([info.input.width, info.input.height, info.input.channels], [3, 1, 1]);
    const args = ["--model", out, "--workers=1", "--backend=cpu", "--limit=20", csv];
    const { code, stdout, stderr } = await runCommand("score", args);
    assert.equal(code, 0, stderr);
    const lines = records(stdout);
    assert.deepEqual(lines.map(({ path }) => path), lines.map((_, i) => `${csv}#${i}`));
    assert.deepEqual([lines[0]!["label"], lines[0]!["normal"]], ["plane", true]);
    assert.deepEqual([lines[19]!["label"], lines[19]!["normal"]], ["off", false]);
    // Rows of an array with --vectors are the same images.
    const values = (table(20).match(/.+/g) ?? []).slice(1).flatMap((line) =>
      line.split(",").slice(0, 3).map(Number)
    );
    await Deno.writeFile(`${folder}/a.npy`, npy("<f8", [20, 3], values));
    const array = await runCommand("score", [...args.slice(0, -1), "--vectors", `${folder}/a.npy`]);
    assert.deepEqual(
      records(array.stdout).map(({ score }) => score),
      lines.map(({ score }) => score),
    );
  });
});

Deno.test("train and score refuse a file of another hash before using it", async () => {
  await withFolder(async (folder) => {
    const csv = `${folder}/points.csv`, out = `${folder}/m.safetensors`;
    const text = table(60);
    await Deno.writeTextFile(csv, text);
    const [md5, sha256] = ["md5", "sha256"].map((name) =>
      createHash(name).update(text).digest("hex")
    );
    const train = ["--quiet", ...SMALL, `--data=${csv}`, `--out=${out}`];
    const refused = await runCommand("train", [...train, `--md5=${"0".repeat(32)}`]);
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(
      refused.stderr,
      new RegExp(`md5 hash must be 0{32}: current value is ${md5}\\nhint: `),
    );
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
    const trained = await runCommand("train", [...train, `--md5=${md5}`, `--sha256=${sha256}`]);
    assert.deepEqual([trained.code, trained.stderr], [0, ""]);

    const score = ["--model", out, "--workers=1", "--backend=cpu", "--quiet"];
    const cases: [string[], number, RegExp][] = [
      [[`--sha256=${md5}`, csv], 2, /must be 64 hexadecimal digits/],
      [[`--sha256=${sha256}`, csv, csv], 2, /must be one file: current value is 2 sources/],
      [[`--sha256=${sha256}`, "-"], 2, /must be one file: current value is stdin/],
      [[`--sha256=${sha256}`, folder], 2, /must be one file: current value is the folder/],
      [[`--sha256=${"f".repeat(64)}`, csv], 1, /sha256 hash must be f{64}/],
      [[`--sha256=${sha256}`, csv], 0, /^$/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("score", [...score, ...args]);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.equal(records(result.stdout).length, code === 0 ? 60 : 0);
    }
  });
});

Deno.test("--scale none works for images too, and unknown scales are refused", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/a.npy`,
      npy("|u1", [40, 2, 2], Array.from({ length: 160 }, (_, i) => (i * 37) % 256)),
    );
    const train = [...SMALL, `--data=${folder}/a.npy`, `--out=${folder}/m.safetensors`];
    assert.equal((await runCommand("train", [...train, "--scale=none"])).code, 0);
    const info = await runHere("info", [`${folder}/m.safetensors`]);
    assert.match(info.stdout, /^ {2}scale +none$/m);
    const wrong = await runHere("train", [...train, "--scale=nothing"]);
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stderr,
      /must be depth, auto, percentile, none or LOW,HIGH: current value is "nothing"/,
    );
  });
});
