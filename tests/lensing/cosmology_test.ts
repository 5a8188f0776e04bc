import assert from "node:assert/strict";
import { FlatLambdaCdm } from "../../src/lensing/cosmology.ts";
import { LensGeometry } from "../../src/lensing/lens_geometry.ts";
import { nfwOfMass, SingularIsothermalSphere } from "../../src/lensing/mass/mod.ts";
import golden from "./mass_golden.json" with { type: "json" };

/** Both integrals, astropy's and ours, are exact to rounding. */
const TOLERANCE = 1e-12;

Deno.test("distances, critical density and Einstein radii agree with astropy and lenstronomy", () => {
  for (const wanted of golden.cosmology) {
    const geometry = new LensGeometry({
      hubbleConstant: wanted.H0,
      matterDensity: wanted.Om0,
      lensRedshift: wanted.z_lens,
      sourceRedshift: wanted.z_source,
    });
    near(geometry.lensDistanceMpc, wanted.D_L_Mpc);
    near(geometry.sourceDistanceMpc, wanted.D_S_Mpc);
    near(geometry.lensSourceDistanceMpc, wanted.D_LS_Mpc);
    near(geometry.criticalDensityPerMpc2, wanted.sigma_crit_Msun_per_Mpc2);
    near(geometry.einsteinRadiusOfMass(1e12), wanted.theta_E_point_mass_1e12_Msun_arcsec);
  }
});

Deno.test("distances without a cosmological constant agree with Mattig's closed form", () => {
  const cosmology = new FlatLambdaCdm({ hubbleConstant: 50, matterDensity: 1 });
  for (const z of [0, 1e-6, 0.3, 2, 20, 1100]) {
    near(cosmology.comovingDistanceMpc(z), 2 * 299792.458 / 50 * (1 - 1 / Math.sqrt(1 + z)), 1e-9);
  }
  assert.equal(cosmology.hubbleRate(3), 400);
  // 1.8788e-26 h^2 kg/m^3 in Msun per cubic Mpc.
  near(cosmology.criticalDensity(0), 0.25 * 2.77536627e11, 1e-6);
});

Deno.test("masses and Einstein radii convert both ways", () => {
  const geometry = new LensGeometry({ lensRedshift: 0.3, sourceRedshift: 1.5 });
  for (const mass of [0, 1e6, 1e12]) {
    near(geometry.massOfEinsteinRadius(geometry.einsteinRadiusOfMass(mass)), mass);
  }
  near(geometry.massOfEinsteinRadius(1), Math.PI * geometry.criticalDensityPerArcsec2);
  // The mass of an isothermal sphere in a cylinder: pi sigma^2 R / G.
  const theta = geometry.einsteinRadiusOfDispersion(220);
  const radiusMpc = theta / geometry.arcsecOfKpc(1) / 1000;
  near(geometry.massOfEinsteinRadius(theta), Math.PI * 220 ** 2 * radiusMpc / 4.300917e-9, 1e-6);
});

Deno.test("an NFW halo has its mass inside r200", () => {
  const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
  const halo = nfwOfMass({ mass200Solar: 1e13, concentration: 6, geometry });
  // The cylinder of r200 holds some tenths more than the sphere.
  const r200 = 6 * halo.scaleRadius, inCylinder = r200 * halo.deflection(r200, 0).x;
  const ratio = inCylinder * Math.PI * geometry.criticalDensityPerArcsec2 / 1e13;
  // Projected over 3-dimensional mass at x = c: (ln(c/2) + arccos(1/c) / sqrt(c^2-1)) / m(c).
  const projected = Math.log(3) + Math.acos(1 / 6) / Math.sqrt(35);
  near(ratio, projected / (Math.log(7) - 6 / 7), 1e-12);
  const mean = 200 * geometry.cosmology.criticalDensity(0.5);
  const r200Mpc = r200 / geometry.arcsecOfKpc(1) / 1000;
  near(4 / 3 * Math.PI * r200Mpc ** 3 * mean, 1e13, 1e-12);
});

Deno.test("a source in front of the lens, negative redshifts and negative masses are rejected", () => {
  const at = (lensRedshift: number, sourceRedshift: number) => () =>
    new LensGeometry({ lensRedshift, sourceRedshift });
  assert.throws(at(1, 0.5), {
    name: "RangeError",
    message: "Cannot place a lens and its source as sourceRedshift must be above the " +
      "lensRedshift of 1: current value is 0.5",
  });
  assert.throws(at(0.5, 0.5), RangeError);
  assert.throws(at(-0.1, 0.5), RangeError);
  assert.throws(at(0, 0.5), RangeError);
  assert.throws(at(0.5, NaN), RangeError);
  const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
  assert.throws(() => geometry.einsteinRadiusOfMass(-1), {
    name: "RangeError",
    message: "Cannot compute an Einstein radius as massSolar must be finite and 0 or more: " +
      "current value is -1",
  });
  assert.throws(() => geometry.massOfEinsteinRadius(-1), RangeError);
  assert.throws(() => geometry.einsteinRadiusOfDispersion(-1), RangeError);
  assert.throws(() => nfwOfMass({ mass200Solar: -1, concentration: 5, geometry }), RangeError);
  assert.throws(() => new FlatLambdaCdm({ hubbleConstant: 0 }), RangeError);
  assert.throws(() => new FlatLambdaCdm({ matterDensity: 1.5 }), RangeError);
  assert.throws(() => new FlatLambdaCdm().angularDiameterDistanceMpc(0.5, 1), RangeError);
  assert.throws(() => new FlatLambdaCdm().angularDiameterDistanceMpc(-0.5), RangeError);
});

Deno.test("published errors are not repeated", () => {
  const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
  assert.equal(geometry.einsteinRadiusOfMass(1e12).toFixed(3), "1.665");
  const difference = geometry.sourceDistanceMpc - geometry.lensDistanceMpc;
  assert.ok(geometry.lensSourceDistanceMpc > 1.5 * difference);
  const einsteinRadius = geometry.einsteinRadiusOfDispersion(250);
  const sphere = new SingularIsothermalSphere({ einsteinRadius });
  near(sphere.deflection(3, 0).x, einsteinRadius);
});

function near(found: number, wanted: number, tolerance = TOLERANCE): void {
  assert.ok(Math.abs(found - wanted) <= tolerance * Math.abs(wanted), `${found}, not ${wanted}`);
}
