/** The search for the largest products, and distances to the rows found, on every backend. */

import assert from "node:assert/strict";
import {
  type BackendName,
  largestProducts,
  openBackend,
  rowDistances,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

/** The results for random matrices, the last of more products than one part holds. */
async function found(backend: BackendName): Promise<Float32Array[]> {
  await openBackend(backend);
  const random = new Random(6);
  const normal = (...shape: [number] | [number, number]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
      shape,
    );
  const outputs: Float32Array[] = [];
  for (let i = 0; i < 21; i++) {
    const [queries, size] = [1 + random.integer(20), 1 + random.integer(40)];
    const rows = i < 20 ? 1 + random.integer(70) : 120_000, count = 1 + random.integer(9);
    const inputs = [normal(queries, size), normal(rows, size), normal(rows)] as const;
    const offsets = i % 2 === 0 ? inputs[2] as Tensor1D : undefined;
    const { values, places } = largestProducts(
      inputs[0] as Tensor2D,
      inputs[1] as Tensor2D,
      count,
      offsets,
    );
    assert.deepEqual(values.shape, [queries, Math.min(count, rows)]);
    assert.deepEqual(places.shape, values.shape);
    outputs.push(Float32Array.from(await values.data()), Float32Array.from(await places.data()));
    tf.dispose([...inputs, values, places]);
  }
  return outputs;
}

Deno.test("largest products are the same on wasm and cpu", async () => {
  const [wanted, got] = [await found("cpu"), await found("wasm")];
  wanted.forEach((values, i) => {
    values.forEach((value, j) => assert.ok(Math.abs(value - got[i]![j]!) < 1e-4, `${i}, ${j}`));
  });
});

Deno.test("equal products are listed as often as they occur", async () => {
  await openBackend("wasm");
  const rows = tf.tensor2d([[1, 0], [3, 0], [3, 0], [2, 0], [3, 0]]);
  const { values, places } = largestProducts(tf.tensor2d([[1, 5]]), rows, 4);
  assert.deepEqual([...await values.data()], [3, 3, 3, 2]);
  assert.deepEqual([...await places.data()], [1, 2, 4, 3]);
  tf.dispose([rows, values, places]);
});

Deno.test("distances to chosen rows are to the bit those of tfjs's own operations", async () => {
  for (const backend of ["cpu", "wasm"] as const) {
    await openBackend(backend);
    const random = new Random(7);
    const normal = (rows: number, size: number) =>
      tf.tensor2d(Float32Array.from({ length: rows * size }, () => random.normal()), [rows, size]);
    for (const [count, total, size] of [[5, 3, 192], [33, 40, 50], [2, 1, 1], [0, 2, 3]] as const) {
      const queries = normal(count, size), rows = normal(total, size);
      const chosen = Int32Array.from({ length: count }, () => random.integer(total));
      const places = tf.tensor2d(chosen, [count, 1], "int32");
      const found = rowDistances(queries, rows, places);
      const wanted = tf.tidy(() => {
        const differences = tf.sub(queries, tf.gather(rows, tf.tensor1d(chosen, "int32")));
        return tf.sqrt(tf.sum(tf.square(differences), 1));
      });
      assert.deepEqual(found.shape, [count]);
      assert.deepEqual(await found.data(), await wanted.data(), `${backend}, ${size}`);
      tf.dispose([queries, rows, places, found, wanted]);
    }
  }
});
