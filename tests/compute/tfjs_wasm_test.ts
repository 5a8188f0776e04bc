import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { TFJS_WASM } from "../../src/compute/wasm/tfjs_wasm.generated.ts";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { unpackBytes } from "../../src/packed_bytes.ts";

Deno.test("tfjs's wasm starts from a module, which holds the file of the pinned package", async () => {
  await openBackend("wasm");
  assert.equal(tf.getBackend(), "wasm");
  assert.ok(!("__dirname" in globalThis));
  const file = "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";
  const bytes = await Deno.readFile(new URL(import.meta.resolve(file)));
  assert.ok(Buffer.from(bytes).equals(unpackBytes(TFJS_WASM)));
});
