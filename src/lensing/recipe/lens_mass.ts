/** Mass of a simulated lens: halo, shear and substructure. */

import { StrayError } from "../../errors.ts";
import { LensGeometry } from "../lens_geometry.ts";
import {
  ExternalShear,
  LineMass,
  type LineMassOptions,
  type MassProfile,
  PointChain,
  PointMasses,
  PseudoJaffes,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
  Vortex,
} from "../mass/mod.ts";
import type { LensParameters } from "./draw_parameters.ts";
import type { LensClass } from "./lens_class.ts";
import { fromPolar } from "./lens_light.ts";
import { ParameterReader } from "./_parameter_reader.ts";

/** Subhalo mass at which the truncation radius is `subhalo.truncation`, Msun. */
const TRUNCATION_MASS = 1e8;

/** Size and mass of a halo. */
export interface HaloProperties {
  /** Einstein radius, arcsec. */
  readonly einstein_radius: number;
  /** Mass inside the Einstein radius, Msun. */
  readonly halo_mass: number;
}

/**
 * Computes size and mass of the halo, with angular-diameter distances of a flat universe.
 *
 * @param parameters Parameters of the image.
 * @returns Einstein radius and mass.
 * @throws {StrayError} `value` If the source is not behind the lens, or a parameter is out of
 *   range.
 */
export function haloPropertiesOf(parameters: LensParameters): HaloProperties {
  const values = new ParameterReader(parameters);
  const geometry = geometryOf(values);
  const radius = values.has("halo.einstein_radius")
    ? values.number("halo.einstein_radius")
    : values.has("halo.mass")
    ? geometry.einsteinRadiusOfMass(values.number("halo.mass"))
    : geometry.einsteinRadiusOfDispersion(values.number("halo.velocity_dispersion"));
  return { einstein_radius: radius, halo_mass: geometry.massOfEinsteinRadius(radius) };
}

/**
 * The lens without substructure: halo and shear.
 *
 * @param parameters Parameters of the image.
 * @returns An isothermal sphere or ellipsoid, and the shear if it is not 0.
 */
export function haloOf(parameters: LensParameters): MassProfile {
  const values = new ParameterReader(parameters);
  const { einstein_radius: einsteinRadius } = haloPropertiesOf(parameters);
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
 * Masses are fractions of the mass inside the Einstein radius of the halo: a fraction f has the
 * Einstein radius of the halo times the root of f.
 *
 * @param parameters Parameters of the image.
 * @param lensClass Class of the image.
 * @returns The subhalos or the vortex; undefined for `no_sub`.
 */
export function substructureOf(
  parameters: LensParameters,
  lensClass: LensClass,
): MassProfile | undefined {
  if (lensClass === "no_sub") return undefined;
  return lensClass === "cdm" ? subhaloMassOf(parameters) : vortexOf(parameters);
}

/**
 * The complete lens.
 *
 * @param parameters Parameters of the image.
 * @param lensClass Class of the image.
 * @returns Halo, shear and substructure.
 */
export function massOf(parameters: LensParameters, lensClass: LensClass): MassProfile {
  const substructure = substructureOf(parameters, lensClass);
  const halo = haloOf(parameters);
  return substructure ? sumOf([halo, substructure]) : halo;
}

/** Masses of a lens besides its halo, in arcsec. */
export interface Subhalos {
  /** Einstein radii of points of the same mass. */
  readonly einsteinRadii: readonly number[];
  /** Positions to the right. */
  readonly x: readonly number[];
  /** Positions up. */
  readonly y: readonly number[];
}

/**
 * Masses and positions of the subhalos.
 *
 * @param parameters Parameters of the image, of the class `cdm`.
 * @returns The subhalos.
 * @throws {StrayError} `value` If a parameter is missing or out of its range, or lists differ in length.
 */
export function subhalosOf(parameters: LensParameters): Subhalos {
  const values = new ParameterReader(parameters), halo = haloPropertiesOf(parameters);
  const masses = values.list("subhalo.mass");
  const distances = values.list("subhalo.distance");
  const directions = values.list("subhalo.direction");
  if (
    masses.length === 0 || masses.length !== distances.length || masses.length !== directions.length
  ) {
    throw new StrayError(
      "value",
      "Cannot simulate the lens as subhalo.mass, subhalo.distance and subhalo.direction must be lists " +
        "of equal length: " +
        `current lengths are ${masses.length}, ${distances.length} and ${directions.length}`,
    );
  }
  const factor = massFactorOf(values, halo.halo_mass);
  const positions = distances.map((distance, i) => fromPolar(distance, directions[i]!));
  return {
    einsteinRadii: masses.map((mass) =>
      halo.einstein_radius * Math.sqrt(factor * mass / halo.halo_mass)
    ),
    x: positions.map(([x]) => x + values.number("halo.x")),
    y: positions.map(([, y]) => y + values.number("halo.y")),
  };
}

/** The factor that scales the drawn masses of subhalos to their share of the halo. */
function massFactorOf(values: ParameterReader, haloMass: number): number {
  if (values.word("subhalo.masses") !== "scaled") return 1;
  const total = values.list("subhalo.mass").reduce((sum, mass) => sum + mass, 0);
  return values.number("subhalo.fraction") * haloMass / total;
}

function subhaloMassOf(parameters: LensParameters): MassProfile {
  const values = new ParameterReader(parameters), { einsteinRadii, x, y } = subhalosOf(parameters);
  if (values.word("subhalo.profile") === "point") return new PointMasses({ einsteinRadii, x, y });
  const truncation = values.number("subhalo.truncation");
  const factor = massFactorOf(values, haloPropertiesOf(parameters).halo_mass);
  return new PseudoJaffes({
    pointEinsteinRadii: einsteinRadii,
    truncationRadii: values.list("subhalo.mass").map((mass) =>
      truncation * Math.sqrt(factor * mass / TRUNCATION_MASS)
    ),
    x,
    y,
  });
}

/**
 * Mass and placement of the vortex.
 *
 * @param parameters Parameters of the image, of the class `vortex`.
 * @returns A line: Einstein radius of a point of the same mass, length, angle and centre.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function vortexLineOf(parameters: LensParameters): LineMassOptions {
  const values = new ParameterReader(parameters);
  const { einstein_radius } = haloPropertiesOf(parameters);
  return {
    einsteinRadius: einstein_radius * Math.sqrt(values.number("vortex.fraction")),
    length: values.has("vortex.length")
      ? values.number("vortex.length")
      : vortexLength(values.number("vortex.axion_mass")),
    angle: values.number("vortex.angle"),
    x: values.number("halo.x") + values.number("vortex.x"),
    y: values.number("halo.y") + values.number("vortex.y"),
  };
}

function vortexOf(parameters: LensParameters): MassProfile {
  const values = new ParameterReader(parameters), shape = vortexLineOf(parameters);
  switch (values.word("vortex.profile")) {
    case "chain":
      return new PointChain({ ...shape, count: values.number("vortex.points") });
    case "tube":
      return new Vortex({ ...shape, radius: values.number("vortex.radius") });
    default:
      return new LineMass(shape);
  }
}

function geometryOf(values: ParameterReader): LensGeometry {
  const lens = values.number("lens.redshift"), source = values.number("source.redshift");
  if (!(source > lens)) {
    throw new StrayError(
      "value",
      `Cannot simulate the lens as source.redshift must be above lens.redshift, ${lens}: ` +
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

/**
 * The length of a vortex from end to end, by the mass of its axion.
 *
 * 0.06 arcsec at 1e-22 eV, inversely proportional to the mass: twice the half-length 0.06 / (2 m) x
 * 1e-22 of DeepLenseSim's axion vortices, for a halo at redshift 0.5
 * (github.com/mwt5345/DeepLenseSim, which draws m log-uniformly between 1e-24 and 1e-22 eV). It
 * scales as the de Broglie wavelength, and so does the coherence length of condensates (Hui,
 * Ostriker, Tremaine and Witten 2017, Phys. Rev. D 95, 043541).
 *
 * @param axionMassEv Mass, above 0, eV.
 * @returns Length, arcsec.
 */
function vortexLength(axionMassEv: number): number {
  return 0.06 * (1e-22 / axionMassEv);
}
