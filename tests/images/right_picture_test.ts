import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { join, readFixture } from "./_fixtures.ts";
import { bigEndian, fits, type FitsValue } from "./_fits.ts";

const plane = { BITPIX: 8, NAXIS: 2, NAXIS1: 3, NAXIS2: 2 };
const extension = (keywords: Readonly<Record<string, FitsValue>>, data: ArrayLike<number>) =>
  fits({ ...keywords, PCOUNT: 0, GCOUNT: 1 }, data, ["XTENSION", "IMAGE   "]);
const EMPTY = fits({ BITPIX: 8, NAXIS: 0 }, []);
const mask = extension({ ...plane, EXTNAME: "MASK" }, Array(6).fill(0));

Deno.test("of a FITS the first image is taken, compressed or not, never the mask behind it", async () => {
  const compressed = readFixture("rare/dither_1.fits");
  const alone = await decode(compressed);
  const image = await decode(join(compressed, mask));
  assert.deepEqual([image.width, image.height, ...image.data], [23, 17, ...alone.data]);
  assert.equal((await decode(join(compressed, mask), { part: "MASK" })).width, 3);
  const cube = extension({ ...plane, NAXIS: 3, NAXIS3: 2 }, Array(12).fill(1));
  await assert.rejects(decode(join(EMPTY, cube, mask)), {
    code: "shape",
    message: /HDU 1 has axes 3 x 2 x 2: its plane must be 0 to 1, current value is missing$/,
    hint: "name a plane, such as FILE#1[0]",
  });
});

Deno.test("FITS HDUs by name and version, planes of cubes in numpy's order", async () => {
  const named = (name: string, version: number, value: number) =>
    extension({ ...plane, EXTNAME: name, EXTVER: version }, Array(6).fill(value));
  const axes = { BITPIX: 8, NAXIS: 4, NAXIS1: 1, NAXIS2: 1, NAXIS3: 2, NAXIS4: 3 };
  const cube = extension({ ...axes, EXTNAME: "CUBE" }, [10, 11, 20, 21, 30, 31]);
  const file = join(EMPTY, named("SCI", 1, 1), named("ERR", 1, 2), named("SCI", 2, 3), cube);
  const cases = [
    ["SCI", 1],
    ["sci", 1],
    ["SCI,2", 3],
    ["ERR", 2],
    ["2", 2],
    ["4[2,1]", 31],
    ["CUBE[0, 1]", 11],
  ] as const;
  for (const [part, value] of cases) {
    assert.equal((await decode(file, { part })).data[0], value, part);
  }
  await assert.rejects(decode(file, { part: "DQ" }), {
    code: "value",
    message:
      'Cannot decode the image as the HDU must be one of 0, SCI, ERR, SCI,2, CUBE: current value is "DQ"',
  });
  for (const part of ["4", "4[3,0]", "4[1]", "SCI[1]"]) {
    await assert.rejects(decode(file, { part }), { code: "shape" }, part);
  }
});

Deno.test("FITS of unsigned 64-bit integers is exact, signed ones as before", async () => {
  const values = [0, 1, 65535, 4, 5, 16777216];
  const data = bigEndian(values, 8, (view, at, x) => view.setBigInt64(at, BigInt(x) - (1n << 63n)));
  const header = { ...plane, BITPIX: 64, BZERO: 9223372036854775808 };
  const { data: read } = await decode(fits(header, data));
  assert.deepEqual([...read], [4, 5, 16777216, 0, 1, 65535]);
});

Deno.test("FITS tiles that are too few, damaged or of a kind not read are refused", async () => {
  const text = (name: string, from: string, to: string) => {
    const bytes = readFixture(`rare/${name}`);
    const at = new TextDecoder("latin1").decode(bytes).indexOf(from);
    bytes.set(new TextEncoder().encode(to), at);
    return bytes;
  };
  await assert.rejects(decode(text("rice_8.fits", "'RICE_1  '", "'PLIO_1  '")), {
    code: "format",
    message: /must use RICE_1, GZIP_1 or GZIP_2: current compression is PLIO_1$/,
    hint: "decompress it first (funpack)",
  });
  await assert.rejects(
    decode(text("rice_8.fits", "ZNAXIS2 =                   17", "ZNAXIS2 =                   18")),
    {
      code: "decode",
      message: /it must have 18 tiles: it has 17$/,
    },
  );
  const broken = readFixture("rare/gzip_1.fits");
  await assert.rejects(decode(broken.fill(7, 2 * 2880 + 300, 2 * 2880 + 900)), { code: "decode" });
});

/** A page of a TIFF: its width, which is its sample too, and further tags. */
interface Page {
  readonly width: number;
  readonly tags?: Readonly<Record<number, number>>;
  /** Pages in tag 330. */
  readonly children?: readonly Page[];
}

/** A little-endian TIFF of grey pages of one row. */
function tiff(pages: readonly Page[]): Uint8Array {
  const bytes: number[] = [0x49, 0x49, 42, 0, 8, 0, 0, 0];
  const put = (size: number, at: number, value: number) => {
    for (let i = 0; i < size; i++) bytes[at + i] = (value >> (8 * i)) & 0xff;
  };
  const write = ({ width, tags, children = [] }: Page): number => {
    const child = children.map(write)[0];
    const data = bytes.push(...Array(width).fill(width)) - width;
    const all = Object.entries({
      256: width,
      257: 1,
      258: 8,
      262: 1,
      273: data,
      279: width,
      ...(child !== undefined && { 330: child }),
      ...tags,
    }).toSorted(([a], [b]) => Number(a) - Number(b));
    const start = bytes.length;
    put(2, start, all.length);
    for (const [i, [id, value]] of all.entries()) {
      const at = start + 2 + 12 * i;
      put(2, at, Number(id));
      put(2, at + 2, 4);
      put(4, at + 4, 1);
      put(4, at + 8, value);
    }
    put(4, bytes.length, 0);
    return start;
  };
  let link = 4;
  for (const page of pages) {
    put(4, link, write(page));
    link = bytes.length - 4;
  }
  return Uint8Array.from(bytes);
}

Deno.test("of a TIFF the first page is taken that is no thumbnail and no mask, with a note", async () => {
  const plain = await decode(tiff([{ width: 5 }, { width: 6 }]));
  assert.deepEqual([plain.width, plain.notes], [5, ["further pages are left out"]]);
  const second = await decode(tiff([{ width: 2, tags: { 254: 1 } }, { width: 6 }]));
  assert.deepEqual([second.width, second.data[0]], [6, 6]);
  assert.match(second.notes?.join() ?? "", /^page 1 is read, as those before it are thumbnails/);
  const old = await decode(tiff([{ width: 2, tags: { 255: 2 } }, { width: 6, tags: { 255: 1 } }]));
  assert.equal(old.width, 6);
  const pyramid = await decode(tiff([{ width: 6 }, { width: 3, tags: { 254: 1 } }]));
  assert.deepEqual([pyramid.width, pyramid.notes], [6, undefined]);
  const child = tiff([{ width: 2, tags: { 254: 1 }, children: [{ width: 9 }] }]);
  assert.deepEqual((await decode(child)).width, 9);
  assert.deepEqual((await decode(child, { part: "0" })).width, 2);
  const only = await decode(tiff([{ width: 2, tags: { 254: 1 } }]));
  assert.deepEqual([only.width, only.notes?.length], [2, 1]);
});

Deno.test("TIFF pages have numbers; a camera's raw file is refused, not its thumbnail read", async () => {
  const file = tiff([{ width: 5 }, { width: 6 }, { width: 7 }]);
  assert.equal((await decode(file, { part: "2" })).width, 7);
  await assert.rejects(decode(file, { part: "3" }), {
    code: "value",
    message: "Cannot decode the image as its part must be a whole number less than 3, its number " +
      'of pages: current value is "3"',
  });
  const raw = { width: 8, tags: { 262: 32803 } };
  await assert.rejects(decode(tiff([{ width: 2, tags: { 254: 1 }, children: [raw] }])), {
    code: "format",
    message: "Cannot decode the image as it is a camera's raw file",
  });
});

Deno.test("of an animation the first frame is read with a note, or the frame asked for", async () => {
  const bytes = readFixture("animated.gif");
  const first = await decode(bytes);
  assert.match(first.notes?.join() ?? "", /^it is animated: the first of \d+ frames is read$/);
  const same = await decode(bytes, { part: "0" });
  assert.deepEqual([same.notes, same.data], [undefined, first.data]);
  assert.notDeepEqual((await decode(bytes, { part: "1" })).data, first.data);
  await assert.rejects(decode(bytes, { part: "x" }), { code: "value" });
  await assert.rejects(decode(readFixture("rgb.png"), { part: "0" }), {
    code: "value",
    message: /only GIF, TIFF, WebP, FITS have parts: current format is PNG, current part "0"$/,
  });
});
