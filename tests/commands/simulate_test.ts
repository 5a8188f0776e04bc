import assert from "node:assert/strict";
import { FLAGS } from "../../src/cli/mod.ts";
import { decode } from "../../src/images/mod.ts";
import { INSTRUMENT_NAMES, PARAMETER_NAMES, RECIPE_NAMES } from "../../src/lensing/mod.ts";
import { encodeFits } from "../../src/simulation/mod.ts";
import { runShell, shellCommand } from "../cli/_program.ts";
import { contents } from "../simulation/_settings.ts";
import { simulate, SMALL } from "./_simulate.ts";
import { records, runCommand, runHere, withFolder, writePng } from "./_task.ts";

Deno.test("simulate writes class folders that train and score accept, and a manifest", async () => {
  await withFolder(async (folder) => {
    const data = `${folder}/lens`, model = `${folder}/m.safetensors`;
    const { stdout, stderr } = await simulate(...SMALL, "--count=20", `--out=${data}`);
    assert.equal(stdout, "");
    assert.match(stderr, /wrote .*lens: 60 images in/);
    const manifest = records(await Deno.readTextFile(`${data}/manifest.ndjson`));
    assert.equal(manifest.length, 60);
    for (const { path, label, parameters } of manifest) {
      assert.equal((path as string).split("/")[0], label);
      const { width, height, channels } = await decode(await Deno.readFile(`${data}/${path}`));
      assert.deepEqual([width, height, channels], [16, 16, 1]);
      assert.ok(Object.keys(parameters as object).length > 30);
    }
    const trained = await runCommand("train", [
      `--data=${data}`,
      "--normal=no_sub",
      "--model=pca",
      "--backend=wasm",
      `--out=${model}`,
    ]);
    assert.equal(trained.code, 0, trained.stderr);
    const scored = await runCommand("score", ["--model", model, data, "--backend=wasm"]);
    const labels = records(scored.stdout).map(({ label, normal }) => `${label} ${normal}`);
    assert.deepEqual([...new Set(labels)], ["cdm false", "no_sub true", "vortex false"]);
  });
});

Deno.test("simulate | train and simulate | score need no files", async () => {
  await withFolder(async (folder) => {
    const simulated = (count: number) =>
      shellCommand(["simulate", ...SMALL, `--count=${count}`, "--stdout=ndjson", "-q"]);
    const allowed = (line: string, name: string) => line.replace("'run'", `'run' '-P=${name}'`);
    const model = `${folder}/m`;
    const train = shellCommand([
      ...["train", "--data=-", "--normal=no_sub", "--model=pca", "--backend=wasm", "-q"],
      `--out=${model}`,
    ]);
    const trained = await runShell(
      `${allowed(simulated(20), "simulate")} | ${allowed(train, "train")}`,
    );
    assert.deepEqual([trained.code, trained.stdout], [0, ""], trained.stderr);
    const score = shellCommand(["score", "--model", model, "--backend=wasm", "-q", "-"]);
    const scored = await runShell(
      `${allowed(simulated(2), "simulate")} | ${allowed(score, "score")}`,
    );
    const lines = records(scored.stdout);
    assert.equal(lines.length, 6, scored.stderr);
    for (const line of lines) {
      assert.ok(typeof line["score"] === "number" && !("base64" in line));
      assert.equal(line["normal"], line["label"] === "no_sub");
    }
  });
});

Deno.test("the tar stream contains the files of --out; paths are readable", async () => {
  await withFolder(async (folder) => {
    const out = await simulate(
      ...SMALL,
      ...["--count=3", "--maps", "--stdout=paths", `--out=${folder}/a`],
    );
    const paths = records(out.stdout);
    assert.deepEqual(paths[4], { path: `${folder}/a/cdm/000001.png`, label: "cdm" });
    for (const { path } of paths) await Deno.stat(path as string);
    const line = shellCommand(["simulate", ...SMALL, "--count=3", "--maps", "--stdout=tar", "-q"])
      .replace("'run'", "'run' '-P=simulate'");
    const { code, stderr } = await runShell(`mkdir ${folder}/b && ${line} | tar x -C ${folder}/b`);
    assert.deepEqual([code, stderr], [0, ""]);
    const wanted = await contents(`${folder}/a`);
    wanted.delete("simulation.json");
    assert.deepEqual(await contents(`${folder}/b`), wanted);
    assert.equal(wanted.size, 9 * 3 + 1);
    const curves = JSON.parse(await Deno.readTextFile(`${folder}/a/maps/cdm/000000.json`));
    assert.ok(curves.critical_curves.length > 0);
    assert.equal(curves.critical_curves.length, curves.caustics.length);
  });
});

Deno.test("one thread and several threads write the same files", async () => {
  await withFolder(async (folder) => {
    const args = ["--recipe=realistic", ...SMALL, "--count=20"];
    await simulate(...args, "--workers=1", `--out=${folder}/a`);
    await simulate(...args, "--workers=3", `--out=${folder}/b`);
    assert.deepEqual(await contents(`${folder}/b`), await contents(`${folder}/a`));
  });
});

Deno.test("a recipe is printed, changed, and read from a file", async () => {
  await withFolder(async (folder) => {
    const shown = await simulate("--recipe=model-b", "--show");
    const json = JSON.parse(shown.stdout);
    assert.equal(json.parameters["source.axis_ratio"], "uniform(0.7, 1)");
    await Deno.writeTextFile(`${folder}/same.json`, shown.stdout);
    const extending = {
      extends: "model-b",
      parameters: { "halo.einstein_radius": "uniform(0.8, 1)" },
    };
    await Deno.writeTextFile(`${folder}/mine.json`, JSON.stringify(extending));
    const again = await simulate(`--recipe=${folder}/same.json`, "--show");
    assert.deepEqual(JSON.parse(again.stdout), json);
    const changed = await simulate(
      ...[`--recipe=${folder}/mine.json`, "--set=source.redshift=uniform(0.8,1.2)"],
      ...["--set", "halo.axis_ratio=0.8", "--instrument=euclid-vis", "--size=40x30", "--show"],
    );
    const { parameters } = JSON.parse(changed.stdout);
    assert.equal(parameters["halo.einstein_radius"], "uniform(0.8, 1)");
    assert.equal(parameters["source.redshift"], "uniform(0.8, 1.2)");
    assert.deepEqual(
      ["halo.axis_ratio", "image.pixel_scale", "image.width", "image.height"].map((key) =>
        parameters[key]
      ),
      [0.8, 0.1, 40, 30],
    );
    const out = await simulate(
      ...[`--recipe=${folder}/mine.json`, ...SMALL, "--classes=vortex", "--count=2"],
      ...["--stdout=ndjson"],
    );
    for (const { parameters, recipe } of records(out.stdout)) {
      assert.equal(recipe, `${folder}/mine.json`);
      const radius = (parameters as Record<string, number>)["halo.einstein_radius"]!;
      assert.ok(radius >= 0.8 && radius <= 1);
    }
  });
});

Deno.test("an image, or the images of a folder, can be the source", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/galaxies`);
    for (const [i, size] of [20, 300].entries()) {
      const sample = (x: number, y: number) =>
        200 * Math.exp(-((x / size - 0.5) ** 2 + (y / size - 0.6) ** 2) * 40);
      await writePng(`${folder}/galaxies/${i}.png`, size, size, sample, i === 0 ? 1 : 3);
    }
    const args = [...SMALL, "--count=8", "--classes=cdm", "--stdout=ndjson"];
    const found = records(
      (await simulate(...args, `--source=${folder}/galaxies`)).stdout,
    );
    const names = new Set(found.map((record) => (record["source_image"] as string).split(" ")[0]));
    assert.deepEqual([...names].sort(), [0, 1].map((i) => `${folder}/galaxies/${i}.png`));
    for (const record of found) assert.ok((record["residual"] as { max: number }).max > 0);
    await writePng(`${folder}/dark.png`, 8, 8, () => 9);
    const dark = await runCommand("simulate", [...args, `--source=${folder}/dark.png`]);
    assert.equal(dark.code, 1);
    assert.match(dark.stderr, /"[^"]*dark.png" as a source as it must be brighter/);
    const none = await runCommand("simulate", [...args, `--source=${folder}/none.png`]);
    assert.deepEqual([none.code, none.stdout], [1, ""]);
    assert.match(none.stderr, /none\.png/);
  });
});

Deno.test("a FITS image of a star can be the point spread function", async () => {
  await withFolder(async (folder) => {
    const args = [...SMALL, "--count=2", "--classes=cdm", "--stdout=ndjson"];
    const star = Float32Array.of(0, 0, 0, 0, 7, 0, 0, 0, 0); // a PSF of a single pixel
    const fits = encodeFits(star, { width: 3, height: 3, pixelScale: 0.1, unit: "", cards: [] });
    await Deno.writeFile(`${folder}/star.fits`, fits);
    const images = (out: string) => records(out).map(({ base64 }) => base64);
    const seen = (await simulate(...args, `--psf=${folder}/star.fits`)).stdout;
    assert.deepEqual(
      images(seen),
      images((await simulate(...args, "--set=psf.kind=none")).stdout),
    );
    assert.match(records(seen)[0]!["psf_image"] as string, /star\.fits sha256:[0-9a-f]{16}$/);
    await writePng(`${folder}/even.png`, 4, 4, () => 9);
    const even = await runCommand("simulate", [...args, `--psf=${folder}/even.png`]);
    assert.deepEqual([even.code, even.stdout], [1, ""]);
    assert.match(
      even.stderr,
      /even\.png" as a PSF as it must be a square with odd sides: .* 4 x 4/,
    );
    const none = await runCommand("simulate", [...args, "--set=psf.kind=image"]);
    assert.match(none.stderr, /as the PSF must be an image: it is missing\nhint: add --psf IMAGE/);
  });
});

Deno.test("simulate --list prints every recipe and every parameter with its unit", async () => {
  const lines = (await simulate("--list")).stdout.split("\n");
  for (const name of [...RECIPE_NAMES, ...PARAMETER_NAMES]) {
    assert.equal(lines.filter((line) => line.split(" ")[0] === name).length, 1, name);
  }
  assert.ok(lines.some((line) => /^halo\.velocity_dispersion +km\/s +or: /.test(line)));
});

Deno.test("--instrument accepts exactly the known cameras", () => {
  assert.deepEqual([...FLAGS.instrument.choices].sort(), [...INSTRUMENT_NAMES].sort());
});

Deno.test("simulate rejects invalid options, with hints", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/bad.json`, "{");
    const unknown = { extends: "model-b", parameters: { "source.redshif": 1 } };
    await Deno.writeTextFile(`${folder}/unknown.json`, JSON.stringify(unknown));
    const out = `--out=${folder}/a`;
    const cases: [string[], number, RegExp][] = [
      [[], 2, /Cannot simulate as --out is missing\nhint: add --out DIR, or --stdout tar/],
      [
        [out, "--count=0"],
        2,
        /--count must be a whole number from 1 to 1000000000000: current value is "0"/,
      ],
      [
        [out, "--recipe=model-c"],
        2,
        /"model-c" as there is no such recipe\nhint: did you mean model-/,
      ],
      [[out, "--recipe=none.json"], 1, /"none.json" as there is no such file\nhint: .*--show/],
      [[out, `--recipe=${folder}/bad.json`], 2, /bad.json" as it must be JSON/],
      [
        [out, `--recipe=${folder}/unknown.json`],
        2,
        /no parameter "source.redshif"\nhint: did you mean source.redshift/,
      ],
      [
        [out, "--set=halo.mass=-1e12"],
        2,
        /halo.mass must be a number above 0: current value is "-1e12"/,
      ],
      [[out, "--set=subhalo.mass=uniform(-1,1)"], 2, /subhalo.mass must be a number above 0/],
      [
        [out, "--set=halo.axis_ratio=1.5"],
        2,
        /halo.axis_ratio must be a number above 0 and at most 1/,
      ],
      [[out, "--set=halo.axis_ratio=0"], 2, /halo.axis_ratio must be/],
      [
        [out, "--set=source.redshift=0.3"],
        2,
        /source.redshift must be above lens.redshift: current values are 0.3 and 0.5\nhint: .*in front/,
      ],
      [[out, "--set=source.redshift"], 2, /--set as it must be KEY=DISTRIBUTION/],
      [[out, "--set=source.redshfit=1"], 2, /did you mean source.redshift/],
      [[out, "--set=subhalo.number=poisson(0)"], 2, /poisson with a mean above 0/],
      [[out, "--size=2x2"], 2, /image.width must be a whole number of at least 4/],
      [
        [out, "--classes=cdn"],
        2,
        /"cdn" as --classes must be from no_sub, cdm, vortex\nhint: did you mean cdm/,
      ],
      [[out, "--format=jpeg"], 2, /--format must be png, png16, npy, npz or fits/],
      [[out, "--set=image.stretch=none"], 2, /image.stretch must be linear, sqrt or asinh/],
      [[out, "--stdout=tar"], 2, /--out and --stdout tar together/],
      [
        [out, "--recipe=deeplense-4", "--format=fits"],
        2,
        /Cannot write FITS as image.colour must be/,
      ],
      [["--stdout=paths"], 2, /Cannot write paths as --out is missing/],
      [["--stdout=tar", "--format=npz"], 2, /Cannot write npz to stdout/],
      [
        [out, "--instrument=hubble"],
        2,
        /--instrument must be hst, euclid-vis, rubin or jwst-nircam/,
      ],
      [["--out=/proc/lenses"], 1, /Cannot write "\/proc\/lenses"/],
    ];
    for (const [args, code, message] of cases) {
      const result = await runHere("simulate", [...args, "-q"]);
      assert.equal(result.code, code, `${args}: ${result.stderr}`);
      assert.match(result.stderr, message);
      assert.equal(result.stdout, "");
    }
    assert.deepEqual([...(await contents(folder)).keys()], ["bad.json", "unknown.json"]);
    await simulate(out, ...SMALL, "--count=1");
    const other = await runHere("simulate", [out, "--size=16x16", "--seed=4", "--count=1"]);
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /as its seed must be unchanged, 3: current value is 4\nhint: .*--out/,
    );
  });
});
