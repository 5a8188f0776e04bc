import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";

Deno.test("tensors that WebAssembly has no memory for are an error with a remedy", async () => {
  await openBackend("wasm");
  // Nothing is written, so no memory is taken in truth.
  const backend = tf.backend() as unknown as {
    makeOutput(shape: number[], dtype: "float32"): { dataId: object };
    disposeData(dataId: object): boolean;
  };
  const made: object[] = [];
  try {
    assert.throws(() => {
      for (let i = 0; i < 5; i++) made.push(backend.makeOutput([1 << 28], "float32").dataId);
    }, { code: "too_large", message: /4 GiB of WebAssembly/, hint: /--size/ });
    assert.ok(made.length > 0);
  } finally {
    for (const dataId of made) backend.disposeData(dataId);
  }
  // What there is goes on working.
  assert.deepEqual([...tf.tidy(() => tf.add([1, 2], [3, 4]).dataSync())], [4, 6]);
});
