/**
 * Light profiles of sources and lenses; positions in arcsec, x to the right and y up.
 *
 * @module
 */

export type { EllipseOptions } from "./_ellipse.ts";
export { ClumpySpiral, type ClumpySpiralOptions } from "./clumpy_spiral.ts";
export { ellipseOfComponents, type EllipseShape } from "./ellipse_of_components.ts";
export { GaussianLight, type GaussianLightOptions } from "./gaussian_light.ts";
export { ImageLight, type ImageLightOptions, type LightImage } from "./image_light.ts";
export { LightProfile, sumOfLight } from "./light_profile.ts";
export { Sersic, type SersicFluxOptions, type SersicOptions } from "./sersic.ts";
