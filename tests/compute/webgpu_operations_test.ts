import assert from "node:assert/strict";
import { webgpuTest } from "./_adapter.ts";
import { OPERATIONS, results, worst } from "./_operations.ts";

/**
 * Largest difference over largest value. WGSL lets exp be off by 3 + 2 |x| units in the last place, tanh
 * by 1e-5, a division or inverse root by 2.5: more than float32 sums in another order.
 */
const TOLERANCE = 2e-5;
/** A software adapter takes some ms a dispatch. */
const SHAPES = 25;

for (const name of Object.keys(OPERATIONS)) {
  webgpuTest(
    `${name} on webgpu, forward and gradients, agrees with tfjs on cpu for ${SHAPES} shapes`,
    async () => {
      const wanted = await results("cpu", name, SHAPES),
        got = await results("webgpu", name, SHAPES);
      const { error, where } = worst(wanted, got);
      assert.ok(error <= TOLERANCE, `${where}: ${error}`);
    },
  );
}
