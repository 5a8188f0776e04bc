import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { trustworthiness } from "../../src/metrics/mod.ts";
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

Deno.test("embed prints a latent per image, writes the same to npy, and adds x and y of a map", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=10", "--latent=5"]);
    const base = ["--model", model, "--backend=wasm", TEST_IMAGES];
    const { code, stdout, stderr } = await runCommand("embed", base);
    assert.equal(code, 0, stderr);
    const lines = records(stdout);
    assert.equal(lines.length, 599);
    for (const [i, line] of lines.entries()) {
      assert.deepEqual(Object.keys(line), ["path", "label", "latent"]);
      assert.equal(line["path"], `${TEST_IMAGES}#${i}`);
      assert.equal((line["latent"] as number[]).length, 5);
    }
    const latents = Float32Array.from(lines.flatMap((line) => line["latent"] as number[]));

    const npy = await runCommand("embed", [
      ...base,
      `--out=${folder}/a.npy`,
      "--map=tsne",
      "--seed=3",
    ]);
    assert.deepEqual([npy.code, npy.stdout], [0, ""], npy.stderr);
    assert.match(npy.stderr, /tsne of 599 images in .* s, trustworthiness at 10 neighbours 0\.9/);
    const bytes = await Deno.readFile(`${folder}/a.npy`);
    assert.match(new TextDecoder("latin1").decode(bytes), /'shape': \(599, 5\), \}/);
    assert.deepEqual(new Float32Array(bytes.slice(128).buffer), latents);
    const beside = records(await Deno.readTextFile(`${folder}/a.ndjson`));
    assert.deepEqual(Object.keys(beside[0]!), ["path", "label", "x", "y"]);
    const xy = Float64Array.from(beside.flatMap(({ x, y }) => [x as number, y as number]));
    const trust = trustworthiness(latents, xy, { count: 599, neighbours: 10 });
    assert.ok(trust >= 0.9, `trustworthiness ${trust}`);

    const again = await runCommand("embed", [...base, "--map=tsne", "--seed=3"]);
    assert.deepEqual(
      records(again.stdout).map(({ x, y }) => [x, y]),
      beside.map(({ x, y }) => [x, y]),
    );
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["a.ndjson", "a.npy", "digits.safetensors"]);
  });
});

Deno.test("embed draws a map, and gives failed images their line", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const map = [
      "--model",
      model,
      "--map=pca",
      "--limit=60",
      `--out=${folder}/map.png`,
      TEST_IMAGES,
    ];
    const drawn = await runCommand("embed", map);
    assert.equal(drawn.code, 0, drawn.stderr);
    assert.match(drawn.stderr, /pca of 60 images .*% of the variance, trustworthiness/);
    const { width, height, channels } = await decode(await Deno.readFile(`${folder}/map.png`));
    assert.deepEqual([width, height, channels], [1000, 1000, 3]);

    await writePng(`${folder}/a.png`, 8, 8, (x, y) => x * y);
    await writePng(`${folder}/wide.png`, 9, 8, (x) => x);
    const input = [
      { path: `${folder}/a.png`, id: 7, latent: "mine" },
      { path: `${folder}/none.png` },
      { path: `${folder}/wide.png`, label: "w" },
    ].map((record) => JSON.stringify(record)).join("\n");
    for (const more of [[], ["--map=pca"]]) {
      const { code, stdout, stderr } = await runCommand(
        "embed",
        ["--model", model, ...more, "-"],
        input,
      );
      if (more.length > 0) {
        assert.equal(code, 1);
        assert.match(
          stderr,
          /Cannot map the images as there must be at least 2: current number is 1/,
        );
        continue;
      }
      assert.equal(code, 3);
      const [first, second, third] = records(stdout);
      assert.deepEqual([first!["id"], (first!["latent"] as number[]).length], [7, 8]);
      assert.equal((second!["error"] as { code: string }).code, "not_found");
      assert.equal((third!["error"] as { code: string }).code, "shape");
      assert.equal(third!["label"], "w");
    }
  });
});

Deno.test("embed keeps the order and the fields of its input, with a map and without", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    for (const name of ["a", "b", "c"]) {
      await writePng(`${folder}/${name}.png`, 8, 8, (x, y) => x * y * name.charCodeAt(0));
    }
    const input = ["a", "none", "b", "c"].map((name, id) =>
      JSON.stringify({ path: `${folder}/${name}.png`, id, x: "mine", error: "mine" })
    ).join("\n");
    for (const more of [[], ["--map=pca"]]) {
      const args = ["--model", model, "--backend=wasm", ...more, "-"];
      const { code, stdout, stderr } = await runCommand("embed", args, input);
      assert.equal(code, 3, stderr);
      const lines = records(stdout);
      assert.deepEqual(lines.map(({ id }) => id), [0, 1, 2, 3]);
      assert.deepEqual(lines.map(({ error }) => error !== undefined), [false, true, false, false]);
      const kinds = lines.map(({ x }) => typeof x);
      const own = more.length > 0 ? "number" : "undefined";
      assert.deepEqual(kinds, [own, "undefined", own, own]);
    }
  });
});

Deno.test("embed draws thumbnails of a source that can be read only once", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const names = ["a", "b", "c"].map((name) => `${folder}/${name}.png`);
    for (const [i, name] of names.entries()) await writePng(name, 8, 8, (x, y) => 50 + x * y * i);
    const draw = async (out: string, stdin?: string) => {
      const args = ["--model", model, "--map=pca", `--out=${folder}/${out}`];
      const { code, stderr } = await runCommand(
        "embed",
        [...args, ...stdin ? ["-"] : names],
        stdin,
      );
      assert.equal(code, 0, stderr);
      return await Deno.readFile(`${folder}/${out}`);
    };
    assert.deepEqual(await draw("1.png", names.join("\n")), await draw("2.png"));
  });
});

Deno.test("an array has the names of its rows where images failed, and no row in an empty part", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), flags = ["--model", model, "--backend=wasm"];
    const images = ["a", "b"].map((name) => `${folder}/${name}.png`);
    for (const path of images) await writePng(path, 8, 8, (x) => 20 * x);
    const some = [images[0]!, `${folder}/none.png`, images[1]!];
    const out = (name: string) => `--out=${folder}/${name}.npy`;
    const { code } = await runHere("embed", [...flags, out("some"), ...some]);
    assert.equal(code, 3);
    const names = records(await Deno.readTextFile(`${folder}/some.ndjson`)).map(({ path }) => path);
    assert.deepEqual(names, images);
    const empty = await runHere("embed", [...flags, out("none"), "--shard=1/9", ...images]);
    assert.equal(empty.code, 0, empty.stderr);
    const shapeOf = async (name: string) => {
      const bytes = await Deno.readFile(`${folder}/${name}.npy`);
      return /'shape': \((\d+), (\d+)\)/.exec(new TextDecoder("latin1").decode(bytes))!.slice(1);
    };
    const [, size] = await shapeOf("some");
    assert.deepEqual(await shapeOf("some"), ["2", size]);
    assert.deepEqual(await shapeOf("none"), ["0", size]);
  });
});

Deno.test("embed refuses wrong flags, and files that are not models", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const cases: [string[], number, RegExp][] = [
      [[TEST_IMAGES], 2, /Cannot embed as --model must be given\nhint: /],
      [["--model", model], 2, /at least 1 SRC/],
      [["--model", model, "--out=a.csv", TEST_IMAGES], 2, /--out must be FILE\.npy or FILE\.png/],
      [
        ["--model", model, `--out=${folder}/a.png`, TEST_IMAGES],
        2,
        /must be a map\nhint: add --map/,
      ],
      [["--model", model, "--map=sne", TEST_IMAGES], 2, /did you mean tsne/],
      [["--model", model, "--out=/proc/a.npy", TEST_IMAGES], 1, /\/proc\/a\.npy/],
      [["--model", `${folder}/none`, TEST_IMAGES], 1, /there is no such file/],
      [["--model", model, `${folder}/none.idx`], 3, /^$/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("embed", [...args, "--backend=wasm", "--quiet"]);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    }
  });
});
