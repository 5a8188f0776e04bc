import assert from "node:assert/strict";
import { decodeBaseline } from "../../src/images/_jpeg_baseline.ts";
import { decodeTurbo } from "../../src/images/_jpeg.ts";
import { readJpegHeader } from "../../src/images/_jpeg_header.ts";
import { generateBaseline } from "../../src/images/build_baseline.ts";
import { readFixture } from "./_fixtures.ts";

const CONTEXT = { thing: "the image", maxPixels: 1_000_000 };
const BASELINE = [
  "grey.jpg",
  "colour_420.jpg",
  "colour_422.jpg",
  "colour_444.jpg",
  "restart.jpg",
  "orientation_6.jpg",
];

/** What both decoders say; `undefined` where one refuses. */
function both(bytes: Uint8Array): { ours: Uint8Array | undefined; theirs: Uint8Array | undefined } {
  const header = readJpegHeader(bytes, CONTEXT);
  const ours = decodeBaseline(bytes, header);
  try {
    const { width, height, components } = header;
    return { ours, theirs: decodeTurbo(bytes, width, height, components, CONTEXT) };
  } catch {
    return { ours, theirs: undefined };
  }
}

Deno.test("the JPEG kernel that is shipped is that of its sources", async () => {
  const url = new URL("../../src/images/_jpeg_baseline_wasm.generated.ts", import.meta.url);
  assert.equal(await Deno.readTextFile(url), await generateBaseline());
});

Deno.test("our JPEG kernel and libjpeg-turbo agree to the bit", () => {
  for (const name of BASELINE) {
    const { ours, theirs } = both(readFixture(name));
    assert.ok(ours !== undefined, `${name} is not for our kernel`);
    assert.deepEqual(ours, theirs, name);
  }
});

Deno.test("our JPEG kernel leaves what is unusual to libjpeg-turbo", () => {
  for (const name of ["progressive.jpg", "cmyk.jpg", "narrow.jpg"]) {
    const { ours, theirs } = both(readFixture(name));
    assert.ok(ours === undefined && theirs !== undefined, name);
  }
});

Deno.test("our JPEG kernel takes no file that libjpeg-turbo refuses, nor reads it otherwise", () => {
  let state = 1;
  const next = (n: number) => (state = (state * 48271) % 2147483647) % n;
  let taken = 0;
  for (let round = 0; round < 2000; round++) {
    const bytes = readFixture(BASELINE[round % BASELINE.length] as string);
    for (let k = 0; k <= round % 3; k++) bytes[2 + next(bytes.length - 2)] = next(256);
    let pair;
    try {
      pair = both(bytes);
    } catch {
      continue; // refused by its header
    }
    if (pair.ours === undefined) continue;
    taken++;
    assert.ok(pair.theirs !== undefined, `round ${round}: refused by libjpeg-turbo`);
    assert.deepEqual(pair.ours, pair.theirs, `round ${round}`);
  }
  assert.ok(taken > 300, `only ${taken} files were taken`);
});
