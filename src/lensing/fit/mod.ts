/**
 * Fits of smooth lenses to images, and whether what they leave looks like mass.
 *
 * @module
 */

export { estimateLens, type EstimateLensOptions } from "./estimate_lens.ts";
export { fitWithGridSource, type GridSourceFit, type GridSourceOptions } from "./grid_source.ts";
export { LENS_NUMBERS, type LensNumberName, lensVectorOf, placesOf } from "./lens_vector.ts";
export {
  type FitFreedom,
  type LensFit,
  LensFitter,
  type LensFitterOptions,
} from "./lens_fitter.ts";
export { massTemplates, type SoughtMass, type Templates } from "./mass_templates.ts";
export {
  type NoiseMapKind,
  type ObservedMaps,
  type ObservedMapsOptions,
  observeMaps,
  type SkyCircle,
} from "./observed_maps.ts";
export { type FoundLens, searchLens, type SearchLensOptions } from "./search_lens.ts";
export { type PointGrid, pointGrid } from "./point_grid.ts";
export { type LensCamera, SmoothLens } from "./smooth_lens.ts";
export { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";
export {
  bestPoint,
  excessPower,
  logRatioOfMasses,
  logRatioOfOne,
  logSumExp,
  type MatrixMultiplier,
  project,
  type Projection,
} from "./substructure_statistics.ts";
