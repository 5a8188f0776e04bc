/**
 * Thin lenses: potential, deflection, convergence and shear.
 *
 * Positions are in arcsec, x to the right and y up; angles are in radians, counter-clockwise from
 * x. Masses are Einstein radii, of a point mass where the total mass is finite. Values are finite
 * everywhere.
 *
 * @module
 */

export { CircularProfile } from "./circular_profile.ts";
export { ExternalShear, type ExternalShearOptions } from "./external_shear.ts";
export { LineMass, type LineMassOptions } from "./line_mass.ts";
export { MassProfile, type Rays, type Shear, type Vector } from "./mass_profile.ts";
export {
  DistanceSheet,
  type DistanceSheetOptions,
  MassSheet,
  type MassSheetOptions,
} from "./mass_sheet.ts";
export { NFW, nfwOfMass, type NFWOfMassOptions, type NFWOptions } from "./nfw.ts";
export { CentredProfile, TurnedProfile } from "./placed_profile.ts";
export { PointChain, type PointChainOptions } from "./point_chain.ts";
export { PointMass, type PointMassOptions } from "./point_mass.ts";
export { PointMasses, type PointMassesOptions } from "./point_masses.ts";
export {
  PseudoJaffe,
  type PseudoJaffeOfMassOptions,
  type PseudoJaffeOptions,
  type PseudoJaffeShape,
} from "./pseudo_jaffe.ts";
export { PseudoJaffes, type PseudoJaffesOptions } from "./pseudo_jaffes.ts";
export {
  SingularIsothermalEllipsoid,
  type SingularIsothermalEllipsoidOptions,
} from "./singular_isothermal_ellipsoid.ts";
export {
  SingularIsothermalSphere,
  type SingularIsothermalSphereOptions,
} from "./singular_isothermal_sphere.ts";
export { type ScatteredArrays, ScatteredMasses } from "./scattered_masses.ts";
export { sumOf } from "./sum_of.ts";
export { Vortex, type VortexOptions } from "./vortex.ts";
