/**
 * Bytes to pixels and back, and pixels to what a model eats.
 *
 * Knows nothing of files, data sets or tensors: typed arrays in, typed arrays out.
 *
 * @module
 */

export { centreCrop } from "./centre_crop.ts";
export { decode, type DecodeOptions } from "./decode.ts";
export { DecodePool, type DecodePoolOptions } from "./decode_pool.ts";
export { encodePng } from "./encode_png.ts";
export type { EncodedImage } from "./encoded_image.ts";
export { replaceNonFinite, type SamplesContext } from "./finite.ts";
export { type Format, sniff } from "./format.ts";
export type { Image, Samples } from "./image.ts";
export { isGrey } from "./is_grey.ts";
export { type ModelInput, writeModelInput } from "./model_input.ts";
export { preprocess, type Preprocessing } from "./preprocess.ts";
export { resize, type Size } from "./resize.ts";
export type { Scale } from "./scale.ts";
export { toChannels } from "./to_channels.ts";
