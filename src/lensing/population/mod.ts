/**
 * Populations of substructure: how many, how heavy, where, how long.
 *
 * All chance comes from the generator that is passed in.
 *
 * @module
 */

export { PowerLaw, type PowerLawOptions } from "./power_law.ts";
export {
  type Place,
  RadialDistribution,
  type RadialDistributionOptions,
  type UniformIn,
} from "./radial_distribution.ts";
export { drawSubhalos, type Subhalos, type SubhalosOptions } from "./subhalos.ts";
export { vortexLength } from "./vortex_length.ts";
