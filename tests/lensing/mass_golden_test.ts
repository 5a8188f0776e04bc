/**
 * Comparison with lenstronomy 1.14.2 (`golden.py` makes the numbers). Its SIE has a core of 1e-10 arcsec
 * and takes second derivatives as finite differences, which limits their accuracy.
 */
import assert from "node:assert/strict";
import {
  ExternalShear,
  type MassProfile,
  MassSheet,
  NFW,
  PointMass,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
} from "../../src/lensing/mass/mod.ts";
import golden from "./mass_golden.json" with { type: "json" };

type Case = {
  readonly params: Readonly<Record<string, number>>;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly alpha_x: readonly number[];
  readonly alpha_y: readonly number[];
  readonly potential_minus_first: readonly number[];
  readonly kappa: readonly number[];
  readonly gamma1: readonly number[];
  readonly gamma2: readonly number[];
};
type Make = (p: Readonly<Record<string, number>>) => MassProfile;

const centre = (p: Readonly<Record<string, number>>) => ({ x: p.x!, y: p.y! });
const sie: Make = (p) =>
  new SingularIsothermalEllipsoid({
    einsteinRadius: p.theta_E!,
    axisRatio: p.q!,
    angle: p.phi!,
    ...centre(p),
  });

const MAKE: Readonly<Record<string, Make>> = {
  sis: (p) => new SingularIsothermalSphere({ einsteinRadius: p.theta_E!, ...centre(p) }),
  sie,
  point_mass: (p) => new PointMass({ einsteinRadius: p.theta_E!, ...centre(p) }),
  nfw: (p) => new NFW({ scaleRadius: p.Rs!, deflectionAtScaleRadius: p.alpha_Rs!, ...centre(p) }),
  shear: (p) => new ExternalShear({ gamma1: p.gamma1!, gamma2: p.gamma2!, ...centre(p) }),
  mass_sheet: (p) => new MassSheet({ convergence: p.kappa!, ...centre(p) }),
  sie_plus_shear: (p) =>
    sumOf([sie(p), new ExternalShear({ gamma1: p.gamma1!, gamma2: p.gamma2! })]),
};

/** Relative to the largest value of the case. */
const TOLERANCE = 1e-9;
const TOLERANCE_OF_DIFFERENCES = 1e-4;

for (const [name, cases] of Object.entries(golden.profiles as Record<string, Case[]>)) {
  Deno.test(`${name} agrees with lenstronomy`, () => {
    assert.ok(cases.length > 0);
    for (const one of cases) {
      const lens = MAKE[name]!(one.params), points = one.x.map((x, i) => [x, one.y[i]!] as const);
      const alpha = points.map(([x, y]) => lens.deflection(x, y));
      const shear = points.map(([x, y]) => lens.shear(x, y));
      const potential = points.map(([x, y]) => lens.potential(x, y));
      const second = name.startsWith("sie") ? TOLERANCE_OF_DIFFERENCES : TOLERANCE;
      near(alpha.map(({ x }) => x), one.alpha_x, TOLERANCE);
      near(alpha.map(({ y }) => y), one.alpha_y, TOLERANCE);
      near(potential.map((value) => value - potential[0]!), one.potential_minus_first, TOLERANCE);
      near(points.map(([x, y]) => lens.convergence(x, y)), one.kappa, second);
      near(shear.map(({ gamma1 }) => gamma1), one.gamma1, second);
      near(shear.map(({ gamma2 }) => gamma2), one.gamma2, second);
    }
  });
}

function near(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  const scale = Math.max(...wanted.map(Math.abs));
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - wanted[i]!) <= tolerance * scale, `${value}, not ${wanted[i]}`)
  );
}
