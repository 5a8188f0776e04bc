import assert from "node:assert/strict";
import { normalQuantile } from "../src/normal_quantile.ts";

Deno.test("quantiles of the normal distribution are those of Python, in the tails too", () => {
  const golden = [
    [1e-12, -7.034483825301132],
    [0.001, -3.090232306167813],
    [0.02425, -1.9729610513118845],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.9999, 3.719016485455709],
  ] as const;
  for (const [share, value] of golden) {
    const found = normalQuantile(share);
    assert.ok(Math.abs(found - value) <= 2e-9 * Math.abs(value) + 1e-12, `${share}: ${found}`);
  }
});
