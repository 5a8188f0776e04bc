import assert from "node:assert/strict";
import { pcaMap, tsneMap, umapMap } from "../../src/maps/mod.ts";
import { trustworthiness } from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";
import { readDigits } from "./_digits.ts";
import golden from "./golden.json" with { type: "json" };

/** Asserts that two lists are alike. */
function assertClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
): void {
  assert.equal(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(Math.abs(actual[i]! - wanted[i]!) <= tolerance, `${i}: ${actual[i]} ${wanted[i]}`);
  }
}

Deno.test("pcaMap equals scikit-learn's, including signs", async () => {
  const { points, count } = await readDigits("test");
  const { xy, explained } = pcaMap(points, count);
  assertClose(explained, golden.explained, 1e-9);
  assertClose(xy.subarray(0, 40), golden.first, 1e-7);
  assertClose(
    [0, 1].map((axis) => xy.reduce((s, v, i) => s + (i % 2 === axis ? Math.abs(v) : 0), 0)),
    golden.sums,
    1e-6,
  );
  // Fewer points than dimensions use the other matrix.
  assertClose(pcaMap(points.subarray(0, 40 * 64), 40).xy, golden.few, 1e-7);
});

Deno.test("pcaMap of points that do not fill a plane has a second axis of 0", () => {
  const line = Float64Array.from({ length: 30 }, (_, i) => (i % 3 + 1) * Math.floor(i / 3));
  const { xy, explained } = pcaMap(line, 10);
  assertClose(explained, [1, 0], 1e-12);
  for (let i = 1; i < 20; i += 2) assert.ok(Math.abs(xy[i]!) < 1e-6);
  assertClose(pcaMap(new Float64Array(30), 10).xy, new Float64Array(20), 0);
  assert.deepEqual([...pcaMap(Float64Array.of(1, 3, 5), 3).xy].map(Math.abs), [2, 0, 0, 0, 2, 0]);
});

Deno.test("pcaMap shows more variance than any other pair of directions", () => {
  for (let seed = 0; seed < 5; seed++) {
    const random = new Random(seed), count = 60, dimensions = 9;
    const points = Float64Array.from(
      { length: count * dimensions },
      (_, i) => random.normal() * (1 + i % dimensions),
    );
    const { xy, explained } = pcaMap(points, count);
    const mean = [0, 1].map((axis) =>
      xy.reduce((s, v, i) => s + (i % 2 === axis ? v : 0), 0) / count
    );
    assertClose(mean, [0, 0], 1e-9);
    assert.ok(explained[0] >= explained[1] && explained[0] + explained[1] <= 1);
    for (let axis = 0; axis < dimensions; axis++) {
      const values = Float64Array.from({ length: count }, (_, i) => points[i * dimensions + axis]!);
      const one = pcaMap(values, count);
      const power = (map: Float64Array) => map.reduce((s, v, i) => s + (i % 2 ? 0 : v * v), 0);
      assert.ok(power(one.xy) <= power(xy) * (1 + 1e-12));
    }
  }
});

Deno.test("tsneMap keeps neighbours together, finds the digits, and is repeatable", async () => {
  const { points, labels, count } = await readDigits("test");
  const a = await tsneMap(points, { count, seed: 1 });
  const trust = trustworthiness(points, a.xy, { count, neighbours: 10 });
  // scikit-learn 1.2.1: 0.983 by TSNE, 0.819 by principal components.
  assert.ok(trust > 0.97, `trustworthiness ${trust}`);
  let same = 0;
  for (let i = 0; i < count; i++) {
    let best = -1, least = Infinity;
    for (let j = 0; j < count; j++) {
      const square = (a.xy[2 * i]! - a.xy[2 * j]!) ** 2 +
        (a.xy[2 * i + 1]! - a.xy[2 * j + 1]!) ** 2;
      if (j !== i && square < least) [best, least] = [j, square];
    }
    if (labels[best] === labels[i]) same++;
  }
  assert.ok(same > 0.93 * count, `${same} of ${count} beside a digit of their kind`);
  const b = await tsneMap(points, { count, seed: 1 }),
    c = await tsneMap(points, { count, seed: 2 });
  assert.deepEqual(b.xy, a.xy);
  assert.notDeepEqual(c.xy, a.xy);
});

Deno.test("umapMap keeps neighbours together, and is repeatable", async () => {
  const { points, count } = await readDigits("test");
  const a = await umapMap(points, { count, seed: 1 });
  const trust = trustworthiness(points, a.xy, { count, neighbours: 10 });
  assert.ok(trust > 0.9, `trustworthiness ${trust}`);
  assert.deepEqual((await umapMap(points, { count, seed: 1 })).xy, a.xy);
  assert.notDeepEqual((await umapMap(points, { count, seed: 2 })).xy, a.xy);
});

Deno.test("maps of few points, and of equal points, are finite", async () => {
  for (const count of [4, 5, 7, 40]) {
    for (
      const points of [
        new Float32Array(count * 3),
        Float32Array.from({ length: count * 3 }, (_, i) => i * i),
      ]
    ) {
      for (const make of [tsneMap, umapMap]) {
        const { xy } = await make(points, { count });
        assert.equal(xy.length, 2 * count);
        assert.ok(xy.every(Number.isFinite), `${make.name} of ${count}`);
      }
    }
  }
});

Deno.test("maps of unsuitable points are refused, and maps end when aborted", async () => {
  const points = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i));
  assert.throws(() => pcaMap(points, 1), TypeError);
  assert.throws(() => pcaMap(points, 7), TypeError);
  await assert.rejects(tsneMap(points, { count: 3 }), TypeError);
  await assert.rejects(umapMap(points, { count: 7 }), TypeError);
  await assert.rejects(tsneMap(points, { count: 200, perplexity: 200 }), RangeError);
  const controller = new AbortController();
  let rounds = 0;
  const made = tsneMap(points, {
    count: 200,
    rounds: 1e9,
    signal: controller.signal,
    onRound: () => {
      if (++rounds === 3) controller.abort(new Error("enough"));
    },
  });
  await assert.rejects(made, /enough/);
});
