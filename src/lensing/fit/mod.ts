/**
 * Fits of smooth lenses to images, and whether what they leave looks like mass.
 *
 * @module
 */

export { estimateLens, type EstimateLensOptions } from "./estimate_lens.ts";
export {
  fitObservedLens,
  type FitObservedLensOptions,
  type FittedObservedLens,
} from "./fit_observed_lens.ts";
export { type FittedSource, fittedSource } from "./fitted_source.ts";
export { fitWithGridSource, type GridSourceFit, type GridSourceOptions } from "./grid_source.ts";
export {
  type FamilyPsf,
  type LensFamily,
  lensFamilyOf,
  type LensFamilyOptions,
  placesToFree,
} from "./lens_family.ts";
export {
  type InspectedLens,
  LENS_SCORES,
  LensInspector,
  type LensScoreName,
} from "./lens_inspector.ts";
export {
  BOUNDS as LENS_BOUNDS,
  LENS_NUMBERS,
  type LensNumberName,
  lensVectorOf,
  placesOf,
} from "./lens_vector.ts";
export {
  type FitFreedom,
  type LensFit,
  LensFitter,
  type LensFitterOptions,
} from "./lens_fitter.ts";
export { type MassMap, massMap } from "./mass_map.ts";
export { massTemplates, type SoughtMass, type Templates } from "./mass_templates.ts";
export { type MatrixMultiplier, PLAIN_PRODUCTS } from "./matrix_multiplier.ts";
export {
  type NoiseMapKind,
  type ObservedMaps,
  type ObservedMapsOptions,
  observeMaps,
  type SkyCircle,
} from "./observed_maps.ts";
export { type FoundLens, searchLens, type SearchLensOptions } from "./search_lens.ts";
export { type MassGrid, POINT_GRID, SMOOTH_GRID } from "./mass_grids.ts";
export { type LensCamera, type NormalEquations, SmoothLens } from "./smooth_lens.ts";
export { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";
export { type SubstructurePrior, substructurePriorOf } from "./substructure_prior.ts";
export {
  bestPoint,
  type EstimatedMasses,
  estimateMasses,
  excessPower,
  freedomOf,
  logRatioOfAny,
  logRatioOfMasses,
  logRatioOfOne,
  logSumExp,
  project,
  type Projection,
} from "./substructure_statistics.ts";
