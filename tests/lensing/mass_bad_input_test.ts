import assert from "node:assert/strict";
import {
  CircularProfile,
  DistanceSheet,
  ExternalShear,
  LineMass,
  MassSheet,
  NFW,
  PointChain,
  PointMass,
  PointMasses,
  PseudoJaffe,
  PseudoJaffes,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
  Vortex,
} from "../../src/lensing/mass/mod.ts";

const LINE = { einsteinRadius: 1, length: 1 };

Deno.test("negative masses, shapes out of range and NaN are rejected", () => {
  const bad: Readonly<Record<string, () => unknown>> = {
    "negative point": () => new PointMass({ einsteinRadius: -1 }),
    "point nowhere": () => new PointMass({ einsteinRadius: 1, x: NaN }),
    "infinite sphere": () => new SingularIsothermalSphere({ einsteinRadius: Infinity }),
    "negative ellipsoid": () => new SingularIsothermalEllipsoid({ einsteinRadius: -1 }),
    "q 0": () => new SingularIsothermalEllipsoid({ einsteinRadius: 1, axisRatio: 0 }),
    "q above 1": () => new SingularIsothermalEllipsoid({ einsteinRadius: 1, axisRatio: 1.1 }),
    "no angle": () => new SingularIsothermalEllipsoid({ einsteinRadius: 1, angle: NaN }),
    "no shear": () => new ExternalShear({ gamma1: NaN }),
    "no sheet": () => new MassSheet({ convergence: Infinity }),
    "distance 0": () => new DistanceSheet({ distance: 0 }),
    "negative NFW": () => new NFW({ scaleRadius: 1, deflectionAtScaleRadius: -1 }),
    "NFW of no size": () => new NFW({ scaleRadius: 0, deflectionAtScaleRadius: 1 }),
    "negative Jaffe": () => new PseudoJaffe({ einsteinRadius: -1, truncationRadius: 1 }),
    "truncated in its core": () =>
      new PseudoJaffe({ einsteinRadius: 1, truncationRadius: 1, coreRadius: 1 }),
    "Jaffe of mass": () =>
      PseudoJaffe.ofMass({ pointEinsteinRadius: -1, truncationRadius: 1, coreRadius: 0 }),
    "Jaffe of mass in its core": () =>
      PseudoJaffe.ofMass({ pointEinsteinRadius: 1, truncationRadius: 1, coreRadius: 2 }),
    "negative line": () => new LineMass({ einsteinRadius: -1, length: 1 }),
    "line of no length": () => new LineMass({ einsteinRadius: 1, length: 0 }),
    "chain of none": () => new PointChain({ ...LINE, count: 0 }),
    "chain of a half": () => new PointChain({ ...LINE, count: 2.5 }),
    "negative vortex": () => new Vortex({ einsteinRadius: -1, length: 1, radius: 0.1 }),
    "vortex of no width": () => new Vortex({ ...LINE, radius: 0 }),
    "vortex of infinite mass": () => new Vortex({ ...LINE, radius: 0.1, slope: -2 }),
    "negative points": () => new PointMasses({ einsteinRadii: [-1], x: [0], y: [0] }),
    "negative subhalos": () =>
      new PseudoJaffes({ pointEinsteinRadii: [-1], truncationRadii: [1], x: [0], y: [0] }),
    "subhalos of no size": () =>
      new PseudoJaffes({ pointEinsteinRadii: [1], truncationRadii: [0], x: [0], y: [0] }),
  };
  for (const [what, make] of Object.entries(bad)) assert.throws(make, RangeError, what);
});

Deno.test("arrays of different lengths are rejected", () => {
  assert.throws(() => new PointMasses({ einsteinRadii: [1], x: [0, 1], y: [0] }), TypeError);
  assert.throws(
    () => new PseudoJaffes({ pointEinsteinRadii: [1], truncationRadii: [], x: [0], y: [0] }),
    TypeError,
  );
});

Deno.test("errors name the field, its range and the value", () => {
  assert.throws(() => new SingularIsothermalEllipsoid({ einsteinRadius: 1, axisRatio: 2 }), {
    message: "Cannot place a singular isothermal ellipsoid as axisRatio must be in (0, 1]: " +
      "current value is 2",
  });
  assert.throws(() => new PointMasses({ einsteinRadii: [1, -2], x: [0, 0], y: [0, 0] }), {
    message: "Cannot place point masses as einsteinRadii[1] must be finite and 0 or more: " +
      "current value is -2",
  });
  assert.throws(() => new Vortex({ ...LINE, radius: 1, slope: NaN }), {
    message: "Cannot place a vortex as slope must be -1.9 to 10: current value is NaN",
  });
});

Deno.test("an ellipsoid approaches the sphere", () => {
  const sphere = new SingularIsothermalSphere({ einsteinRadius: 1.2 }).deflection(0.7, 0.4);
  for (const flatness of [0, 1e-15, 1e-12, 1e-9, 1e-6]) {
    const lens = new SingularIsothermalEllipsoid({
      einsteinRadius: 1.2,
      axisRatio: 1 - flatness,
      angle: 0.3,
    });
    const alpha = lens.deflection(0.7, 0.4), alphaX = new Float64Array(1), alphaY = alphaX.slice();
    lens.addDeflection({ x: Float64Array.of(0.7), y: Float64Array.of(0.4), alphaX, alphaY });
    const tolerance = 1e-14 + flatness;
    assert.ok(Math.hypot(alpha.x - sphere.x, alpha.y - sphere.y) < tolerance, `${flatness}`);
    assert.ok(Math.hypot(alphaX[0]! - sphere.x, alphaY[0]! - sphere.y) < tolerance);
  }
});

Deno.test("fast deflections of an ellipsoid are accurate to 1e-12 at any axis ratio", () => {
  const n = 200, angles = Float64Array.from({ length: n }, (_, i) => 2 * Math.PI * i / n);
  const x = angles.map(Math.cos), y = angles.map(Math.sin);
  for (const axisRatio of [0.05, 0.3, 0.449, 0.45, 0.5, 0.6, 0.8, 0.95, 1]) {
    const lens = new SingularIsothermalEllipsoid({ einsteinRadius: 1, axisRatio });
    const alphaX = new Float64Array(n), alphaY = new Float64Array(n);
    lens.addDeflection({ x, y, alphaX, alphaY });
    for (let i = 0; i < n; i++) {
      const alpha = lens.deflection(x[i]!, y[i]!);
      const off = Math.hypot(alpha.x - alphaX[i]!, alpha.y - alphaY[i]!);
      assert.ok(off < 1e-12, `q ${axisRatio}: ${off}`);
    }
  }
});

Deno.test("a distance sheet has the convergence of an isothermal sphere", () => {
  for (const distance of [0.5, 1, 3]) {
    const sheet = new DistanceSheet({ distance });
    const sphere = new SingularIsothermalSphere({ einsteinRadius: 1 });
    assert.equal(sheet.convergence(7, -3), 1 / (2 * distance));
    assert.equal(sheet.convergence(0, 0), sphere.convergence(distance, 0));
  }
  const critical = new DistanceSheet({ distance: 0.5 });
  assert.deepEqual(critical.deflection(2, -1), { x: 2, y: -1 });
  assert.equal(
    new DistanceSheet({ distance: 4, einsteinRadius: 2 }).convergence(0, 0),
    0.25,
  );
});

Deno.test("a custom circular profile needs three functions of the radius", () => {
  class Core extends CircularProfile {
    override potentialAt = (r: number) => Math.sqrt(1 + r * r);
    override deflectionAt = (r: number) => r / Math.sqrt(1 + r * r);
    override convergenceAt = (r: number) => (1 + r * r / 2) / (1 + r * r) ** 1.5;
  }
  const lens = new Core("place a core", { x: 1 });
  assert.deepEqual(lens.deflection(1, 0), { x: 0, y: 0 });
  assert.ok(Math.abs(lens.shear(1.001, 0).gamma1) < 1e-6);
});

Deno.test("the sum of no profiles is an empty sky", () => {
  const nothing = sumOf([]);
  assert.deepEqual(nothing.deflection(1, 2), { x: 0, y: 0 });
  assert.deepEqual(nothing.shear(1, 2), { gamma1: 0, gamma2: 0 });
  assert.equal(nothing.potential(1, 2) + nothing.convergence(1, 2), 0);
});
