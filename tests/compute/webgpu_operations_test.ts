import assert from "node:assert/strict";
import { webgpuTest } from "./_adapter.ts";
import { OPERATIONS, results, worst } from "./_operations.ts";

/**
 * Maximum error over maximum value. WGSL allows errors of 3 + 2 |x| units in the last place for exp, 1e-5
 * for tanh, 2.5 units for divisions and inverse roots: more than float32 sums in another order.
 */
const TOLERANCE = 2e-5;
/** A software adapter takes some ms per dispatch. */
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
