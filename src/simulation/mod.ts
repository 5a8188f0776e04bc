/**
 * Series of simulated images: computed in several threads, written to folders and streams.
 *
 * Connects the physics of `src/lensing` with image formats and files.
 *
 * @module
 */

export { readFolderRecipe } from "./read_recipe.ts";
export type { Image, Samples } from "../images/mod.ts";
export { encodeFits, type FitsOptions } from "./encode_fits.ts";
export { ImageFolder, MANIFEST } from "./image_folder.ts";
export { digestOf, type ImageDigest } from "./manifest.ts";
export { encodeNpz } from "./npz.ts";
export { allImages, type ImageFormat, type ImageId, type SimulationSettings } from "./settings.ts";
export type { ManifestRecord, SimulatedImage } from "./simulated_image.ts";
export { type PsfImage, psfImageOf, sourceImageOf } from "./input_images.ts";
export { renderImage } from "./simulate_image.ts";
export { simulateAll, type SimulateAllOptions } from "./simulate_all.ts";
export { packTar, type TarFile } from "./tar.ts";
