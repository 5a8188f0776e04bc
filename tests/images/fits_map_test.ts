import assert from "node:assert/strict";
import { readFitsMap } from "../../src/images/mod.ts";
import { encodeFits } from "../../src/simulation/mod.ts";
import { bigEndian, fits, type FitsValue } from "./_fits.ts";

const plane = { BITPIX: -32, NAXIS: 2, NAXIS1: 2, NAXIS2: 2 };

function map(keywords: Readonly<Record<string, FitsValue>>, values = [1, 2, 3, 4]) {
  return readFitsMap(
    fits({ ...plane, ...keywords }, bigEndian(values, 4, (v, at, x) => v.setFloat32(at, x))),
  );
}

function near(actual: number | undefined, wanted: number): void {
  assert.ok(Math.abs(actual! / wanted - 1) < 1e-12, `${actual} is not ${wanted}`);
}

Deno.test("a FITS map keeps values that are not finite, which an image would lose", () => {
  const { width, height, values, pixelScaleArcsec } = map({}, [NaN, 2, Infinity, -4]);
  assert.deepEqual([width, height, pixelScaleArcsec], [2, 2, undefined]);
  assert.deepEqual(values, Float32Array.of(Infinity, -4, NaN, 2));
});

Deno.test("the pixel scale follows from a CD matrix, turned or mirrored", () => {
  const step = 0.05 / 3600, cos = Math.cos(0.7) * step, sin = Math.sin(0.7) * step;
  const axes = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" };
  near(map({ ...axes, CD1_1: -step, CD2_2: step }).pixelScaleArcsec, 0.05);
  const turned = { CD1_1: -cos, CD1_2: sin, CD2_1: sin, CD2_2: cos };
  near(map({ ...axes, ...turned }).pixelScaleArcsec, 0.05);
});

Deno.test("the pixel scale follows from CDELT with or without PC, in the header's unit", () => {
  const axes = { CTYPE1: "GLON-CAR", CTYPE2: "GLAT-CAR", CDELT1: -0.1, CDELT2: 0.1 };
  near(map(axes).pixelScaleArcsec, 360);
  near(map({ ...axes, CUNIT1: "arcsec", CUNIT2: "arcsec" }).pixelScaleArcsec, 0.1);
  const turned = { PC1_1: 0, PC1_2: 1, PC2_1: -1, PC2_2: 0 };
  near(map({ ...axes, ...turned }).pixelScaleArcsec, 360);
});

Deno.test("headers without a scale on the sky have none", () => {
  const linear = { CDELT1: 1, CDELT2: 1 };
  assert.equal(map(linear).pixelScaleArcsec, undefined);
  assert.equal(map({ CTYPE1: "WAVE", ...linear }).pixelScaleArcsec, undefined);
  assert.equal(map({ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" }).pixelScaleArcsec, undefined);
  const flat = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CD1_1: 1, CD2_2: 0 };
  assert.equal(map(flat).pixelScaleArcsec, undefined);
});

Deno.test("pixels that are not square are refused, and files that are no FITS", () => {
  const keywords = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CDELT1: -0.1, CDELT2: 0.2 };
  assert.throws(() => map(keywords), { code: "value", message: /must be square/ });
  assert.throws(() => readFitsMap(Uint8Array.of(1, 2, 3)), { code: "format" });
});

Deno.test("a FITS map has name, unit, saturation and coordinates, as a file of the same pixels needs them", () => {
  const axes = { CTYPE1: "RA---TAN-SIP", CTYPE2: "DEC--TAN-SIP", CD1_1: -0.1, CD2_2: 0.1 };
  const more = {
    EXTNAME: "SCI",
    BUNIT: "electron/s",
    SATURATE: 60000,
    CRPIX1: 12.5,
    OBJECT: "lens",
  };
  const { hdu, unit, saturation, wcs } = map({ ...axes, ...more });
  assert.deepEqual([hdu, unit, saturation], ["SCI", "electron/s", 60000]);
  // Distortions are of the file's own pixels.
  const wanted = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CD1_1: -0.1, CD2_2: 0.1, CRPIX1: 12.5 };
  assert.deepEqual(Object.fromEntries(wcs), wanted);
  const size = { width: 2, height: 2, pixelScale: 360, unit: "" };
  const again = readFitsMap(encodeFits(Float32Array.of(1, 2, 3, 4), { ...size, wcs }));
  assert.deepEqual(Object.fromEntries(again.wcs), wanted);
  near(again.pixelScaleArcsec, 360);
  const bare = map({});
  assert.deepEqual([bare.hdu, bare.unit, bare.saturation, bare.wcs], ["", "", undefined, []]);
});
