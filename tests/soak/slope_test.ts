import assert from "node:assert/strict";
import { slope } from "./slope.ts";

Deno.test("the slope is that of a line, whatever is missing", () => {
  assert.ok(Math.abs(slope([1, 2, 3, 5], [3, 5, NaN, 11]) - 2) < 1e-12);
  assert.equal(slope([1, 2], [4, 4]), 0);
  assert.equal(slope([1], [4]), 0);
  assert.equal(slope([], []), 0);
});
