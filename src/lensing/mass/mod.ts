/**
 * Thin lenses: potential, deflection, convergence and shear, one profile a file.
 *
 * Positions are in arcsec, x to the right and y up; angles in radians, counter-clockwise from x; masses
 * are Einstein radii, that of a point mass where the mass is finite. Values are finite everywhere.
 *
 * @module
 */

export { type CentreOptions, CircularProfile } from "./circular_profile.ts";
export { DistanceSheet, type DistanceSheetOptions } from "./distance_sheet.ts";
export { ExternalShear, type ExternalShearOptions } from "./external_shear.ts";
export { LineMass, type LineMassOptions } from "./line_mass.ts";
export type { MassProfile, Shear, Vector } from "./mass_profile.ts";
export { MassSheet, type MassSheetOptions } from "./mass_sheet.ts";
export { NFW, type NFWOptions } from "./nfw.ts";
export { nfwOfMass, type NFWOfMassOptions } from "./nfw_of_mass.ts";
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
export { sumOf } from "./sum_of.ts";
export { Vortex, type VortexOptions } from "./vortex.ts";
