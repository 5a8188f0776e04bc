import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";

Deno.test("exhausting the memory of WebAssembly is an error with a hint", async () => {
  await openBackend("wasm");
  // Nothing is written, so no physical memory is used.
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
  // Existing tensors still work.
  assert.deepEqual([...tf.tidy(() => tf.add([1, 2], [3, 4]).dataSync())], [4, 6]);
});
