/** The mass of a simulated lens: halo, shear and substructure. */

import { StrayError } from "../../errors.ts";
import { LensGeometry } from "../lens_geometry.ts";
import {
  ExternalShear,
  LineMass,
  type MassProfile,
  PointChain,
  PointMasses,
  PseudoJaffes,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
  Vortex,
} from "../mass/mod.ts";
import { vortexLength } from "../population/mod.ts";
import type { Parameters } from "./draw_parameters.ts";
import type { LensClass } from "./lens_class.ts";
import { polar } from "./lens_light.ts";
import { Values } from "./_values.ts";

/** Mass that `subhalo.truncation` is given for, Msun. */
const TRUNCATION_MASS = 1e8;

/** What follows from the parameters of a lens. */
export interface Derived {
  /** Einstein radius of the halo, arcsec. */
  readonly einstein_radius: number;
  /** Mass inside it, Msun. */
  readonly halo_mass: number;
}

/**
 * The size and mass of a halo.
 *
 * The mass is that inside the Einstein radius, for angular-diameter distances of a flat universe.
 *
 * @param parameters The parameters.
 * @returns Einstein radius and mass.
 * @throws {StrayError} `value` If the source is not behind the lens, or a parameter out of its range.
 */
export function derivedOf(parameters: Parameters): Derived {
  const values = new Values(parameters);
  const geometry = geometryOf(values);
  const radius = values.has("halo.einstein_radius")
    ? values.number("halo.einstein_radius")
    : values.has("halo.mass")
    ? geometry.einsteinRadiusOfMass(values.number("halo.mass"))
    : geometry.einsteinRadiusOfDispersion(values.number("halo.velocity_dispersion"));
  return { einstein_radius: radius, halo_mass: geometry.massOfEinsteinRadius(radius) };
}

/**
 * The halo and the shear: the lens without substructure.
 *
 * @param parameters The parameters.
 * @returns An isothermal sphere or ellipsoid, and the shear if there is any.
 */
export function haloOf(parameters: Parameters): MassProfile {
  const values = new Values(parameters);
  const { einstein_radius: einsteinRadius } = derivedOf(parameters);
  const x = values.number("halo.x"), y = values.number("halo.y");
  const axisRatio = values.number("halo.axis_ratio"), angle = values.number("halo.angle");
  const halo = axisRatio === 1
    ? new SingularIsothermalSphere({ einsteinRadius, x, y })
    : new SingularIsothermalEllipsoid({ einsteinRadius, axisRatio, angle, x, y });
  const shear = values.number("shear.magnitude"), along = 2 * values.number("shear.angle");
  if (shear === 0) return halo;
  const gamma1 = shear * Math.cos(along), gamma2 = shear * Math.sin(along);
  return sumOf([halo, new ExternalShear({ gamma1, gamma2 })]);
}

/**
 * The substructure of a lens.
 *
 * Masses are fractions of that inside the halo's Einstein radius, so a part f of it has the Einstein
 * radius of the halo times the root of f.
 *
 * @param parameters The parameters.
 * @param lensClass The class.
 * @returns The subhalos or the vortex; undefined for `no_sub`.
 */
export function substructureOf(
  parameters: Parameters,
  lensClass: LensClass,
): MassProfile | undefined {
  if (lensClass === "no_sub") return undefined;
  return lensClass === "cdm" ? subhalosOf(parameters) : vortexOf(parameters);
}

/**
 * All the mass of a lens.
 *
 * @param parameters The parameters.
 * @param lensClass The class.
 * @returns Halo, shear and substructure.
 */
export function massOf(parameters: Parameters, lensClass: LensClass): MassProfile {
  const substructure = substructureOf(parameters, lensClass);
  const halo = haloOf(parameters);
  return substructure ? sumOf([halo, substructure]) : halo;
}

function subhalosOf(parameters: Parameters): MassProfile {
  const values = new Values(parameters), derived = derivedOf(parameters);
  const masses = values.list("subhalo.mass");
  const distances = values.list("subhalo.distance");
  const directions = values.list("subhalo.direction");
  if (
    masses.length === 0 || masses.length !== distances.length || masses.length !== directions.length
  ) {
    throw new StrayError(
      "value",
      "Cannot make the lens as subhalo.mass, subhalo.distance and subhalo.direction must be as many: " +
        `current numbers are ${masses.length}, ${distances.length} and ${directions.length}`,
    );
  }
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const scaled = values.word("subhalo.masses") === "scaled";
  const factor = scaled ? values.number("subhalo.fraction") * derived.halo_mass / total : 1;
  const radii = masses.map((mass) =>
    derived.einstein_radius * Math.sqrt(factor * mass / derived.halo_mass)
  );
  const places = distances.map((distance, i) => polar(distance, directions[i]!));
  const x = places.map(([x]) => x + values.number("halo.x"));
  const y = places.map(([, y]) => y + values.number("halo.y"));
  if (values.word("subhalo.profile") === "point") {
    return new PointMasses({ einsteinRadii: radii, x, y });
  }
  const truncation = values.number("subhalo.truncation");
  return new PseudoJaffes({
    pointEinsteinRadii: radii,
    truncationRadii: masses.map((mass) => truncation * Math.sqrt(factor * mass / TRUNCATION_MASS)),
    x,
    y,
  });
}

function vortexOf(parameters: Parameters): MassProfile {
  const values = new Values(parameters), { einstein_radius } = derivedOf(parameters);
  const shape = {
    einsteinRadius: einstein_radius * Math.sqrt(values.number("vortex.fraction")),
    length: values.has("vortex.length")
      ? values.number("vortex.length")
      : vortexLength(values.number("vortex.axion_mass")),
    angle: values.number("vortex.angle"),
    x: values.number("halo.x") + values.number("vortex.x"),
    y: values.number("halo.y") + values.number("vortex.y"),
  };
  switch (values.word("vortex.profile")) {
    case "chain":
      return new PointChain({ ...shape, count: values.number("vortex.points") });
    case "tube":
      return new Vortex({ ...shape, radius: values.number("vortex.radius") });
    default:
      return new LineMass(shape);
  }
}

function geometryOf(values: Values): LensGeometry {
  const lens = values.number("lens.redshift"), source = values.number("source.redshift");
  if (!(source > lens)) {
    throw new StrayError(
      "value",
      `Cannot make the lens as source.redshift must be above lens.redshift, ${lens}: ` +
        `current value is ${source}`,
      { hint: "a source in front of the lens is not lensed" },
    );
  }
  return new LensGeometry({
    lensRedshift: lens,
    sourceRedshift: source,
    hubbleConstant: values.number("cosmology.hubble"),
    matterDensity: values.number("cosmology.matter"),
  });
}
