/**
 * Nearest neighbours of latents, and their maps on a plane.
 *
 * Typed arrays in, typed arrays out; knows nothing of images or tensors.
 *
 * @module
 */

export type { RoundOptions } from "./map_options.ts";
export { nearest, type NearestOptions, type Neighbours, type Points } from "./nearest.ts";
export { type FlatMap, type PcaMap, pcaMap } from "./pca_map.ts";
export { tsneMap, type TsneOptions } from "./tsne_map.ts";
export { umapMap, type UmapOptions } from "./umap_map.ts";
export { vote } from "./vote.ts";
