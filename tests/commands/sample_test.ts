import assert from "node:assert/strict";
import { decode, type Image } from "../../src/images/mod.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { DIGITS, runCommand, runHere, trainDigits, withFolder, writePng } from "./_task.ts";

const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

async function read(path: string): Promise<Image> {
  return await decode(await Deno.readFile(path));
}

/** The pixels of an image of a sheet of 8 x 8 digits, each drawn 7 x 7, by column and row. */
function tile({ width, data }: Image, column: number, row: number): number[] {
  return Array.from({ length: 64 }, (_, i) => {
    const x = 2 + column * 58 + (i % 8) * 7, y = 2 + row * 58 + Math.floor(i / 8) * 7;
    return data[y * width + x]!;
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

Deno.test("sample draws a sheet or files from the prior, by seed", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=20", "--latent=4"]);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand("sample", [
        "--model",
        model,
        "--backend=wasm",
        ...args,
      ]);
      assert.deepEqual([code, stdout], [0, ""], stderr);
    };
    await run(`--out=${folder}/a.png`, "--seed=1");
    await run(`--out=${folder}/b.png`, "--seed=1");
    await run(`--out=${folder}/c.png`, "--seed=2", "--count=9");
    await run(`--out=${folder}/files`, "--seed=1", "--count=11");
    const a = await read(`${folder}/a.png`), c = await read(`${folder}/c.png`);
    assert.deepEqual([a.width, a.height, a.channels], [8 * 58 + 2, 8 * 58 + 2, 1]);
    assert.deepEqual([c.width, c.height], [3 * 58 + 2, 3 * 58 + 2]);
    assert.deepEqual(
      await Deno.readFile(`${folder}/b.png`),
      await Deno.readFile(`${folder}/a.png`),
    );
    assert.ok(distance(tile(a, 0, 0), tile(a, 1, 0)) > 50, "images differ");
    const names = [...Deno.readDirSync(`${folder}/files`)].map(({ name }) => name).sort();
    assert.deepEqual(names, Array.from({ length: 11 }, (_, i) => `${`${i}`.padStart(2, "0")}.png`));
    const one = await read(`${folder}/files/03.png`);
    assert.deepEqual([one.width, one.height], [8, 8]);
    assert.deepEqual([...one.data], tile(a, 3, 0));
  });
});

Deno.test("sample goes along the units of a latent, and between images", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=20", "--latent=4"]);
    const base = ["--model", model, "--backend=wasm"];
    const units = await runCommand("sample", [
      ...base,
      `--out=${folder}/u.png`,
      `--traverse=${TEST_IMAGES}#7`,
    ]);
    assert.equal(units.code, 0, units.stderr);
    const sheet = await read(`${folder}/u.png`);
    assert.deepEqual([sheet.width, sheet.height], [11 * 58 + 2, 4 * 58 + 2]);
    assert.ok(
      distance(tile(sheet, 0, 0), tile(sheet, 10, 0)) >
        distance(tile(sheet, 5, 0), tile(sheet, 6, 0)),
    );

    const path = await runCommand("sample", [
      ...base,
      `--out=${folder}/p.png`,
      `--between=${TEST_IMAGES}#1`,
      `${TEST_IMAGES}#2`,
      `${TEST_IMAGES}#3`,
      "--count=5",
    ]);
    assert.equal(path.code, 0, path.stderr);
    const rows = await read(`${folder}/p.png`);
    assert.deepEqual([rows.width, rows.height], [5 * 58 + 2, 2 * 58 + 2]);
    assert.deepEqual(tile(rows, 4, 0), tile(rows, 0, 1));
    // The ends are the reconstructions of the images.
    const made = await runCommand("reconstruct", [
      ...base,
      `--out=${folder}/r.png`,
      "--limit=4",
      TEST_IMAGES,
    ]);
    assert.equal(made.code, 0, made.stderr);
    const reconstructions = await read(`${folder}/r.png`);
    assert.deepEqual(tile(rows, 0, 0), tile(reconstructions, 1, 1));
    assert.deepEqual(tile(rows, 4, 1), tile(reconstructions, 3, 1));
  });
});

Deno.test("sample draws a class of a conditional model, and each class in its column", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=cvae", "--epochs=5"]);
    const base = ["--model", model, "--backend=wasm"];
    const all = await runCommand("sample", [...base, `--out=${folder}/all.png`, "--count=18"]);
    assert.equal(all.code, 0, all.stderr);
    const { width, height } = await read(`${folder}/all.png`);
    assert.deepEqual([width, height], [9 * 58 + 2, 2 * 58 + 2]); // 0 is held out
    const one = await runCommand("sample", [...base, `--out=${folder}/one.png`, "--class=3"]);
    assert.equal(one.code, 0, one.stderr);
    const none = await runHere("sample", [...base, `--out=${folder}/none.png`, "--class=0", "-q"]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no such label\nhint: the labels are 1, 2, 3/);
  });
});

Deno.test("sample draws from principal components with their deviations", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=pca", "--latent=6"]);
    const base = ["--model", model, "--backend=wasm"];
    const drawn = await runCommand("sample", [
      ...base,
      `--out=${folder}/d`,
      "--count=200",
      "--seed=3",
    ]);
    assert.equal(drawn.code, 0, drawn.stderr);
    // Their variance is that which the components explain.
    const spread = async (paths: readonly string[]) => {
      const images = await Promise.all(
        paths.map(async (path) => Array.from((await read(path)).data)),
      );
      const mean = images[0]!.map((_, i) =>
        images.reduce((sum, image) => sum + image[i]!, 0) / images.length
      );
      return images.reduce((sum, image) => sum + distance(image, mean) ** 2, 0) / images.length /
        255 ** 2;
    };
    const found = await spread(
      [...Deno.readDirSync(`${folder}/d`)].map(({ name }) => `${folder}/d/${name}`),
    );
    const { stdout } = await runHere("info", ["--json", model]);
    assert.ok(stdout.includes("pca"));
    const file = decodeModel(await Deno.readFile(model), model);
    const variances = file.weights.get("variances")!.data as Float32Array;
    const wanted = variances.reduce((a, b) => a + b);
    // Tolerance: 200 random images, and pixels clipped to [0, 1].
    assert.ok(found > 0.6 * wanted && found < 1.15 * wanted, `${found} for ${wanted}`);
    const units = await runCommand("sample", [
      ...base,
      `--out=${folder}/u.png`,
      `--traverse=${TEST_IMAGES}#7`,
    ]);
    assert.equal(units.code, 0, units.stderr);
    const refused = await runHere("sample", [...base, `--out=${folder}/g.png`, "--gibbs=3", "-q"]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--gibbs as "pca" is no Boltzmann machine/);
  });
});

Deno.test("sample draws from a Boltzmann machine by Gibbs sampling, by seed", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, [
      "--model=rbm",
      "--latent=64",
      "--epochs=40",
      "--lr=0.01",
    ]);
    const base = ["--model", model, "--backend=wasm"];
    const draw = async (name: string, ...args: string[]) => {
      const { code, stderr } = await runCommand("sample", [
        ...base,
        `--out=${folder}/${name}`,
        ...args,
      ]);
      assert.equal(code, 0, stderr);
      return await read(`${folder}/${name}`);
    };
    const a = await draw("a.png", "--seed=1", "--gibbs=200", "--count=4");
    const b = await draw("b.png", "--seed=1", "--gibbs=200", "--count=4");
    const early = await draw("c.png", "--seed=1", "--gibbs=1", "--count=4");
    assert.deepEqual(a.data, b.data);
    assert.notDeepEqual(a.data, early.data);
    // Digits leave the left and right columns dark, which random pixels do not.
    for (const column of [0, 1]) {
      const image = tile(a, column, 0);
      const edge = image.filter((_, i) => i % 8 === 0), all = image.reduce((x, y) => x + y) / 64;
      assert.ok(edge.reduce((x, y) => x + y) / 8 < 0.3 * all, `${edge} of ${all}`);
    }
    await draw("u.png", `--traverse=${TEST_IMAGES}#7`, "--count=2");
  });
});

Deno.test("sample refuses models without a prior, and wrong flags", async () => {
  await withFolder(async (folder) => {
    const plain = await trainDigits(folder, ["--model=dense", "--epochs=1"]);
    await writePng(`${folder}/a.png`, 8, 8, (x) => x);
    await writePng(`${folder}/b.png`, 1, 1, (x) => x);
    const [a, b] = [`${folder}/a.png`, `${folder}/b.png`], out = `--out=${folder}/s.png`;
    const cases: [string[], number, RegExp][] = [
      [[], 2, /Cannot sample as --out must be given/],
      [[out], 2, /"dense" as its latent must have a prior.*\nhint: .*--between/],
      [[out, `--traverse=${a}`], 2, /must have a prior/],
      [[out, `--between=${a}`], 2, /must be two images/],
      [[out, a], 2, /only --between takes images/],
      [[out, `--traverse=${a}`, `--between=${a}`, a], 2, /together/],
      [[out, `--between=${a}`, TEST_IMAGES], 2, /must be one image: it has several\nhint: .*#0/],
      [[out, `--between=${a}`, `${folder}/none.png`], 1, /none\.png/],
      [
        [out, `--between=${a}`, b],
        1,
        /Cannot use ".*b\.png" as its size must be 8 x 8: current value is 1 x 1/,
      ],
      [[out, `--between=${a}`, a], 0, /^$/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("sample", [
        "--model",
        plain,
        "--backend=wasm",
        ...args,
        "--quiet",
      ]);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    }
  });
});

Deno.test("sample refuses models without a decoder", async () => {
  await withFolder(async (folder) => {
    for (const args of [["--model=knn"], ["--model=resnet", "--epochs=1"]]) {
      const model = await trainDigits(folder, args);
      const { code, stderr } = await runHere("sample", [
        "--model",
        model,
        "--backend=wasm",
        `--out=${folder}/a.png`,
      ]);
      assert.equal(code, 2, stderr);
      assert.match(
        stderr,
        /^error: Cannot make images by "\w+" as the model must have a decoder$/m,
      );
    }
  });
});

Deno.test("sample refuses more images than fit in memory, or on a sheet, and writes nothing", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `${folder}/many.png`;
    const flags = ["--model", model, "--backend=wasm", `--out=${out}`];
    const run = (count: string) => runHere("sample", [...flags, `--count=${count}`]);
    const many = await run("1000000000");
    assert.equal(many.code, 1);
    assert.match(
      many.stderr,
      /Cannot sample 1000000000 images of 8 x 8 x 1 as they must fit in 1 GB/,
    );
    assert.match(many.stderr, /^hint: lower --count/m);
    const sheet = await run("400000");
    assert.equal(sheet.code, 1);
    assert.match(sheet.stderr, /Cannot draw 400000 images on a sheet as it must have at most/);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });
});
