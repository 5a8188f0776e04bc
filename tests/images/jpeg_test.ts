import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { decode, type Image } from "../../src/images/mod.ts";
import { WASM as GIF } from "../../src/images/_gif_wasm.generated.ts";
import { WASM as JPEG } from "../../src/images/_jpeg_wasm.generated.ts";
import { WASM as WEBP } from "../../src/images/_webp_wasm.generated.ts";
import { readFixture } from "./_fixtures.ts";

/** A fixture with the marker `from` (0xff and this) made `to`, once. */
function withMarker(name: string, from: number, to: number): Uint8Array {
  const bytes = readFixture(name);
  const at = bytes.findIndex((b, i) => b === 0xff && bytes[i + 1] === from);
  bytes[at + 1] = to;
  return bytes;
}

Deno.test("the decoders that are shipped are those of the npm packages, bit for bit", () => {
  const sha256 = (packed: string) =>
    createHash("sha256").update(inflateRawSync(Uint8Array.fromBase64(packed))).digest("hex");
  assert.equal(sha256(GIF), "f7f44aba19ee1832542a5bcbb70ba08d4f578c5cfaddcc7c54c2e614f417f49d");
  assert.equal(sha256(JPEG), "80ed55eef2d0ff276f837ef521fad8181ccdfa6f298f652f6e45aed7fbbbc871");
  assert.equal(sha256(WEBP), "b0bc0f19c589f0d7f27cd98191bc113d0779108a10f38538f466cea4985c480e");
});

Deno.test("a JPEG comes smaller if that is large enough, and looks the same", async () => {
  const bytes = readFixture("colour_444.jpg"); // 21 x 17
  const mean = ({ data }: Image) => Float64Array.from(data).reduce((a, b) => a + b) / data.length;
  const whole = await decode(bytes);
  for (
    const [width, height, columns, rows] of [
      [22, 1, 21, 17],
      [11, 9, 11, 9],
      [12, 9, 21, 17],
      [1, 5, 6, 5],
      [3, 3, 3, 3],
    ] as const
  ) {
    const small = await decode(bytes, { atLeast: { width, height } });
    assert.deepEqual([small.width, small.height], [columns, rows]);
    assert.ok(Math.abs(mean(small) - mean(whole)) < 4);
  }
  const turned = await decode(readFixture("orientation_6.jpg"), {
    atLeast: { width: 4, height: 8 },
  });
  assert.deepEqual([turned.width, turned.height], [4, 8]);
});

Deno.test("JPEG kinds that are not read are refused by name", async () => {
  const arithmetic = withMarker("grey.jpg", 0xc0, 0xcb);
  await assert.rejects(decode(arithmetic), { code: "format", message: /current coding is SOF11$/ });
  const deep = readFixture("grey.jpg");
  deep[deep.findIndex((b, i) => b === 0xff && deep[i + 1] === 0xc0) + 4] = 12;
  await assert.rejects(decode(deep), { code: "format", message: /current depth is 12$/ });
});

Deno.test("a JPEG whose last scan is empty, or that has no frame, is refused", async () => {
  const bytes = readFixture("progressive.jpg");
  const lastScan = bytes.findLastIndex((b, i) => b === 0xff && bytes[i + 1] === 0xda);
  const cut = new Uint8Array([...bytes.subarray(0, lastScan + 14), 0xff, 0xd9]);
  await assert.rejects(decode(cut), { code: "decode" });
  const noFrame = withMarker("grey.jpg", 0xc0, 0xe5);
  await assert.rejects(decode(noFrame), { code: "decode", message: /no image data/ });
});

Deno.test("after a damaged JPEG the next one is read as before", async () => {
  const good = await decode(readFixture("colour_420.jpg"));
  const bytes = readFixture("colour_420.jpg");
  await assert.rejects(decode(bytes.fill(0xfe, -60, -2)), { code: "decode" });
  assert.deepEqual(await decode(readFixture("colour_420.jpg")), good);
});

Deno.test("bytes after the end of a JPEG do no harm", async () => {
  const bytes = readFixture("grey.jpg");
  const longer = new Uint8Array(bytes.length + 9);
  longer.set(bytes);
  assert.deepEqual(await decode(longer), await decode(bytes));
});
