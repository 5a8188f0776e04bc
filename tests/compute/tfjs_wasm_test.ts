import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import "@tensorflow/tfjs-backend-wasm";
import { TFJS_WASM } from "../../src/compute/wasm/tfjs_wasm.generated.ts";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { unpackBytes } from "../../src/packed_bytes.ts";

Deno.test("the module of tfjs's wasm holds the file of the pinned package", async () => {
  const file = import.meta.resolve(
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
  );
  const bytes = await Deno.readFile(new URL(file));
  assert.ok(Buffer.from(bytes).equals(unpackBytes(TFJS_WASM)));
});

Deno.test("tfjs's wasm starts without a file, and leaves no global name behind", async () => {
  await openBackend("wasm");
  assert.equal(tf.getBackend(), "wasm");
  assert.ok(!("__dirname" in globalThis));
});
