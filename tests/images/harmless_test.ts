import assert from "node:assert/strict";
import { deflateSync, inflateSync } from "node:zlib";
import { decode } from "../../src/images/mod.ts";
import { join, readFixture } from "./_fixtures.ts";
import { chunk } from "./_png.ts";

/** EXIF with an orientation, big-endian. */
const exif = (orientation: number) =>
  Uint8Array.of(
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  );

Deno.test("EXIF turns PNG and WebP as it turns JPEG and TIFF, in all eight ways", async () => {
  const png = readFixture("rgb.png");
  const lossless = readFixture("lossless.webp");
  const size = new DataView(lossless.buffer).getUint32(4, true);
  const plain = await decode(png), webp = await decode(lossless);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const data = exif(orientation);
    const turned = await decode(join(png.subarray(0, 33), chunk("eXIf", data), png.subarray(33)));
    const head = new Uint8Array(8);
    head.set(new TextEncoder().encode("EXIF"));
    head[4] = data.length;
    const file = join(lossless, head, data);
    new DataView(file.buffer).setUint32(4, size + 8 + data.length, true);
    const other = await decode(file);
    const swaps = orientation >= 5;
    assert.deepEqual([turned.width, turned.height], swaps ? [11, 13] : [13, 11]);
    assert.deepEqual(
      [other.width, other.height],
      swaps ? [webp.height, webp.width] : [webp.width, webp.height],
    );
    // Turned by the same rule as the fixtures of JPEG, which Pillow turned.
    const corner = [0, 0, 12, 142, 130, 0, 130, 142, 12][orientation] as number;
    assert.deepEqual(turned.data.subarray(0, 3), plain.data.subarray(3 * corner, 3 * corner + 3));
  }
});

Deno.test("a little data behind the pixels of a PNG is passed over with a note", async () => {
  const bytes = readFixture("rgb.png");
  const view = new DataView(bytes.buffer);
  let at = 33;
  while (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) !== "IDAT") {
    at += 12 + view.getUint32(at);
  }
  const length = view.getUint32(at);
  const raw = inflateSync(bytes.subarray(at + 8, at + 8 + length));
  const longer = deflateSync(join(raw, Uint8Array.of(1, 2, 3)));
  const file = join(bytes.subarray(0, at), chunk("IDAT", longer), bytes.subarray(at + 12 + length));
  const image = await decode(file);
  assert.deepEqual(image.notes, ["3 bytes behind its pixels are ignored"]);
  assert.deepEqual(image.data, (await decode(bytes)).data);
});

Deno.test("padding inside a JPEG is passed over with a note; other damage is in libjpeg's words", async () => {
  for (const name of ["colour_420.jpg", "progressive.jpg", "restart.jpg", "grey.jpg"]) {
    const bytes = readFixture(name);
    const good = await decode(bytes);
    const end = bytes.length - 2;
    const padded = await decode(
      join(bytes.subarray(0, end), new Uint8Array(9), bytes.subarray(end)),
    );
    assert.deepEqual(padded.data, good.data, name);
    assert.match(
      padded.notes?.join() ?? "",
      /^\d+ bytes of padding inside its JPEG data are ignored$/,
    );
    const tables = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xdb);
    const before = join(bytes.subarray(0, tables), new Uint8Array(5), bytes.subarray(tables));
    assert.deepEqual((await decode(before)).data, good.data, name);
  }
  const bytes = readFixture("colour_420.jpg");
  const noise = Uint8Array.from({ length: 40 }, (_, i) => i * 37 % 200);
  await assert.rejects(decode(join(bytes.subarray(0, -2), noise, bytes.subarray(-2))), {
    code: "decode",
    message:
      /^Cannot decode the image as its JPEG data are damaged or truncated: libjpeg says "Corrupt JPEG data: \d+ extraneous bytes before marker 0xd9"$/,
  });
});

Deno.test("BMP of OS/2 2 with a header cut short", async () => {
  for (const size of [16, 24, 64]) {
    const start = 14 + size + 4 * 4;
    const bytes = new Uint8Array(start + 8);
    const view = new DataView(bytes.buffer);
    bytes.set([0x42, 0x4d]);
    view.setUint32(10, start, true);
    view.setUint32(14, size, true);
    view.setUint32(18, 3, true);
    view.setUint32(22, 2, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, 8, true);
    bytes.set([1, 1, 1, 0, 2, 2, 2, 0, 3, 3, 3, 0, 4, 4, 4, 0], 14 + size);
    bytes.set([0, 1, 2, 0, 3, 2, 1, 0], start);
    const image = await decode(bytes);
    assert.deepEqual([image.width, image.height, ...image.data], [3, 2, 4, 3, 2, 1, 2, 3]);
  }
});

Deno.test("formats that are not read are refused by name, with the way out", async () => {
  const at = (offset: number, text: string) => {
    const bytes = new Uint8Array(400).fill(1);
    bytes.set(new TextEncoder().encode(text), offset);
    return bytes;
  };
  const cases = [
    [at(128, "DICM"), "DICOM", /pydicom/],
    [at(4, "jP  "), "JPEG 2000", /opj_decompress/],
    [at(0, "%PDF-1.4"), "PDF", /pdftoppm/],
    [at(0, "<html>"), "HTML", /error page/],
    [at(0, "version https://git-lfs.github.com"), "Git LFS pointer", /git lfs pull/],
    [at(257, "ustar"), "tar", /unpack/],
    [at(4, "ftypisom"), "video", /ffmpeg/],
  ] as const;
  for (const [bytes, title, hint] of cases) {
    await assert.rejects(decode(bytes), (error) => {
      assert.ok(error instanceof Error && "hint" in error && "code" in error);
      assert.equal(error.code, "format");
      assert.match(error.message, new RegExp(`current format is ${title}$`));
      assert.match(String(error.hint), hint);
      return true;
    });
  }
});
