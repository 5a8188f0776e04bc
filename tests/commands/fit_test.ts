/** Observed lenses on the command line: made FITS files with noise map, PSF and mask. */

import assert from "node:assert/strict";
import { decode, readFitsMap } from "../../src/images/mod.ts";
import { gaussianPsf } from "../../src/lensing/mod.ts";
import { bigEndian, fits, type FitsValue } from "../images/_fits.ts";
import { knots, MADE, madeCamera, madeImage, withNoise } from "../lensing/_made_lenses.ts";
import { records, runCommand, runHere, withFolder, writePng } from "./_task.ts";

const SIZE = 40, NOISE = 0.01;
const PSF = gaussianPsf({ fwhm: 0.2, pixelScale: 0.1 });
const WCS = {
  ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 150.5, CRVAL2: 2.25 },
  ...{ CRPIX1: 100, CRPIX2: 200, CD1_1: -0.1 / 3600, CD2_2: 0.1 / 3600 },
};

/** Bytes of a float32 image, row-major with y down, as an HDU. */
function hdu(
  values: ArrayLike<number>,
  width: number,
  keywords: Readonly<Record<string, FitsValue>> = {},
  isFirst = true,
): Uint8Array {
  const height = values.length / width;
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from(
      { length: width },
      (_, x) => values[(height - 1 - y) * width + x]!,
    ));
  const data = bigEndian(rows.flat(), 4, (view, at, value) => view.setFloat32(at, value));
  const axes = { BITPIX: -32, NAXIS: 2, NAXIS1: width, NAXIS2: height };
  return fits(
    { ...axes, ...keywords },
    data,
    isFirst ? ["SIMPLE", true] : ["XTENSION", "IMAGE   "],
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const SMOOTH = withNoise(madeImage(madeCamera(SIZE, PSF), [MADE]), NOISE, 1);
const DEVIATIONS = new Float64Array(SIZE * SIZE).fill(NOISE);

/** Writes an image with its noise and PSF; returns flags that fit it by a Sersic source. */
async function writeLens(
  folder: string,
  image: ArrayLike<number> = SMOOTH,
  keywords: Readonly<Record<string, FitsValue>> = WCS,
): Promise<string[]> {
  await Deno.writeFile(`${folder}/lens.fits`, hdu(image, SIZE, keywords));
  await Deno.writeFile(`${folder}/rms.fits`, hdu(DEVIATIONS, SIZE));
  await Deno.writeFile(`${folder}/psf.fits`, hdu(PSF.weights, PSF.size));
  return [`${folder}/lens.fits`, "--source=sersic", ...maps(folder)];
}

function maps(folder: string): string[] {
  return [`--noise=${folder}/rms.fits`, `--psf=${folder}/psf.fits`];
}

/** Runs `fit` on one image and returns its record. */
async function fitted(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCommand("fit", args);
  assert.equal(code, 0, stderr);
  const [record, ...more] = records(stdout);
  assert.equal(more.length, 0);
  return record!;
}

function parametersOf({ parameters }: Record<string, unknown>): Record<string, number> {
  return parameters as Record<string, number>;
}

function assertTruth(record: Record<string, unknown>): void {
  const { einstein_radius: ring, einstein_radius_error: error } = parametersOf(record);
  assert.ok(error! > 0 && error! < 0.01, `error ${error}`);
  assert.ok(Math.abs(ring! - 1) < 5 * error!, `${ring} +- ${error}`);
  const chi2 = Number(record.chi2);
  assert.ok(chi2 > 0.85 && chi2 < 1.15, `chi-square ${chi2}`);
  assert.equal(record.converged, true);
}

Deno.test("fit: numbers with errors, and maps with the image's coordinates", async () => {
  await withFolder(async (folder) => {
    const args = await writeLens(folder), out = `${folder}/maps`;
    const record = await fitted([...args, "--out", out, "--annulus=0,1.65"]);
    assertTruth(record);
    assert.equal(record.pixel_scale, 0.1);
    const { shear_1, shear_1_error, halo_ellipse_1, halo_ellipse_1_error } = parametersOf(record);
    assert.ok(Math.abs(shear_1! - MADE[5]!) < 5 * shear_1_error!);
    assert.ok(Math.abs(halo_ellipse_1! - MADE[1]!) < 5 * halo_ellipse_1_error!);
    const names = record.maps as Record<string, string>;
    const read = async (name: string) => readFitsMap(await Deno.readFile(names[name]!));
    const image = await read("image");
    // 33 of the 40 rows and columns, from the fourth on: 3.3 arcsec around the middle.
    assert.deepEqual([image.width, image.height], [33, 33]);
    const left = SMOOTH.findIndex((value) => Math.fround(value) === image.values[0]) % SIZE;
    const top = Math.floor(
      SMOOTH.findIndex((value) => Math.fround(value) === image.values[0]) / SIZE,
    );
    const wcs = new Map(image.wcs);
    assert.equal(wcs.get("CRVAL1"), 150.5);
    assert.equal(wcs.get("CRPIX1"), 100 - left);
    assert.equal(wcs.get("CRPIX2"), 200 - (SIZE - top - 33));
    const [fit, residual] = [await read("fit"), await read("residual")];
    for (const [i, value] of residual.values.entries()) {
      const wanted = (image.values[i]! - fit.values[i]!) / NOISE;
      assert.ok(Number.isNaN(value) || Math.abs(value - wanted) < 1e-2);
    }
    assert.ok(Number.isNaN(residual.values[0]!), "a corner is outside the annulus");
    assert.ok((await read("source")).values.every((value) => value >= 0));
    for (const name of ["convergence", "significance"]) {
      assert.ok((await read(name)).values.some((value) => value !== 0), name);
    }
    const picture = await decode(await Deno.readFile(names.picture!));
    assert.equal(picture.channels, 3);
  });
});

Deno.test("fit: a clumpy source is fitted on a grid", async () => {
  await withFolder(async (folder) => {
    const image = withNoise(
      madeImage(madeCamera(SIZE, PSF), [MADE, ...knots(MADE)]),
      NOISE,
      2,
    );
    const [path] = await writeLens(folder, image);
    const sersic = await fitted([path!, ...maps(folder), "--source=sersic"]);
    assert.ok(Number(sersic.chi2) > 1.5, "a Sersic source does not do");
    const known = ["einstein_radius=1.05", "shear_1=0.03", "shear_2=-0.02"];
    const flags = [
      "--annulus=0,1.7",
      "--free=halo,lens_light,source",
      ...known.map((number) => `--set=${number}`),
    ];
    assertTruth(await fitted([path!, ...maps(folder), ...flags]));
  });
});

Deno.test("fit: HDUs of one file, weights by their name, and any scale of the PSF", async () => {
  await withFolder(async (folder) => {
    const weights = DEVIATIONS.map((value) => 1 / (value * value));
    const file = joined(
      hdu(SMOOTH, SIZE, WCS),
      hdu(weights, SIZE, { EXTNAME: "WHT" }, false),
      hdu(PSF.weights.map((value) => 7 * value), PSF.size, { EXTNAME: "PSF" }, false),
    );
    await Deno.writeFile(`${folder}/lens#1.fits`, file);
    const packed = new Blob([file as Uint8Array<ArrayBuffer>]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(`${folder}/lens.fits.gz`, packed);
    const flags = ["--noise=#WHT", "--psf=#PSF", "--source=sersic"];
    const plain = await fitted([`${folder}/lens#1.fits`, ...flags]);
    assertTruth(plain);
    assert.equal(plain.noise, "inverse-variance");
    const args = await writeLens(folder);
    assert.deepEqual(parametersOf(await fitted(args)), parametersOf(plain));
    const { parameters } = await fitted([
      `${folder}/lens.fits.gz#0`,
      ...flags.with(1, args.at(-1)!),
    ]);
    assert.deepEqual(parameters, plain.parameters);
  });
});

Deno.test("fit: numbers that are not free stay as they are set", async () => {
  await withFolder(async (folder) => {
    const args = await writeLens(folder);
    const free = ["--free=halo,lens_light,source", "--set=shear_1=0.03"];
    const numbers = parametersOf(await fitted([...args, ...free]));
    assert.deepEqual([numbers.shear_1, numbers.shear_2], [0.03, 0]);
    assert.ok(!("shear_1_error" in numbers) && numbers.einstein_radius_error! > 0);
    const sharp = withNoise(madeImage(madeCamera(SIZE), [MADE]), NOISE, 4);
    const [lens, source, noise] = await writeLens(folder, sharp);
    assertTruth(await fitted([lens!, source!, noise!, "--psf=none"]));
  });
});

Deno.test("fit: pixels without a value, saturated or masked do not count", async () => {
  await withFolder(async (folder) => {
    const bad = SMOOTH.slice();
    bad[700] = NaN;
    bad[701] = Infinity;
    // A plateau at the greatest value, next to the ring.
    for (const i of [820, 821, 860, 861, 862]) bad[i] = 50;
    const args = await writeLens(folder, bad);
    const { stderr } = await runCommand("fit", args);
    assert.match(stderr, /pixels do not count: 2 without a value, 5 saturated/);
    const all = await fitted(await writeLens(folder)),
      some = await fitted(await writeLens(folder, bad));
    assertTruth(some);
    assert.equal(some.pixels, Number(all.pixels) - 7);
    const withLimit = await fitted(
      await writeLens(folder, bad.with(862, 51), { ...WCS, SATURATE: 49 }),
    );
    assert.equal(withLimit.pixels, some.pixels);
    // A neighbour under a mask.
    for (let i = 0; i < 40; i++) bad[20 * SIZE + 33 + (i % 4) + SIZE * (i / 4 | 0)] = 3 + i;
    await writePng(
      `${folder}/mask.png`,
      SIZE,
      SIZE,
      (x, y) => x >= 33 && x < 37 && y >= 20 && y < 30 ? 0 : 255,
    );
    const masked = [...await writeLens(folder, bad), `--mask=${folder}/mask.png`];
    assertTruth(await fitted(masked));
  });
});

Deno.test("fit: input that cannot be fitted has a record with the reason and the remedy", async () => {
  await withFolder(async (folder) => {
    const args = await writeLens(folder);
    const write = async (name: string, values: ArrayLike<number>, width: number) => {
      await Deno.writeFile(`${folder}/${name}`, hdu(values, width));
      return `${folder}/${name}`;
    };
    const small = await write("small.fits", DEVIATIONS.slice(0, SIZE * (SIZE - 1)), SIZE);
    const even = await write("even.fits", new Float64Array(16).fill(1), 4);
    const dark = await write("dark.fits", new Float64Array(9), 3);
    const silent = await write("silent.fits", new Float64Array(SIZE * SIZE), SIZE);
    const faint = await write("faint.fits", DEVIATIONS.map(() => 1e20), SIZE);
    const ramp = await write("ramp.fits", SMOOTH.map((_, i) => i), SIZE);
    const noWcs = await write("plain.fits", SMOOTH, SIZE);
    await writePng(`${folder}/mask.png`, SIZE, SIZE + 1, () => 255);
    await writePng(`${folder}/lens.png`, SIZE, SIZE, () => 255);
    await Deno.writeFile(`${folder}/cut.gz`, Uint8Array.of(0x1f, 0x8b, 8, 0));
    const lens = args[0]!;
    const cases: readonly (readonly [readonly string[], RegExp, string])[] = [
      [[`--noise=${small}`], /size of the image, 40 x 40: current size is 40 x 39/, "shape"],
      [
        [`--mask=${folder}/mask.png`],
        /size of the image, 40 x 40: current size is 40 x 41/,
        "shape",
      ],
      [[`--psf=${even}`], /square with odd sides: current value is 4 x 4/, "value"],
      [[`--psf=${dark}`], /sum of its samples must be above 0/, "value"],
      [[`--noise=${silent}`], /at least 100 pixels must count: current number is 0/, "value"],
      [["--annulus=0.1,0.3"], /at least 100 pixels must count/, "value"],
      [["--noise=#WHT"], /the HDU must be one of 0: current value is "WHT"/, "value"],
      [[`--noise=${folder}/none.fits`], /there is no such file/, "not_found"],
      [[`--noise=${folder}/lens.png`], /must be a FITS file/, "format"],
      [[`--noise=${folder}/cut.gz`], /its gzip is damaged/, "decode"],
    ];
    for (const [flags, message, code] of cases) {
      const given = flags[0]!.split("=")[0]!,
        others = args.filter((arg) => !arg.startsWith(`${given}=`));
      const { code: exit, stdout } = await runCommand("fit", [...others, ...flags]);
      const [{ path, error }] = records(stdout) as [Record<string, unknown>];
      assert.equal(exit, 3);
      assert.equal(path, lens);
      const found = error as Record<string, string>;
      assert.match(found.message!, message);
      assert.equal(found.code, code);
    }
    const flags = ["--pixel-scale=0.1", `--noise=${faint}`, `--psf=${folder}/psf.fits`];
    const unsolvable = await runCommand("fit", [ramp, ...flags]);
    assert.match(
      unsolvable.stdout,
      /brightness and noise must be in proportion.*"hint":"check the/,
    );
    const none = await runCommand("fit", [noWcs, ...args.slice(1)]);
    assert.match(none.stdout, /must have a WCS .*"hint":"add --pixel-scale ARCSEC"/);
    assertTruth(await fitted([noWcs, ...args.slice(1), "--pixel-scale=0.1"]));
    // The others are fitted all the same.
    const both = await runCommand("fit", [noWcs, ...args]);
    assert.equal(both.code, 3);
    assertTruth(records(both.stdout)[1]!);
    assert.match(both.stderr, /1 of 2 images could not be fitted/);
  });
});

Deno.test("fit: an image without a lens gets a record", async () => {
  await withFolder(async (folder) => {
    const noise = withNoise(new Float64Array(SIZE * SIZE), NOISE, 3);
    assert.ok(Number((await fitted(await writeLens(folder, noise))).chi2) > 0);
    const strange = noise.map((value, i) => value + (i % 7 === 0 ? 3 : 0));
    const { stdout, stderr, code } = await runCommand("fit", await writeLens(folder, strange));
    assert.equal(code, 0, stderr);
    assert.ok(Number(records(stdout)[0]!.chi2) > 10);
    assert.match(stderr, /chi-square per degree of freedom is .* not of this kind/);
  });
});

Deno.test("fit: wrong usage is refused before any work", async () => {
  await withFolder(async (folder) => {
    const [lens, ...args] = await writeLens(folder);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[lens!, `--psf=${folder}/psf.fits`], /--noise must be given.*\nhint: add --noise/],
      [[lens!, `--noise=${folder}/rms.fits`], /--psf must be given\nhint: .*--psf none/],
      [[lens!, ...maps(folder), "--source=spiral"], /--source as it must be grid or sersic/],
      [[lens!, ...args, "--annulus=2,1"], /--annulus as it must be INNER,OUTER/],
      [[lens!, ...args, "--set=einstein_radius=-1"], /einstein_radius must be from 0.05 to 5/],
      [[lens!, ...args, "--set=mass=1"], /--set as it must be NAME=VALUE/],
      [[lens!, ...args, "--free=mass"], /Cannot free "mass"/],
      [[lens!, ...args, "--pixel-scale=-1"], /--pixel-scale/],
      [args, /IMAGE/],
    ];
    for (const [flags, message] of cases) {
      const { code, stdout, stderr } = await runHere("fit", flags);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    }
  });
});
