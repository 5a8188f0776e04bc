/** Lenses fitted on the command line: from a folder or a recipe, with parameters and maps of mass. */

import assert from "node:assert/strict";
import { decode, readFitsMap } from "../../src/images/mod.ts";
import { encodeNpy } from "../../src/npy.ts";
import { runStray } from "../cli/_program.ts";
import { records, runCommand, runHere, withFolder } from "./_task.ts";

const SIZE = ["--size", "32x32"];
const COUNT = 24;

/** Simulates lenses of three classes; returns their folder. */
async function simulate(folder: string, ...args: string[]): Promise<string> {
  const out = `${folder}/lenses`;
  const all = ["--count", `${COUNT}`, ...SIZE, "--workers=1", "--out", out, ...args];
  const { code, stderr } = await runCommand("simulate", all);
  assert.equal(code, 0, stderr);
  return out;
}

/** The parameters of a record. */
function parametersOf({ parameters }: Record<string, unknown>): Record<string, number> {
  return parameters as Record<string, number>;
}

const COMMON = ["--normal=no_sub", "--model=lens-fit", "--backend=wasm"];

Deno.test("a folder that simulate wrote has the recipe; all its images calibrate", async () => {
  await withFolder(async (folder) => {
    const lenses = await simulate(folder), model = `${folder}/m`;
    const trained = await runCommand("train", ["--data", lenses, ...COMMON, "--out", model]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(
      trained.stderr,
      new RegExp(`calibrated on ${COUNT} images, each left out in turn`),
    );
    // Nothing is learnt of them, so that they may calibrate it again.
    const files = ["--model", model, "--data", lenses, "--out", `${folder}/m2`];
    const calibrated = await runHere("calibrate", [...files, "--normal=no_sub", "--backend=wasm"]);
    assert.equal(calibrated.code, 0, calibrated.stderr);
    assert.doesNotMatch(calibrated.stderr, /images of the model's training/);
    const info = await runHere("info", ["--json", model]);
    assert.equal(JSON.parse(info.stdout).architecture.kind, "lens-fit");
    const scored = await runCommand("score", ["--model", model, "--fields=parameters", lenses]);
    assert.equal(scored.code, 0, scored.stderr);
    const found = records(scored.stdout);
    assert.equal(found.length, 3 * COUNT);
    for (const parameters of found.map(parametersOf)) {
      assert.ok(Math.abs(parameters.einstein_radius! - 1.2) < 1e-6);
      assert.ok(parameters.shear_1_error! > 0 && !("einstein_radius_error" in parameters));
      assert.ok(parameters.degrees_of_freedom! <= 32 * 32 - 9);
    }
    // Two threads find the same, digit for digit.
    const again = ["--model", model, "--fields=parameters", "--workers=2", lenses];
    assert.equal((await runCommand("score", again)).stdout, scored.stdout);
    const manifest = (await Deno.readTextFile(`${lenses}/manifest.ndjson`)).trim().split("\n")
      .map((line) => JSON.parse(line));
    const smooth = found.filter(({ label }) => label === "no_sub");
    smooth.map(parametersOf).forEach((parameters, i) => {
      const { "shear.magnitude": size, "shear.angle": angle } = manifest[i]!.parameters;
      const off = Math.abs(parameters.shear_1! - size * Math.cos(2 * angle));
      assert.ok(off < 6 * parameters.shear_1_error!, `shear ${off}`);
    });
  });
});

Deno.test("score writes maps of mass and of residuals", async () => {
  await withFolder(async (folder) => {
    const lenses = await simulate(folder, "--classes=no_sub"), model = `${folder}/m`;
    const trained = await runCommand("train", ["--data", lenses, ...COMMON, "--out", model]);
    assert.equal(trained.code, 0, trained.stderr);
    const maps = `${folder}/maps`;
    const args = ["--model", model, "--mass-maps", maps];
    const scored = await runStray(["score", ...args, `${lenses}/no_sub/000000.png`], {
      deno: ["-P=stray"],
    });
    assert.equal(scored.code, 0, scored.stderr);
    const path = String(records(scored.stdout)[0]!.mass_map);
    const map = await decode(await Deno.readFile(path));
    assert.deepEqual([map.width, map.height], [32, 32]);
    assert.ok(map.data.some((value) => value !== 0));
    const picture = await decode(await Deno.readFile(path.replace("convergence.fits", "png")));
    assert.deepEqual([picture.width, picture.height, picture.channels], [32, 32, 3]);
  });
});

Deno.test("FITS files of a folder are fitted as electrons per second", async () => {
  await withFolder(async (folder) => {
    const lenses = await simulate(folder, "--format=fits", "--classes=no_sub");
    const model = `${folder}/m`;
    const trained = await runCommand("train", ["--data", lenses, ...COMMON, "--out", model]);
    assert.equal(trained.code, 0, trained.stderr);
    const scored = await runCommand("score", ["--model", model, "--score=chi2", lenses]);
    for (const { score } of records(scored.stdout)) {
      assert.ok(Number(score) > 0.7 && Number(score) < 1.4, `${score}`);
    }
  });
});

Deno.test("pixels that are not finite are left out of the fit, in score and in train", async () => {
  await withFolder(async (folder) => {
    const lenses = await simulate(folder, "--format=fits", "--classes=no_sub");
    const bad = 25, first = `${lenses}/no_sub/000000.fits`, files = [first];
    const bytes = await Deno.readFile(first), map = readFitsMap(bytes);
    const values = map.values.slice();
    for (let i = 0; i < bad; i++) {
      const at = (14 + Math.floor(i / 5)) * 32 + 14 + i % 5;
      values[at] = [NaN, Infinity, -Infinity][i % 3]!;
    }
    files.push(`${lenses}/no_sub/bad.npy`, `${folder}/most.npy`);
    await Deno.writeFile(files[1]!, encodeNpy(values, [32, 32]));
    await Deno.writeFile(
      files[2]!,
      encodeNpy(values.map((value, i) => i < 600 ? NaN : value), [32, 32]),
    );
    const model = `${folder}/m`;
    const trained = await runCommand("train", ["--data", lenses, ...COMMON, "--out", model]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(
      trained.stderr,
      /bad\.npy: 17 samples are not finite, replaced .* leaves them out/,
    );
    const args = ["--model", model, "--fields=parameters", "--score=chi2", ...files];
    const { stdout } = await runCommand("score", args);
    const [whole, part, most] = records(stdout);
    assert.ok(Math.abs(Number(whole!.score) - Number(part!.score)) < 0.2, stdout);
    const freedom = (record: Record<string, unknown>) => parametersOf(record).degrees_of_freedom!;
    assert.equal(freedom(part!), freedom(whole!) - bad);
    assert.equal(most!.converged, false);
    const ring = [whole!, part!].map((record) => parametersOf(record).shear_1!);
    assert.ok(Math.abs(ring[0]! - ring[1]!) < 5 * parametersOf(part!).shear_1_error!);
  });
});

Deno.test("folders of different recipes are refused, unless a recipe is named", async () => {
  await withFolder(async (folder) => {
    const write = async (name: string, ...args: string[]) => {
      await Deno.mkdir(`${folder}/${name}`);
      return await simulate(`${folder}/${name}`, "--classes=no_sub", ...args);
    };
    const a = await write("a"), b = await write("b", "--seed=1", "--set=subhalo.number=9");
    const other = await write("c", "--set=lens.redshift=0.6");
    const run = (...args: string[]) =>
      runCommand("train", [...args, ...COMMON, `--out=${folder}/m`, "--limit=30"]);
    const same = await run("--data", a, "--data", b);
    assert.equal(same.code, 0, same.stderr);
    const refused = await run("--data", a, "--data", other);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /all --data must have one recipe: lens.redshift of ".*c.lenses" is another than that of ".*a.lenses"\nhint: .*--recipe/,
    );
    const named = await run("--data", a, "--data", other, "--recipe=model-b");
    assert.equal(named.code, 0, named.stderr);
  });
});

Deno.test("wrong lenses are refused in words", async () => {
  await withFolder(async (folder) => {
    const lenses = await simulate(folder), out = ["--out", `${folder}/m`];
    const bare = `${folder}/bare`;
    await Deno.mkdir(bare);
    for (const name of [0, 1, 2, 3, 4, 5].map((i) => `00000${i}.png`)) {
      await Deno.copyFile(`${lenses}/no_sub/${name}`, `${bare}/${name}`);
    }
    const cases = [
      [
        ["--data", bare, "--model=lens-fit"],
        /--recipe must be given, or a folder that simulate wrote/,
      ],
      [["--data", bare, "--free=halo"], /Cannot use --free as there must be a recipe of lenses/],
      [["--data", lenses, ...COMMON, "--free=halo.mas"], /Cannot free "halo\.mas"/],
      [
        ["--data", lenses, ...COMMON, "--size=16x16"],
        /Cannot use --size as --recipe must determine/,
      ],
      [
        ["--data", lenses, ...COMMON, "--epochs=3"],
        /Cannot use --epochs as "lens-fit" does not learn in steps/,
      ],
      [["--data", bare, "--model=vae", "--recipe=model-b"], /only --model lens-fit takes it/],
      [["--data", bare, "--model=knn", "--free=all"], /Cannot use --free as only --model lens-fit/],
      [["--data", lenses, ...COMMON, "--recipe=nothing"], /no such recipe/],
      [
        ["--data", lenses, ...COMMON, "--set=psf.kind=image"],
        /the PSF must be an image: it is missing/,
      ],
    ] as const;
    for (const [args, message] of cases) {
      const { code, stderr } = await runHere("train", [...args, ...out]);
      assert.equal(code, 2, `${args}: ${stderr}`);
      assert.match(stderr, message);
    }
    // Lenses that vary are not those of a recipe in which they do not.
    const other = ["--data", lenses, ...COMMON, "--recipe=model-a", ...out];
    const doubtful = await runCommand("train", other);
    assert.equal(doubtful.code, 0, doubtful.stderr);
    assert.match(doubtful.stderr, /median chi-square per degree of freedom is \d.*another camera/);
    // A recipe finds the same lenses without their folder, and by itself.
    const named = ["--data", bare, "--recipe=model-b", "--backend=wasm", ...out];
    const { code, stderr } = await runCommand("train", named);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /lens-fit/);
    assert.doesNotMatch(stderr, /median chi-square/);
    const scored = await runCommand("score", ["--model", `${folder}/m`, bare]);
    assert.equal(records(scored.stdout).length, 6);
  });
});
