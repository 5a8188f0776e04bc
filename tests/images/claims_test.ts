import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { decode } from "../../src/images/mod.ts";
import { readFixture } from "./_fixtures.ts";
import { fits } from "./_fits.ts";

/** For each format: a file that claims to be `width` by `height`. */
const CLAIMS: Readonly<Record<string, (width: number, height: number) => Uint8Array>> = {
  png: (width, height) => {
    const { bytes, view } = open("rgb.png");
    view.setUint32(16, width);
    view.setUint32(20, height);
    view.setUint32(29, crc32(bytes.subarray(12, 29)));
    return bytes;
  },
  jpeg: (width, height) => {
    const { bytes, view } = open("colour_420.jpg");
    const frame = bytes.findIndex((b, i) => b === 0xff && bytes[i + 1] === 0xc0);
    view.setUint16(frame + 5, height);
    view.setUint16(frame + 7, width);
    return bytes;
  },
  gif: (width, height) => {
    const { bytes, view } = open("palette.gif");
    view.setUint16(6, width, true);
    view.setUint16(8, height, true);
    const frame = bytes.indexOf(0x2c, 13 + (3 << ((view.getUint8(10) & 7) + 1)));
    view.setUint16(frame + 5, width, true);
    view.setUint16(frame + 7, height, true);
    return bytes;
  },
  tiff: (width, height) => {
    const { bytes, view } = open("uint8_strips.tif");
    const count = view.getUint16(8, true);
    for (let i = 0, at = 10; i < count; i++, at += 12) {
      if (view.getUint16(at, true) === 256) setEntry(view, at, width);
      if (view.getUint16(at, true) === 257) setEntry(view, at, height);
    }
    return bytes;
  },
  bmp: (width, height) => {
    const { bytes, view } = open("rgb_24.bmp");
    view.setUint32(18, width, true);
    view.setUint32(22, height, true);
    return bytes;
  },
  pnm: (width, height) => new TextEncoder().encode(`P6 ${width} ${height} 255\n`),
  fits: (width, height) => fits({ BITPIX: 8, NAXIS: 2, NAXIS1: width, NAXIS2: height }, []),
};

function open(name: string): { bytes: Uint8Array; view: DataView } {
  const bytes = readFixture(name);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Makes a directory entry one LONG. */
function setEntry(view: DataView, at: number, value: number): void {
  view.setUint16(at + 2, 4, true);
  view.setUint32(at + 4, 1, true);
  view.setUint32(at + 8, value, true);
}

for (const [format, make] of Object.entries(CLAIMS)) {
  Deno.test(`a ${format} that claims 60,000 x 60,000 pixels is refused`, async () => {
    await assert.rejects(decode(make(60_000, 60_000)), {
      code: "too_large",
      message: "Cannot decode the image as it must have at most 100,000,000 pixels: " +
        "current size is 60,000 x 60,000",
    });
  });

  Deno.test(`a ${format} of 0 x 0, 0 x 3 or 3 x 0 pixels is refused`, async () => {
    for (const [width, height] of [[0, 0], [0, 3], [3, 0]] as const) {
      await assert.rejects(decode(make(width, height)), { code: "decode", message: /at least 1/ });
    }
  });

  Deno.test(`a ${format} that claims more pixels than its bytes can hold is refused`, async () => {
    await assert.rejects(decode(make(9_999, 9_999)), { code: "decode" });
  });
}

Deno.test("a WebP that claims more pixels than allowed is refused, of all three kinds", async () => {
  for (const name of ["lossy.webp", "lossless.webp", "lossy_alpha.webp"]) {
    await assert.rejects(decode(readFixture(name), { maxPixels: 142 }), { code: "too_large" });
  }
  const { bytes, view } = open("lossless.webp");
  view.setUint32(21, 0x0fffffff, true); // VP8L: 14 bits of width - 1 and of height - 1
  await assert.rejects(decode(bytes), { code: "too_large", message: /16,384 x 16,384/ });
});

Deno.test("text named .png is refused, and its first bytes are shown", async () => {
  const text = new TextEncoder().encode("a,b,c");
  await assert.rejects(decode(text, { name: "a.png" }), {
    name: "StrayError",
    code: "format",
    message: /^Cannot decode "a\.png" as .*: current first bytes are 61 2c 62 2c$/,
  });
});

Deno.test("no bytes and containers are refused", async () => {
  await assert.rejects(decode(new Uint8Array(0)), { code: "empty" });
  await assert.rejects(decode(Uint8Array.of(0x1f, 0x8b, 8, 0)), { code: "format" });
});
