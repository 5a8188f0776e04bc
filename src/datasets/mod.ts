/**
 * Sources of images: files, folders, stdin, and containers such as IDX, npy, npz, HDF5 and CSV.
 *
 * Names in, decoded images out: no tensors.
 *
 * @module
 */

export { sourceExists, splitName } from "./_names.ts";
export { isVectorName } from "./is_vector_name.ts";
export { filesBeside, isReadInFolder } from "./input_files.ts";
export { countEntries } from "./count_entries.ts";
export { digestSources } from "./digest_sources.ts";
export { listLabels } from "./list_labels.ts";
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
