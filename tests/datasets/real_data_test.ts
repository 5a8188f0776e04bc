import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { imageOf, readAll, test } from "./_fixtures.ts";

const DATA = "../shared/data";
const absent = existsSync(DATA) ? "" : ` (ignored: ${DATA} is not there)`;

test(`real data: MNIST with its labels${absent}`, async () => {
  const source = `${DATA}/mnist/t10k-images-idx3-ubyte.gz`;
  const entries = await readAll([source]);
  assert.equal(entries.length, 10_000);
  // The first ten labels of MNIST's test set, as its page shows them.
  assert.equal(entries.slice(0, 10).map(({ label }) => label).join(""), "7210414959");
  assert.equal(entries.at(-1)?.path, `${source}#9999`);
  const sums = entries.slice(0, 2).map((e) => [...imageOf(e).data].reduce((a, b) => a + b));
  assert.deepEqual(sums, [18454, 28850]); // by NumPy
}, absent !== "");

test(`real data: a numpy.savez_compressed file${absent}`, async () => {
  const entries = await readAll([`${DATA}/digits_corrupted.npz#x_test`]);
  assert.equal(entries.length, 4000);
  assert.deepEqual([imageOf(entries[0]).width, imageOf(entries[0]).height], [28, 28]);
}, absent !== "");

test(`real data: a folder of FITS files${absent}`, async () => {
  const entries = await readAll([`${DATA}/slacs_hst`]);
  assert.equal(entries.length, 5);
  for (const entry of entries) assert.ok(imageOf(entry).data instanceof Float32Array);
}, absent !== "");
