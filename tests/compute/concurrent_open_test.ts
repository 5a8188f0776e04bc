import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";

Deno.test("a backend opened by many callers, one while it starts for another, keeps their tensors", async () => {
  const sums = await Promise.all(Array.from({ length: 40 }, async (_, i) => {
    await new Promise((resolve) => setTimeout(resolve, i));
    await openBackend("wasm");
    const tensor = tf.tensor1d([i, i]);
    await openBackend("wasm");
    const [sum] = await tf.sum(tensor).data();
    tensor.dispose();
    return sum;
  }));
  assert.deepEqual(sums, Array.from({ length: 40 }, (_, i) => 2 * i));
});
