/**
 * Sources of images: files, folders, stdin, and containers such as IDX, npy, npz and CSV.
 *
 * Knows files and streams, and nothing of tensors: names in, decoded images out.
 *
 * @module
 */

export { isVectorName } from "./is_vector_name.ts";
export { readSources } from "./read_sources.ts";
export {
  type AnyImage,
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
  type Sample,
} from "./sample.ts";
export type { SourceOptions } from "./source_options.ts";
