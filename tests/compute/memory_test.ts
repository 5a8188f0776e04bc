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

Deno.test("tensors lie on lines of the cache, and their memory is used again", async () => {
  await openBackend("wasm");
  const backend = tf.backend() as unknown as {
    getMemoryOffset(dataId: object): number;
    wasm: { asm: { memory: WebAssembly.Memory } };
  };
  const { memory } = backend.wasm.asm;
  const make = () => [1, 2, 5, 10, 17, 1000, 4097].map((size) => tf.fill([size], size));
  let before = 0;
  for (let round = 0; round < 500; round++) {
    const tensors = make();
    for (const tensor of tensors) {
      assert.equal(backend.getMemoryOffset(tensor.dataId) % 64, 0);
      assert.equal(tensor.dataSync().at(-1), tensor.size);
    }
    tf.dispose(tensors);
    if (round === 0) before = memory.buffer.byteLength;
  }
  // Without freeing, 500 rounds would take 10 MB.
  assert.ok(memory.buffer.byteLength - before < 5e6);
});
