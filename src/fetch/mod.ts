/**
 * Public data sets by name: resumable downloads, verified by hash.
 *
 * The only part of stray that uses the network.
 *
 * @module
 */

export type { FileHash } from "../file_hash.ts";
export { DATA_SETS, type DataFile, type DataSet } from "./data_sets.ts";
export { fetchDataSet, type FetchDataSetOptions, type FetchedFile } from "./fetch_data_set.ts";
export { fetchFile, type FetchOptions } from "./fetch_file.ts";
