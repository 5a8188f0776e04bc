import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { expectedPixels, readExpected, readFixture } from "./_fixtures.ts";

Deno.test("every fixture has the size, the depth and the pixels that Pillow finds", async (t) => {
  const files = readExpected();
  assert.ok(files.size >= 80);
  for (const [name, expected] of files) {
    await t.step(name, async () => {
      const image = await decode(readFixture(name));
      const { width, height, channels, white, data } = image;
      assert.deepEqual(
        { width, height, channels, white },
        {
          width: expected.width,
          height: expected.height,
          channels: expected.channels,
          white: expected.white,
        },
      );
      const pixels = expectedPixels(expected);
      assert.equal(data.constructor, pixels.constructor);
      assert.equal(data.length, pixels.length);
      let worst = 0;
      for (const [i, pixel] of pixels.entries()) {
        worst = Math.max(worst, Math.abs(pixel - (data[i] as number)));
      }
      assert.ok(worst <= expected.tolerance, `differs by ${worst}`);
    });
  }
});

Deno.test("a fixture reads the same from the middle of a larger buffer", async () => {
  for (const name of ["colour_420.jpg", "lossy.webp", "rgb_24.bmp", "tiles.tif", "palette.gif"]) {
    const bytes = readFixture(name);
    const buffer = new Uint8Array(bytes.length + 14);
    buffer.set(bytes, 7);
    const image = await decode(buffer.subarray(7, 7 + bytes.length));
    assert.deepEqual(image, await decode(bytes));
  }
});

Deno.test("a fixture cut anywhere is refused, of whatever format", async () => {
  for (const name of [...readExpected().keys(), "animated.webp"]) {
    if (name.startsWith("rare/text.")) continue; // the last digits may be missing
    const bytes = readFixture(name);
    const step = Math.max(1, Math.floor(bytes.length / 150));
    // The last block of a FITS is filled up with zeros, which are no loss.
    const end = name.endsWith(".fits")
      ? bytes.findLastIndex((byte) => byte !== 0)
      : bytes.length - 1;
    for (let length = end; length > 0; length -= length > 40 ? step : 1) {
      await assert.rejects(
        decode(bytes.subarray(0, length)),
        (error) => error instanceof StrayError && /^(decode|format)$/.test(error.code),
        `${name} cut to ${length} bytes`,
      );
    }
  }
});

Deno.test("a fixture with any byte changed is read or refused, never more than that", async () => {
  for (const name of readExpected().keys()) {
    const bytes = readFixture(name);
    const step = name.startsWith("rare/") ? 19 : 1;
    for (let i = 0; i < Math.min(bytes.length, 400 * step); i += step) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ (1 << (i % 8));
      try {
        await decode(changed, { maxPixels: 1_000_000 });
      } catch (error) {
        assert.ok(error instanceof StrayError, `${name} changed at ${i}: ${error}`);
        assert.ok(!(error.cause instanceof TypeError), `${name} changed at ${i}: ${error.cause}`);
      }
    }
  }
});

Deno.test("GIF and TIFF with a full LZW table", async () => {
  for (const name of ["long.gif", "long.tif"]) {
    const { width, height, channels, data } = await decode(readFixture(name));
    assert.deepEqual([width, height], [72, 72]);
    for (let y = 0; y < 72; y++) {
      for (let x = 0; x < 72; x++) {
        assert.equal(data[(y * 72 + x) * channels], (x * y * 7 + (x ^ y) * 13) % 251);
      }
    }
  }
});

Deno.test("of an animated WebP the first frame is read, with a note, or the one asked for", async () => {
  const bytes = readFixture("animated.webp");
  const first = await decode(bytes);
  assert.deepEqual([first.width, first.height], [21, 17]);
  assert.deepEqual(first.notes, ["the first of its 2 images is read"]);
  const second = await decode(bytes, { part: "1" });
  assert.equal(second.notes, undefined);
  assert.notDeepEqual(second.data, first.data);
  await assert.rejects(decode(bytes, { part: "2" }), { name: "StrayError" });
});
