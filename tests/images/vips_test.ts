import assert from "node:assert/strict";
import { decode, DecodePool, type Image } from "../../src/images/mod.ts";
import { decodeVariant } from "../../src/images/_vips.ts";
import { readExpected, readFixture } from "./_fixtures.ts";

const CONTEXT = { thing: "the image", maxPixels: 1e8 };

/** The greatest difference of two images, in units of white. */
function difference(a: Image, b: Image): number {
  assert.deepEqual([a.width, a.height, a.channels], [b.width, b.height, b.channels]);
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    const gap = (a.data[i] as number) / a.white - (b.data[i] as number) / b.white;
    worst = Math.max(worst, Math.abs(gap));
  }
  return worst;
}

Deno.test("our decoders and libvips find the same pixels", async (t) => {
  // libvips spreads palettes and few bits otherwise, and takes chroma by another filter.
  const limits = { png: 0, gif: 0, webp: 0.01, jpg: 0.05, tif: 0 };
  const other =
    /palette|float16|float64|int16|int64|uint32|planar|grey_alpha\.tif|transparent|cmyk/;
  for (const [name] of readExpected()) {
    const limit = limits[name.split(".").at(-1) as keyof typeof limits];
    if (limit === undefined || other.test(name) || name.startsWith("rare/")) continue;
    await t.step(name, async () => {
      const bytes = readFixture(name);
      const ours = await decode(bytes);
      const theirs = await decodeVariant("test", bytes, "", CONTEXT);
      assert.ok(difference(ours, theirs) <= limit, `differs by ${difference(ours, theirs)}`);
    });
  }
});

Deno.test("AVIF, JPEG XL and rare TIFF of more pixels than allowed are refused", async () => {
  for (const name of ["rgb.avif", "rgb.jxl", "cmyk.tif", "group4.tif", "jpeg.tif"]) {
    await assert.rejects(decode(readFixture(`rare/${name}`), { maxPixels: 23 * 17 - 1 }), {
      code: "too_large",
      hint: "raise the limit with --max-pixels 391 if you trust the file",
    }, name);
  }
});

Deno.test("after damaged data libvips reads the next file as before, in its own words", async () => {
  const good = await decode(readFixture("rare/rgb.avif"));
  const bytes = readFixture("rare/rgb.avif");
  await assert.rejects(decode(bytes.fill(0xaa, -300)), {
    code: "decode",
    message: /are damaged: libvips says "/,
  });
  assert.deepEqual(await decode(readFixture("rare/rgb.avif")), good);
});

Deno.test("AVIF and JPEG XL that are cut short are damaged, with a reason and a remedy", async () => {
  for (const name of ["rgb.avif", "alpha.avif", "rgb.jxl", "grey_16.jxl"]) {
    const bytes = readFixture(`rare/${name}`);
    for (const share of [0.25, 0.5, 0.9]) {
      await assert.rejects(decode(bytes.subarray(0, share * bytes.length)), {
        code: "decode",
        message: / data are damaged(: libvips says "[^"]*[a-z]{3}.*| or cut short)$/,
        hint: "the file may be cut short: copy or download it again",
      }, `${name}, ${share}`);
    }
  }
});

Deno.test("HEIC is refused by name, with the way out", async () => {
  await assert.rejects(decode(readFixture("rare/rgb.heic")), {
    code: "format",
    message: "Cannot decode the image as it is HEIC, whose codec HEVC is patented",
    hint: "convert it with heif-convert to PNG; iPhones save JPEG with Formats: Most Compatible",
  });
});

Deno.test("libvips runs in Workers that decode, too", async () => {
  const pool = new DecodePool({ workers: 2 });
  await pool.start();
  const bytes = readFixture("rare/cmyk.tif");
  const padded = new Uint8Array(20_000); // small files are decoded here
  padded.set(bytes);
  const all = await Promise.all(Array.from({ length: 8 }, () => pool.decode(padded)));
  pool.close();
  const one = await decode(bytes);
  for (const image of all) assert.deepEqual(image.data, one.data);
});

Deno.test("libvips needs no more than what the command score may do", async () => {
  const names = ["rare/rgb.avif", "rare/rgb.jxl", "rare/cmyk.tif", "rgb.png"];
  const files = names.map((name) => new URL(`./fixtures/${name}`, import.meta.url).pathname);
  const script = new URL("./_print_sizes.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", "-P=score", script, ...files],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(new TextDecoder().decode(stdout), "23 x 17\n23 x 17\n23 x 17\n13 x 11\n");
});
