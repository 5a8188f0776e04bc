import assert from "node:assert/strict";
import { agreement } from "./agreement.ts";
import { compare } from "./compare.ts";
import { architectureOf, forwardFlops } from "./networks.ts";
import { drawBlobs } from "./pictures.ts";
import { inTurns, pairwiseSpeed, summarise } from "./statistics.ts";

const runs = (...seconds: number[]) => seconds.map((s) => ({ seconds: s, images: 10, result: 1 }));

Deno.test("a summary keeps the order of the runs and has their median", () => {
  assert.deepEqual(summarise([3, 1, 2]), { median: 2, min: 1, max: 3, runs: [3, 1, 2] });
  assert.equal(summarise([4, 1, 2, 3]).median, 2.5);
});

Deno.test("ratios pair the runs that were neighbours in time", () => {
  assert.deepEqual(pairwiseSpeed([1, 10], [2, 20]), { median: 2, min: 2, max: 2, runs: [2, 2] });
});

Deno.test("things are run in turns", async () => {
  const order: string[] = [];
  const thing = (name: string) => () => Promise.resolve(order.push(name));
  assert.deepEqual(await inTurns(2, [thing("a"), thing("b")]), [[1, 3], [2, 4]]);
  assert.equal(order.join(""), "abab");
});

Deno.test("the peer's best way counts, and a ratio above 1 means that stray is faster", () => {
  const ways = [{ name: "slow", runs: runs(9, 9) }, { name: "fast", runs: runs(2, 2) }];
  const images = compare({ unit: "images/s", work: {} }, runs(1, 1), ways);
  assert.deepEqual([images.stray.median, images.peer?.median, images.peer?.name], [10, 5, "fast"]);
  assert.equal(images.ratio?.median, 2);
  const steps = compare({ unit: "ms/step", work: { steps: 5 } }, runs(1, 1), ways);
  assert.deepEqual([steps.stray.median, steps.peer?.median], [200, 400]);
  assert.equal(steps.ratio?.median, 2);
});

Deno.test("arithmetic of networks, by hand", () => {
  const flops = (name: string, side: number, latent: number) =>
    forwardFlops(architectureOf(name).build({ inputShape: [side, side, 1], latent }));
  assert.equal(flops("stacked", 28, 30), 2 * 2 * (784 * 100 + 100 * 30));
  assert.equal(flops("dense-vae", 150, 100), 2 * (2 * 22500 * 256 + 256 * 200 + 100 * 256));
  const convolutions = 14 * 14 * 9 * 16 + 7 * 7 * 9 * 16 * 32; // down
  const transposed = 7 * 7 * 16 * 32 * 16 + 14 * 14 * 16 * 16; // up
  const dense = 1568 * 200 + 100 * 1568;
  assert.equal(flops("vae", 28, 100), 2 * (convolutions + transposed + dense));
});

Deno.test("scores that differ, or are no numbers, are refused", () => {
  assert.match(agreement(1, 1.0005, 1e-3), /^mean score 1\.00000, peer's 1\.00050$/);
  assert.throws(() => agreement(1, 1.1, 1e-3), /both must score the same: 1 and 1\.1/);
  assert.throws(() => agreement(NaN), /mean score is NaN/);
});

Deno.test("synthetic images are the same every time, and not all the same", () => {
  const pixels = drawBlobs(2, 28);
  assert.deepEqual(drawBlobs(2, 28), pixels);
  assert.notDeepEqual(pixels.subarray(0, 784), pixels.subarray(784));
});
