import assert from "node:assert/strict";
import { wilsonInterval } from "../../src/metrics/mod.ts";

Deno.test("Wilson's interval is that of his formula, computed in Python", () => {
  const golden = [
    [0, 10, 0, 0.2775327998628892],
    [10, 10, 0.7224672001371107, 1],
    [1, 200, 0.0008831687156009814, 0.02777370439789293],
    [50, 100, 0.4038315303659956, 0.5961684696340044],
  ] as const;
  for (const [successes, trials, low, high] of golden) {
    const [from, to] = wilsonInterval(successes, trials);
    assert.ok(
      Math.abs(from - low) < 1e-12 && Math.abs(to - high) < 1e-12,
      `${successes}: ${from} ${to}`,
    );
  }
});

Deno.test("Wilson's interval refuses impossible counts", () => {
  for (const [successes, trials] of [[1, 0], [-1, 3], [4, 3], [NaN, 3]] as const) {
    assert.throws(() => wilsonInterval(successes, trials), RangeError);
  }
});
