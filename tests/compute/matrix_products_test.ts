/** Products of plain arrays. */

import assert from "node:assert/strict";
import { doubleRows, matrixProducts } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

const random = new Random(5);

function normal(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

Deno.test("products of arrays equal those in double precision, with each transposition", async () => {
  const products = await matrixProducts();
  for (let i = 0; i < 60; i++) {
    const [m, n, k] = [1 + random.integer(70), 1 + random.integer(70), random.integer(300)];
    const transposeA = i % 2 === 1, transposeB = (i >> 1) % 2 === 1;
    const a = normal(m * k), b = normal(k * n);
    const c = products.multiply(a, b, { m, n, k, transposeA, transposeB });
    assert.equal(c.length, m * n);
    for (let at = 0; at < c.length; at++) {
      const row = Math.floor(at / n), column = at % n;
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum += a[transposeA ? l * m + row : row * k + l]! *
          b[transposeB ? column * k + l : l * n + column]!;
      }
      assert.ok(Math.abs(c[at]! - sum) < 1e-4, `${m} x ${k} x ${n}, value ${at}`);
    }
  }
});

Deno.test("products of arrays grow their memory, keep results, and give equal bits again", async () => {
  const products = await matrixProducts();
  const [a, b] = [normal(3 * 4), normal(4 * 2)];
  const small = products.multiply(a, b, { m: 3, n: 2, k: 4 }), copy = small.slice();
  const [left, right] = [normal(500 * 900), normal(900 * 700)];
  const large = products.multiply(left, right, { m: 500, n: 700, k: 900 });
  assert.deepEqual(small, copy);
  assert.deepEqual(products.multiply(a, b, { m: 3, n: 2, k: 4 }), copy);
  // Long work goes on by tiles where they are faster; the bits stay.
  for (let i = 0; i < 12; i++) {
    assert.deepEqual(products.multiply(left, right, { m: 500, n: 700, k: 900 }), large);
  }
});

Deno.test("products of arrays refuse sizes that do not fit", async () => {
  const products = await matrixProducts();
  assert.throws(
    () => products.multiply(normal(5), normal(6), { m: 2, n: 2, k: 3 }),
    new RangeError(
      "Cannot multiply matrices as their sizes must be 2 x 3 and 3 x 2: they have 5 and 6 values",
    ),
  );
});

Deno.test("products of rows in double precision have the bits of a plain loop, for more vectors too", async () => {
  const doubles = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  for (const [m, k] of [[1, 1], [2, 3], [5, 7], [4, 4], [9, 130], [130, 9], [67, 300]] as const) {
    const a = doubles(m * k), rows = await doubleRows(a, k);
    for (const n of [1, 3, 80]) {
      const vectors = Array.from({ length: n }, () => doubles(k));
      for (const [j, products] of rows.products(vectors).entries()) {
        const wanted = Float64Array.from({ length: m }, (_, i) => {
          const parts = [0, 0, 0, 0], whole = k - k % 4, row = a.subarray(i * k, (i + 1) * k);
          for (let l = 0; l < k; l++) parts[l < whole ? l % 4 : 0]! += row[l]! * vectors[j]![l]!;
          return parts[0]! + parts[1]! + (parts[2]! + parts[3]!);
        });
        assert.deepEqual(products, wanted, `${m} x ${k}, vector ${j} of ${n}`);
      }
    }
  }
});
