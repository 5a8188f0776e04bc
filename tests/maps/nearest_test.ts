import assert from "node:assert/strict";
import { nearest, vote } from "../../src/maps/mod.ts";
import { Random } from "../../src/random.ts";
import { readDigits } from "./_digits.ts";
import golden from "./golden.json" with { type: "json" };

Deno.test("nearest agrees with sorting all distances", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const dimensions = 1 + random.integer(40),
      count = 3 + random.integer(40),
      k = 1 + random.integer(3);
    // Integers, so that some distances are equal.
    const points = Float32Array.from({ length: count * dimensions }, () => random.integer(3));
    const queries = Float32Array.from({ length: 5 * dimensions }, () => random.integer(3));
    const { indices, squaredDistances } = nearest(points, queries, { dimensions, k });
    for (let q = 0; q < 5; q++) {
      const all = Array.from({ length: count }, (_, i) => {
        let sum = 0;
        for (let d = 0; d < dimensions; d++) {
          sum += (points[i * dimensions + d]! - queries[q * dimensions + d]!) ** 2;
        }
        return [sum, i] as const;
      }).sort(([a, i], [b, j]) => a - b || i - j);
      assert.deepEqual(
        [...indices.subarray(q * k, (q + 1) * k)],
        all.slice(0, k).map(([, i]) => i),
      );
      assert.deepEqual(
        [...squaredDistances.subarray(q * k, (q + 1) * k)],
        all.slice(0, k).map(([s]) => s),
      );
    }
  }
});

Deno.test("with others a point is not its own neighbour, and enough points must exist", () => {
  const points = Float32Array.of(0, 1, 5);
  const { indices } = nearest(points, points, { dimensions: 1, k: 2, others: true });
  assert.deepEqual([...indices], [1, 2, 0, 2, 1, 0]);
  assert.throws(() => nearest(points, points, { dimensions: 1, k: 3, others: true }), RangeError);
  assert.throws(() => nearest(points, points, { dimensions: 1, k: 0 }), RangeError);
  assert.throws(() => nearest(points, points, { dimensions: 2 }), TypeError);
});

Deno.test("nearest neighbours classify digits as in scikit-learn", async () => {
  const train = await readDigits("train"), test = await readDigits("test");
  for (const [name, wanted] of Object.entries(golden.accuracy)) {
    const k = Number(name);
    const found = nearest(train.points, test.points, { dimensions: 64, k });
    const told = vote(found, k, train.labels, 10);
    const right = told.filter((label, i) => label === test.labels[i]).length;
    // In a tie of three scikit-learn takes the least label, vote the nearest.
    const tolerance = k === 1 ? 1e-12 : 0.005;
    assert.ok(Math.abs(right / test.count - wanted) <= tolerance, `${k}: ${right / test.count}`);
  }
});

Deno.test("in a tie the nearest neighbour decides", () => {
  const classes = Uint32Array.of(0, 1, 2, 1);
  const of = (...indices: number[]) =>
    vote(
      { indices: Uint32Array.from(indices), squaredDistances: new Float64Array(0) },
      3,
      classes,
      3,
    );
  assert.deepEqual([...of(2, 1, 0)], [2]);
  assert.deepEqual([...of(2, 1, 3, 0, 1, 2)], [1, 0]);
  assert.throws(() => of(1), TypeError);
});
