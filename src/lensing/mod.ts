/**
 * Strong gravitational lensing: mass and light, ray-tracing, observation, and recipes that draw lenses.
 *
 * Pure physics on typed arrays; knows nothing of files or tensors. Arcsec and radians, x to the right
 * and y up; images are row-major with y down.
 *
 * @module
 */

export { Random } from "../random.ts";
export { FlatUniverse, type FlatUniverseOptions } from "./cosmology.ts";
export { Grid, type GridOptions } from "./grid.ts";
export { LensGeometry, type LensGeometryOptions } from "./lens_geometry.ts";
export * from "./light/mod.ts";
export * from "./mass/mod.ts";
export * from "./observation/mod.ts";
export * from "./population/mod.ts";
export * from "./recipe/mod.ts";
export {
  type CriticalCurves,
  type CriticalCurvesOptions,
  type Curve,
  traceCriticalCurves,
} from "./trace_critical_curves.ts";
export { type TracedImage, traceImage, type TraceOptions } from "./trace_image.ts";
export { type LensMaps, traceMaps } from "./trace_maps.ts";
export type { Scene } from "./trace_scene.ts";
