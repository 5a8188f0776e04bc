/**
 * Strong gravitational lensing: mass and light, ray-tracing, observation, and recipes that draw
 * lenses.
 *
 * Pure physics on typed arrays, independent of files and tensors. Positions are in arcsec, x to the
 * right and y up, angles in radians; images are row-major with y down.
 *
 * @module
 */

export { Random } from "../random.ts";
export { FlatLambdaCdm, type FlatLambdaCdmOptions } from "./cosmology.ts";
export { Grid, type GridOptions } from "./grid.ts";
export { LensGeometry, type LensGeometryOptions } from "./lens_geometry.ts";
export * from "./fit/mod.ts";
export * from "./light/mod.ts";
export * from "./mass/mod.ts";
export * from "./observation/mod.ts";
export type { CentreOptions, PlacementOptions } from "./placement.ts";
export * from "./recipe/mod.ts";
export {
  type CriticalCurves,
  type CriticalCurvesOptions,
  type Curve,
  traceCriticalCurves,
} from "./trace_critical_curves.ts";
export { type Scene, type TracedImage, traceImage, type TraceOptions } from "./trace_image.ts";
export { type LensMaps, traceMaps } from "./trace_maps.ts";
