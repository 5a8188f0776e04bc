/**
 * Image files to pixels and back, and pixels to the input of a model.
 *
 * Typed arrays in, typed arrays out: no files, no data sets, no tensors.
 *
 * @module
 */

export { insideOfInput, type Preprocessing } from "./_preprocess.ts";
export { type Scale } from "./_scale.ts";
export { decode, decodeFor, type DecodeOptions, type EncodedImage } from "./decode.ts";
export { DecodePool, type DecodePoolOptions } from "./decode_pool.ts";
export { encodePng } from "./encode_png.ts";
export { encodeTiff } from "./encode_tiff.ts";
export { replaceNonFinite } from "./finite.ts";
export { type FitsMap, readFitsMap } from "./fits_map.ts";
export { FOREIGN_BYTES, isForeignImage } from "./_foreign_formats.ts";
export { firstBytes, type Format, hasImageExtension, sniff } from "./format.ts";
export type { Image, Samples } from "./image.ts";
export { type ModelInput, writeModelInput } from "./model_input.ts";
export { type NumberReader, numberReader } from "./number_reader.ts";
export {
  containsRegion,
  cutRegion,
  insideOf,
  type Region,
  type RegionMask,
  regionOfMask,
} from "./region.ts";
export { resize, type Size } from "./resize.ts";
export { toChannels } from "./to_channels.ts";
export { mapToSource } from "./to_source.ts";
