import assert from "node:assert/strict";
import { smallerSize } from "../../src/training/smaller_size.ts";

Deno.test("a proposed size is smaller, of nearly the same aspect, and at most 256", () => {
  assert.equal(smallerSize(2000, 1500), "256x192");
  assert.equal(smallerSize(300, 200), "152x100");
  assert.equal(smallerSize(28, 28), "16x16");
  assert.equal(smallerSize(4000, 1), "256x4");
});
