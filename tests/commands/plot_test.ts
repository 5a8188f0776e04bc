import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { PLOT_KINDS } from "../../tasks/_plot_kinds.ts";
import { ndjson } from "../cli/_program.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { DIGITS, runCommand, runHere, trainDigits, withFolder, writePng } from "./_task.ts";
import { simulate } from "./_simulate.ts";

const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

/** Kinds of simulated lenses. */
const OF_LENSES = ["lenses", "classes", "strength"];

Deno.test("plot draws every kind of figure as SVG and as PNG of the same size", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=2", "--model=vae"]);
    const scored = await runCommand("score", ["--model", model, "--limit=200", TEST_IMAGES]);
    await Deno.writeTextFile(`${folder}/s.ndjson`, scored.stdout);
    for (const kind of Object.keys(PLOT_KINDS)) {
      if (OF_LENSES.includes(kind)) continue;
      const base = [kind, "--model", model, "--scores", `${folder}/s.ndjson`, "--backend=wasm"];
      for (const type of ["svg", "png"]) {
        const { code, stdout, stderr } = await runHere("plot", [
          ...base,
          `--out=${folder}/${kind}.${type}`,
        ]);
        assert.deepEqual([code, stdout], [0, ""], stderr);
      }
      const svg = await Deno.readTextFile(`${folder}/${kind}.svg`);
      const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
      const image = await decode(await Deno.readFile(`${folder}/${kind}.png`));
      assert.deepEqual([image.width, image.height], [
        Math.ceil(2 * Number(width)),
        Math.ceil(2 * Number(height)),
      ]);
      assert.ok(!/NaN|undefined/.test(svg.replace(/href="[^"]*"/g, "")), kind);
    }
    assert.match(await Deno.readTextFile(`${folder}/roc.svg`), /AUROC 0\.\d+, 95 % interval/);
  });
});

Deno.test("plot warns of the scores of another model or by another score, and shows no calibration beside them", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `${folder}/s.svg`;
    const scored = await runCommand("score", ["--model", model, "--limit=50", TEST_IMAGES]);
    const draw = async (text: string, ...further: string[]) => {
      const args = ["scores", "--model", model, "--scores=-", "--out", out, ...further];
      const { code, stderr } = await runCommand("plot", args, text);
      assert.equal(code, 0, stderr);
      const svg = await Deno.readTextFile(out);
      return [
        /scores are (of another|not \S+ of this) model/.exec(stderr)?.[0] ?? "",
        svg.includes("calibration ("),
      ];
    };
    assert.deepEqual(await draw(scored.stdout), ["", true]);
    const foreign = scored.stdout.replaceAll(/"sha256:..../g, '"sha256:0000');
    assert.deepEqual(await draw(foreign), ["scores are of another model", false]);
    const mixed = scored.stdout.replace(/"sha256:..../, '"sha256:0000');
    assert.deepEqual(await draw(mixed), ["scores are of another model", false]);
    const own = decodeModel(await Deno.readFile(model), "").score;
    const other = ["mse", "max_error"].find((name) => name !== own)!;
    const byOther = ["--model", model, "--limit=50", "--score", other, TEST_IMAGES];
    const records = (await runCommand("score", byOther)).stdout;
    const warning = `scores are not ${own} of this model`;
    assert.deepEqual(await draw(records), [warning, false]);
    assert.deepEqual(await draw(scored.stdout + records), [warning, false]);
    assert.deepEqual(await draw(records, `--score=${other}`), ["", true]);
    const page = ["--model", model, "--scores=-", `--out=${folder}/r.html`];
    assert.match(
      (await runCommand("report", page, records)).stderr,
      /The scores are not \S+ of this/,
    );
  });
});

Deno.test("plot says why the strangest images have no heatmaps", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, [
      "--model=vae",
      "--epochs=1",
      "--limit=60",
      "--calibrate=split",
    ]);
    const out = `${folder}/a.svg`, scored = ["--model", model, "--limit=20", TEST_IMAGES];
    const { stdout } = await runCommand("score", scored);
    const args = ["anomalies", "--model", model, "--scores=-", "--out", out];
    const { code, stderr } = await runCommand("plot", args, stdout);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^warning: there are no heatmaps: .* calibrated on enough images/m);
    assert.doesNotMatch(await Deno.readTextFile(out), /heatmap|Orange/);
    // A model that makes none at all has none to explain.
    const others = ["--model=knn", "--limit=60"], knn = await trainDigits(folder, others);
    const found = await runCommand("score", ["--model", knn, "--limit=20", TEST_IMAGES]);
    const plain = await runHere("plot", args, found.stdout);
    assert.equal(plain.code, 0, plain.stderr);
    assert.doesNotMatch(await Deno.readTextFile(out), /heatmap|Orange/);
  });
});

Deno.test("plot takes images from sources too, as many as wanted", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const out = `${folder}/r.svg`;
    const args = ["reconstructions", "--model", model, "--count=5", "--out", out, TEST_IMAGES];
    const { code, stderr } = await runCommand("plot", args);
    assert.equal(code, 0, stderr);
    assert.equal((await Deno.readTextFile(out)).match(/<image /g)?.length, 10);
  });
});

Deno.test("plot warns of each image that it leaves out and ends with 3, or draws nothing of none", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `${folder}/f.svg`;
    const good = [1, 2, 3, 4].map((i) => `${folder}/${i}.png`);
    for (const [i, path] of good.entries()) {
      await writePng(path, 8, 8, (x, y) => (x * i + 30 * y) % 256);
    }
    const bad = ["text.png", "cut.png"].map((name) => `${folder}/${name}`);
    await Deno.writeTextFile(bad[0]!, "no image");
    await Deno.writeFile(bad[1]!, (await Deno.readFile(good[0]!)).subarray(0, 60));
    const records = (paths: string[]) => ndjson(paths.map((path, i) => ({ path, score: i })));
    const draw = async (kind: string, paths: string[], named: boolean) => {
      const args = [kind, "--model", model, "--out", out];
      const [further, text] = named ? [["--scores=-"], records(paths)] : [paths, ""];
      const { code, stderr } = await runCommand("plot", [...args, ...further], text);
      const drawn = await Deno.remove(out).then(() => true, () => false);
      return { code, stderr, drawn };
    };
    for (const kind of ["images", "reconstructions", "pixels", "map", "anomalies"]) {
      for (const named of kind === "anomalies" ? [true] : [false, true]) {
        const some = await draw(kind, [...good, ...bad], named);
        assert.deepEqual([some.code, some.drawn], [3, true], `${kind}: ${some.stderr}`);
        for (const path of bad) assert.match(some.stderr, new RegExp(`warning: ${path}`));
        assert.equal(some.stderr.match(/^warning: /gm)?.length, 2, some.stderr);
        const none = await draw(kind, bad, named);
        assert.deepEqual([none.code, none.drawn], [1, false], `${kind}: ${none.stderr}`);
        assert.match(none.stderr, /there must be images: found none\n.*2 could not be read/);
      }
    }
  });
});

Deno.test("plot --augment changes images before they are reconstructed, the same for the same seed", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `${folder}/r.svg`;
    const plot = async (...args: string[]) => {
      const all = [...args, "--model", model, "--count=3", "--out", out, TEST_IMAGES];
      const { code, stderr } = await runCommand("plot", all);
      return { code, stderr, svg: code === 0 ? await Deno.readTextFile(out) : "" };
    };
    const addresses = ({ svg }: { svg: string }) => svg.match(/data:image[^"]*/g)!;
    const plain = addresses(await plot("reconstructions"));
    const [once, again, other, black] = [
      await plot("reconstructions", "--augment=noise:0.2"),
      await plot("reconstructions", "--augment=noise:0.2"),
      await plot("reconstructions", "--augment=noise:0.2", "--seed=1"),
      await plot("reconstructions", "--augment=dropout:1"),
    ].map(addresses);
    assert.ok(once && again && other && black);
    assert.equal(once.length, 6);
    assert.deepEqual(once, again);
    for (const [i, address] of once.entries()) {
      assert.notEqual(address, plain[i]);
      assert.notEqual(address, other[i]);
    }
    assert.equal(new Set(black).size, 2); // one black image, and what the model makes of it
    const wrong = await plot("reconstructions", "--augment=nois:0.2");
    assert.deepEqual([wrong.code, /--augment/.test(wrong.stderr)], [2, true]);
    const without = await plot("loss", "--augment=noise:0.2");
    assert.deepEqual([without.code, /must draw images/.test(without.stderr)], [2, true]);
  });
});

Deno.test("plot draws the figures of simulated lenses from their manifest", async () => {
  await withFolder(async (folder) => {
    await simulate(
      "--size=16x16",
      "--recipe=model-b",
      "--classes=no_sub,cdm",
      "--count=30",
      "--out",
      `${folder}/lenses`,
    );
    const { stderr: said, code: trained } = await runCommand("train", [
      ...["--data", `${folder}/lenses/no_sub`, "--model=pca", "--out", `${folder}/m.safetensors`],
    ]);
    assert.equal(trained, 0, said);
    const lines = ["no_sub", "cdm"].flatMap((label) =>
      Array.from({ length: 30 }, (_, i) => ({
        path: `${folder}/lenses/${label}/${String(i).padStart(6, "0")}.png`,
        ...{ label, normal: label === "no_sub", score: i + (label === "cdm" ? 9 : 0) },
      }))
    );
    for (const kind of OF_LENSES) {
      const args = [
        kind,
        "--model",
        `${folder}/m.safetensors`,
        "--scores=-",
        `--out=${folder}/${kind}.svg`,
      ];
      const { code, stderr } = await runCommand("plot", args, ndjson(lines));
      assert.equal(code, 0, stderr);
    }
    assert.match(await Deno.readTextFile(`${folder}/classes.svg`), />cdm</);
    assert.equal(
      (await Deno.readTextFile(`${folder}/lenses.svg`)).match(/<circle [^>]*r="2.5"/g)?.length,
      60,
    );
  });
});

Deno.test("plot says what a figure needs, and names the figures", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `--out=${folder}/f.svg`;
    const unlabelled = ndjson([{ path: "a", score: 1 }]);
    const cases: [string[], string, RegExp, number][] = [
      [["rock", "--model", model, out], "", /no such figure[^]*roc/, 2],
      [
        ["roc", "--model", model, "--scores=-", out],
        unlabelled,
        /both anomalies and normal images/,
        1,
      ],
      [["lenses", "--model", model, "--scores=-", out], unlabelled, /simulate made/, 1],
      [
        ["calibration", "--model", model, "--scores=-", out],
        unlabelled,
        /there must be normal images/,
        1,
      ],
      [["pixels", "--model", model, "--scores=-", out], unlabelled, /Cannot read "a"/, 1],
      [["roc", "--model", model, out], "", /--scores must be given/, 2],
      [["loss", "--model", model, `--out=${folder}/f.jpg`], "", /FILE.svg or FILE.png/, 2],
      [["loss", "--model", model], "", /add --out loss.svg/, 2],
      [
        ["samples", "--model", model, out, "--count=2001"],
        "",
        /--count must be at most 2000: current value is 2001\nhint: lower --count/,
        2,
      ],
      [[], "", /at least 1 KIND/, 2],
    ];
    for (const [args, stdin, message, wanted] of cases) {
      const { code, stderr } = await runHere("plot", [...args, "--backend=wasm"], stdin);
      assert.match(stderr, message);
      assert.equal(code, wanted, stderr);
    }
    await assert.rejects(Deno.stat(`${folder}/f.svg`));
    const broken = ndjson([{ path: "a", score: 1 }, { path: "b", error: { code: "decode" } }]);
    const args = ["scores", "--model", model, "--scores=-", out, "--backend=wasm"];
    const { code, stderr } = await runHere("plot", args, broken);
    assert.match(stderr, /warning: 1 record has no finite score: left out/);
    assert.equal(code, 3);
  });
});
