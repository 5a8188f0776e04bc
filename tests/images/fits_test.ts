import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { bigEndian, fits } from "./_fits.ts";

const int16 = (values: number[]) => bigEndian(values, 2, (v, at, x) => v.setInt16(at, x));
const float32 = (values: number[]) => bigEndian(values, 4, (v, at, x) => v.setFloat32(at, x));
const plane = (bitpix: number) => ({ BITPIX: bitpix, NAXIS: 2, NAXIS1: 3, NAXIS2: 2 });

Deno.test("FITS floats come in their units, the last row first as y is down", async () => {
  const image = await decode(fits(plane(-32), float32([1, 2, 3, -4, 5.5, 6e9])));
  assert.deepEqual([image.width, image.height, image.channels, image.white], [3, 2, 1, 1]);
  assert.deepEqual(image.data, Float32Array.of(-4, 5.5, 6e9, 1, 2, 3));
  assert.equal(image.notes, undefined);
});

Deno.test("FITS doubles, 8, 32 and 64-bit integers", async () => {
  const values = [1, 2, 3, 4, 5, 6];
  const flipped = [4, 5, 6, 1, 2, 3];
  const doubles = bigEndian(values, 8, (v, at, x) => v.setFloat64(at, -x));
  assert.deepEqual([...(await decode(fits(plane(-64), doubles))).data], flipped.map((v) => -v));
  const bytes = await decode(fits(plane(8), values));
  assert.deepEqual(bytes.data, Uint8Array.from(flipped));
  const longs = bigEndian(values, 4, (v, at, x) => v.setInt32(at, -x * 65536));
  assert.deepEqual(
    [...(await decode(fits(plane(32), longs))).data],
    flipped.map((v) => -v * 65536),
  );
  const wide = bigEndian(values, 8, (v, at, x) => v.setBigInt64(at, BigInt(-x) << 33n));
  assert.deepEqual(
    [...(await decode(fits(plane(64), wide))).data],
    flipped.map((v) => -v * 2 ** 33),
  );
});

Deno.test("FITS BSCALE and BZERO give physical units", async () => {
  const file = fits({ ...plane(16), BSCALE: 0.5, BZERO: 10 }, int16([0, 1, 2, -1, -2, 100]));
  assert.deepEqual((await decode(file)).data, Float32Array.of(9.5, 9, 60, 10, 10.5, 11));
});

Deno.test("FITS with BZERO 32768 is unsigned and keeps 16 bits", async () => {
  const file = fits({ ...plane(16), BZERO: 32768 }, int16([-32768, 0, 32767, 1, 2, 3]));
  const image = await decode(file);
  assert.equal(image.white, 65535);
  assert.deepEqual(image.data, Uint16Array.of(32769, 32770, 32771, 0, 32768, 65535));
});

Deno.test("FITS BLANK and NaN become the minimum, infinity the maximum, and are told", async () => {
  const blank = await decode(fits({ ...plane(16), BLANK: -1 }, int16([5, -1, 7, 8, -1, 9])));
  assert.deepEqual(blank.data, Float32Array.of(8, 5, 9, 5, 5, 7));
  assert.deepEqual(blank.notes, [
    "2 samples are not finite, replaced by the minimum unless the model leaves them out",
  ]);
  const odd = await decode(fits(plane(-32), float32([NaN, -2, 3, Infinity, 1, -Infinity])));
  assert.deepEqual(odd.data, Float32Array.of(3, 1, -2, -2, -2, 3));
  assert.equal(odd.notes?.length, 2);
  const none = fits(plane(-32), float32(Array(6).fill(NaN)));
  await assert.rejects(decode(none), { code: "value", message: /finite samples is 0/ });
});

Deno.test("FITS with several HDUs: the first 2-D image, or the one asked for", async () => {
  const empty = fits({ BITPIX: 8, NAXIS: 0, EXTEND: true }, []);
  const extension = (value: number) =>
    fits(
      { ...plane(8), PCOUNT: 0, GCOUNT: 1 },
      Array(6).fill(value),
      ["XTENSION", "IMAGE   "],
    );
  const table = fits(
    { BITPIX: 8, NAXIS: 2, NAXIS1: 4, NAXIS2: 2, PCOUNT: 0, GCOUNT: 1, TFIELDS: 1 },
    Array(8).fill(0),
    ["XTENSION", "BINTABLE"],
  );
  const parts = [empty, table, extension(1), extension(2)];
  const file = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  assert.equal((await decode(file)).data[0], 1);
  assert.equal((await decode(file, { part: "3" })).data[0], 2);
  await assert.rejects(decode(file, { part: "1" }), { code: "shape", message: /those of a table/ });
  await assert.rejects(decode(file, { part: "4" }), { code: "value", message: /less than 4/ });
  await assert.rejects(decode(file, { part: "3[0]" }), {
    message: /its plane must be none, current value is 0$/,
    hint: "name no plane: FILE#3",
  });
  await assert.rejects(decode(file.subarray(0, 2 * 2880)), { code: "format" });
});

Deno.test("a FITS cut short is refused, a cube too", async () => {
  const file = fits(plane(-32), float32([1, 2, 3, 4, 5, 6]));
  for (const length of [9, 80, 400, 2879, 2880, 2880 + 23]) {
    await assert.rejects(decode(file.subarray(0, length)), { code: "decode" });
  }
  const cube = { BITPIX: 8, NAXIS: 3, NAXIS1: 2, NAXIS2: 2, NAXIS3: 2 };
  await assert.rejects(decode(fits(cube, Array(8).fill(0)), { part: "0" }), { code: "shape" });
  assert.equal((await decode(fits({ ...cube, NAXIS3: 1 }, [1, 2, 3, 4]))).data.length, 4);
});
