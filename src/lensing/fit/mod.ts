/**
 * Fits of smooth lenses to images, and whether what they leave looks like mass.
 *
 * @module
 */

export {
  type FamilyPsf,
  type LensFamily,
  lensFamilyOf,
  type LensFamilyOptions,
} from "./lens_family.ts";
export {
  type InspectedLens,
  LENS_SCORES,
  LensInspector,
  type LensScoreName,
} from "./lens_inspector.ts";
export { LENS_NUMBERS, type LensNumberName, lensVectorOf, placesOf } from "./lens_vector.ts";
export { type LensFit, LensFitter, type LensFitterOptions } from "./lens_fitter.ts";
export { type MassMap, massMap } from "./mass_map.ts";
export { massTemplates, type SoughtMass, type Templates } from "./mass_templates.ts";
export type { MatrixMultiplier } from "./matrix_multiplier.ts";
export { type PointGrid, pointGrid } from "./point_grid.ts";
export { type LensCamera, type NormalEquations, SmoothLens } from "./smooth_lens.ts";
export { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";
export { type SubstructurePrior, substructurePriorOf } from "./substructure_prior.ts";
export {
  bestPoint,
  type EstimatedMasses,
  estimateMasses,
  excessPower,
  logRatioOfMasses,
  logRatioOfOne,
  logSumExp,
  project,
  type Projection,
} from "./substructure_statistics.ts";
