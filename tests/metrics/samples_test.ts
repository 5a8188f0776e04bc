import assert from "node:assert/strict";
import {
  confusionMatrix,
  reconstructionDistance,
  trustworthiness,
  wasserstein,
} from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";

/** Effect of the order of summation on a double. */
const ROUNDING = 1e-12;

function near(actual: number, wanted: number): void {
  assert.ok(Math.abs(actual - wanted) <= ROUNDING, `${actual} is not ${wanted}`);
}

Deno.test("the Wasserstein distance is that of SciPy", () => {
  const a = Float64Array.from({ length: 50 }, (_, i) => ((i * 37) % 101) / 10);
  const b = Float64Array.from({ length: 31 }, (_, i) => ((i * 29) % 97) / 7 - 2);
  near(wasserstein(a, b), 1.0235115207373273); // scipy 1.10.1, wasserstein_distance
  near(wasserstein(b, a), 1.0235115207373273);
});

Deno.test("the Wasserstein distance of equally many numbers pairs them by rank", () => {
  const random = new Random(3);
  for (let round = 0; round < 20; round++) {
    const draw = () => Float64Array.from({ length: 17 }, () => Math.floor(random.uniform() * 9));
    const a = draw(), b = draw();
    const x = a.toSorted(), y = b.toSorted();
    near(wasserstein(a, b), x.reduce((sum, value, i) => sum + Math.abs(value - y[i]!), 0) / 17);
    near(wasserstein(a, a.map((value) => value + 2.5)), 2.5);
    assert.equal(wasserstein(a, a.toReversed()), 0);
  }
});

Deno.test("the Wasserstein distance leaves its arguments as they are and refuses what is none", () => {
  const a = Float32Array.of(3, 1, 2);
  wasserstein(a, a);
  assert.deepEqual(a, Float32Array.of(3, 1, 2));
  assert.throws(() => wasserstein(a, new Float32Array()), { name: "TypeError" });
  for (const bad of [NaN, Infinity]) {
    assert.throws(() => wasserstein(a, Float64Array.of(1, bad)), {
      code: "value",
      message: `Cannot compare samples as number 1 must be finite: current value is ${bad}`,
    });
  }
});

Deno.test("the distance of a reconstruction compares the sums of columns, in no order", () => {
  const image = Float64Array.of(1, 2, 3, 4, 5, 6); // columns 5, 7, 9 with width 3
  assert.equal(reconstructionDistance(image, Float64Array.of(3, 1, 2, 6, 4, 5), 3), 0);
  near(reconstructionDistance(image, Float64Array.of(0, 0, 0, 5, 7, 3), 3), 2);
  near(reconstructionDistance(image, image.map((value) => value + 1), 3), 2);
  assert.throws(() => reconstructionDistance(image, image, 4), { name: "TypeError" });
  assert.throws(() => reconstructionDistance(image, image.subarray(3), 3), { name: "TypeError" });
});

const COUNT = 60;
const STEPS = [0.7548776662466927, 0.5698402909980532, 0.6180339887498949, 0.4142135623730951];
const POINTS = Float64Array.from(
  { length: COUNT * 4 },
  (_, i) => (Math.floor(i / 4) ** 2 * STEPS[i % 4]!) % 1,
);

/** Some of the points' coordinates. */
function projection(from: number, to: number): Float64Array {
  return POINTS.filter((_, i) => i % 4 >= from && i % 4 < to);
}

Deno.test("trustworthiness is that of scikit-learn", () => {
  // scikit-learn 1.2.1, manifold.trustworthiness
  const golden = [
    [0, 2, 1, 0.7399425287356323],
    [0, 2, 5, 0.7933333333333333],
    [0, 2, 10, 0.8022097378277153],
    [0, 2, 29, 0.7832974137931035],
    [3, 4, 1, 0.7301724137931034],
    [3, 4, 5, 0.7140384615384616],
    [3, 4, 10, 0.7122097378277154],
    [3, 4, 29, 0.7003951149425287],
  ] as const;
  for (const [from, to, neighbours, wanted] of golden) {
    near(trustworthiness(POINTS, projection(from, to), { count: COUNT, neighbours }), wanted);
  }
});

Deno.test("a map that is true, turned or larger is trusted wholly; 10 neighbours by default", () => {
  const options = { count: COUNT };
  assert.equal(trustworthiness(POINTS, POINTS, options), 1);
  assert.equal(trustworthiness(POINTS, POINTS.map((value) => 3 - 2 * value), options), 1);
  const flat = projection(0, 2);
  const ten = trustworthiness(POINTS, flat, { count: COUNT, neighbours: 10 });
  assert.equal(trustworthiness(POINTS, flat, options), ten);
});

Deno.test("a map of another number of points, or too many neighbours, is refused", () => {
  for (const neighbours of [0, 30, 1.5, NaN]) {
    assert.throws(() => trustworthiness(POINTS, POINTS, { count: COUNT, neighbours }), {
      name: "RangeError",
    });
  }
  const options = { count: COUNT };
  for (const map of [POINTS.subarray(1), POINTS.subarray(0, 0)]) {
    assert.throws(() => trustworthiness(POINTS, map, options), { name: "TypeError" });
  }
});

Deno.test("a confusion matrix counts each pair once, actual classes in rows", () => {
  const actual = Uint8Array.of(2, 0, 2, 2, 0, 1), predicted = Int32Array.of(0, 0, 2, 2, 0, 2);
  // As scikit-learn's confusion_matrix(actual, predicted).
  assert.deepEqual(
    confusionMatrix(actual, predicted, 3),
    Uint32Array.of(2, 0, 0, 0, 0, 1, 1, 0, 2),
  );
  assert.equal(confusionMatrix(actual, predicted, 4).length, 16);
  for (const wrong of [Int32Array.of(3), Int32Array.of(-1)]) {
    assert.throws(() => confusionMatrix(Uint8Array.of(0), wrong, 3), {
      name: "RangeError",
      message: /of image 0 must be from 0 to 2: current values are 0 and/,
    });
  }
  assert.throws(() => confusionMatrix(actual, predicted.subarray(1), 3), { name: "TypeError" });
});
