import assert from "node:assert/strict";
import { Grid } from "../../src/lensing/grid.ts";
import {
  ExternalShear,
  PointMass,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
} from "../../src/lensing/mass/mod.ts";
import { traceCriticalCurves } from "../../src/lensing/trace_critical_curves.ts";

const GRID = new Grid({ width: 60, height: 60, pixelScale: 0.1 });

Deno.test("the critical curve of a sphere is its Einstein ring, its caustic a point", () => {
  const mass = new SingularIsothermalSphere({ einsteinRadius: 1.3, x: 0.2, y: -0.1 });
  const { critical, caustics } = traceCriticalCurves({ grid: GRID, mass });
  assert.equal(critical.length, 1);
  assert.equal(critical[0]!.closed, true);
  const { x, y } = critical[0]!, caustic = caustics[0]!;
  assert.ok(x.length > 50);
  let turned = 0;
  for (let i = 0; i < x.length; i++) {
    assert.ok(Math.abs(Math.hypot(x[i]! - 0.2, y[i]! + 0.1) - 1.3) < 1e-9);
    assert.ok(Math.hypot(caustic.x[i]! - 0.2, caustic.y[i]! + 0.1) < 1e-9);
    const j = (i + 1) % x.length;
    assert.ok(Math.hypot(x[j]! - x[i]!, y[j]! - y[i]!) < 0.15, "neighbours are close");
    const a = Math.atan2(y[i]! + 0.1, x[i]! - 0.2), b = Math.atan2(y[j]! + 0.1, x[j]! - 0.2);
    turned += Math.atan2(Math.sin(b - a), Math.cos(b - a));
  }
  assert.ok(Math.abs(Math.abs(turned) - 2 * Math.PI) < 1e-9, "once around");
});

Deno.test("the critical curve of an isothermal ellipsoid is where its convergence is 1/2", () => {
  const mass = new SingularIsothermalEllipsoid({ einsteinRadius: 1.2, axisRatio: 0.6, angle: 0.7 });
  const { critical, caustics } = traceCriticalCurves({ grid: GRID, mass });
  assert.equal(critical.length, 1);
  const { x, y } = critical[0]!;
  for (let i = 0; i < x.length; i++) {
    assert.ok(Math.abs(mass.convergence(x[i]!, y[i]!) - 0.5) < 1e-8);
  }
  // The caustic is an astroid, not a point.
  assert.ok(Math.max(...caustics[0]!.x) > 0.05);
});

Deno.test("a subhalo has its own critical curve, which finer steps find", () => {
  const mass = sumOf([
    new SingularIsothermalSphere({ einsteinRadius: 1 }),
    new ExternalShear({ gamma1: 0.05 }),
    new PointMass({ einsteinRadius: 0.03, x: 1.74, y: 1.75 }),
  ]);
  const found = (subPixels: number) =>
    traceCriticalCurves({ grid: GRID, mass, subPixels }).critical.length;
  assert.equal(found(5), 2);
  assert.equal(found(1), 1);
});

Deno.test("a curve that leaves the field is open", () => {
  const grid = new Grid({ width: 20, height: 60, pixelScale: 0.1 });
  const mass = new SingularIsothermalSphere({ einsteinRadius: 1.5 });
  const { critical } = traceCriticalCurves({ grid, mass });
  assert.equal(critical.length, 2);
  assert.ok(critical.every(({ closed }) => !closed));
});

Deno.test("a shear alone has no critical curves; steps must be whole", () => {
  const mass = new ExternalShear({ gamma1: 0.1 });
  assert.deepEqual(traceCriticalCurves({ grid: GRID, mass }), { critical: [], caustics: [] });
  assert.throws(() => traceCriticalCurves({ grid: GRID, mass, subPixels: 0 }), RangeError);
});
