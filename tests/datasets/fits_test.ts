import assert from "node:assert/strict";
import {
  concat,
  describe,
  elements,
  gzip,
  imageOf,
  readAll,
  test,
  withFolder,
} from "./_fixtures.ts";

/** One HDU of a 2 x 1 image. */
function hdu(first: boolean, values: readonly [number, number]): Uint8Array {
  const cards = [
    first ? "SIMPLE  =                    T" : "XTENSION= 'IMAGE   '",
    "BITPIX  =                  -32",
    "NAXIS   =                    2",
    "NAXIS1  =                    2",
    "NAXIS2  =                    1",
    "END",
  ];
  const header = cards.map((card) => card.padEnd(80)).join("").padEnd(2880);
  const data = new Uint8Array(2880);
  data.set(elements(">f4", values));
  return concat(new TextEncoder().encode(header), data);
}

test("a FITS image is read by itself, by its HDU, packed, and in a folder", async () => {
  const fits = concat(hdu(true, [1, 2]), hdu(false, [3, 4]));
  const tree = { "a.fits": fits, "a.fits.gz": gzip(fits), "b": fits, sub: { "c.fit": fits } };
  await withFolder({ data: tree }, async (folder) => {
    const baseDirectory = `${folder}/data`;
    const sources = ["a.fits", "a.fits#1", "a.fits#2", "a.fits#SCI", "a.fits.gz#1", "b#0"];
    const entries = await readAll(sources, { baseDirectory });
    assert.deepEqual(entries.map(describe), [
      "a.fits",
      "a.fits#1",
      "a.fits#2!value",
      "a.fits#SCI!value",
      "a.fits.gz#1",
      "b#0",
    ]);
    const first = [0, 1, 4, 5].map((i) => imageOf(entries[i]).data[0]);
    assert.deepEqual(first, [1, 3, 3, 1]);
    const all = await readAll(["data"], { baseDirectory: folder });
    assert.deepEqual(all.map(describe), [
      "data/a.fits",
      "data/a.fits.gz",
      "data/b",
      "data/sub/c.fit=sub",
    ]);
  });
});
