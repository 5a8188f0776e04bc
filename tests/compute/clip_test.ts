import assert from "node:assert/strict";
import { BACKEND_NAMES, clipByNorm, openBackend, tf } from "../../src/compute/mod.ts";

const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

for (const backend of BACKEND_NAMES) {
  const skipped = backend === "webgpu" && noAdapter;
  Deno.test({
    name: `${backend}: many gradients are clipped to a norm${
      skipped ? ` (skipped: ${skipped})` : ""
    }`,
    ignore: skipped !== false,
    // tfjs's device lives as long as the process.
    sanitizeResources: false,
    fn: async () => {
      await openBackend(backend);
      // More tensors than WebGPU binds at once.
      const gradients = Array.from({ length: 25 }, (_, i) => tf.tensor1d([i, -i, 2]));
      const clipped = clipByNorm(gradients, 3);
      const values = (await Promise.all(clipped.map((part) => part.data()))).flatMap((part) => [
        ...part,
      ]);
      assert.ok(Math.abs(Math.hypot(...values) - 3) < 1e-5, `${Math.hypot(...values)}`);
      assert.ok(Math.abs(values[3 * 24]! / values[3 * 12]! - 2) < 1e-5);
      tf.dispose([...gradients, ...clipped]);
    },
  });
}
