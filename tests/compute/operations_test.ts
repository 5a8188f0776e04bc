import assert from "node:assert/strict";
import { OPERATIONS, results, worst } from "./_operations.ts";

/** Maximum error over maximum value: float32 sums of up to some thousand terms in another order. */
const TOLERANCE = 1e-5;
const SHAPES = 200;

for (const name of Object.keys(OPERATIONS)) {
  Deno.test(`${name} on wasm, forward and gradients, agrees with tfjs on cpu for ${SHAPES} shapes`, async () => {
    const wanted = await results("cpu", name, SHAPES), got = await results("wasm", name, SHAPES);
    const { error, where } = worst(wanted, got);
    assert.ok(error <= TOLERANCE, `${where}: ${error}`);
  });
}
