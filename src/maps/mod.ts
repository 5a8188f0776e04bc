/**
 * Nearest neighbours of latents, and maps of them on a plane.
 *
 * Typed arrays in, typed arrays out; independent of images and tensors.
 *
 * @module
 */

export type { RoundOptions } from "./map_options.ts";
export { nearest, type NearestOptions, type Neighbours, type Points } from "./nearest.ts";
export { type FlatMap, type PcaMap, pcaMap } from "./pca_map.ts";
export { tsneMap, type TsneOptions } from "./tsne_map.ts";
export { umapMap, type UmapOptions } from "./umap_map.ts";
export { vote } from "./vote.ts";
