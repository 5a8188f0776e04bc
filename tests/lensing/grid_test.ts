import assert from "node:assert/strict";
import { Grid } from "../../src/lensing/grid.ts";

Deno.test("a grid is centred; rows go down while y goes up", () => {
  const grid = new Grid({ width: 5, height: 4, pixelScale: 0.2 });
  assert.equal(grid.x(2), 0);
  assert.equal(grid.x(0), -grid.x(4));
  assert.equal(grid.y(0), -grid.y(3));
  assert.ok(grid.x(1) > grid.x(0));
  assert.ok(grid.y(1) < grid.y(0));
  assert.equal(grid.count, 20);
  assert.ok(Math.abs(grid.pixelArea - 0.04) < 1e-15);
});

Deno.test("a grid must have pixels", () => {
  for (const width of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => new Grid({ width, height: 1, pixelScale: 1 }), {
      name: "RangeError",
      message: "Cannot create a pixel grid as width must be a whole number of at least 1: " +
        `current value is ${width}`,
    });
  }
  for (const pixelScale of [0, -0.1, NaN, Infinity]) {
    assert.throws(() => new Grid({ width: 1, height: 1, pixelScale }), {
      name: "RangeError",
      message: "Cannot create a pixel grid as pixelScale must be finite and above 0: " +
        `current value is ${pixelScale}`,
    });
  }
});
