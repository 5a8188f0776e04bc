/** All files of a data set, one after the other. */

import { join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeFailure } from "./_download.ts";
import type { DataSet } from "./data_sets.ts";
import { fetchFile, type FetchOptions } from "./fetch_file.ts";

/** Options of {@linkcode fetchDataSet}. */
export interface FetchDataSetOptions extends FetchOptions {
  /** An address that file names follow, asked in place of the data set's own servers. */
  readonly mirror?: string | undefined;
}

/** A file that is in its place, whole and of the right hash. */
export interface FetchedFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Whether it was fetched; false if it was there. */
  readonly fetched: boolean;
}

/**
 * Fetches a data set into a folder, which is made if need be; files that are there are passed over.
 *
 * @param set The data set.
 * @param folder Where to.
 * @param options Mirror, abort, progress.
 * @returns The files, each once it is in its place.
 * @throws {StrayError} As {@linkcode fetchFile}; `usage` if the mirror is no address.
 */
export async function* fetchDataSet(
  set: DataSet,
  folder: string,
  options: FetchDataSetOptions = {},
): AsyncGenerator<FetchedFile> {
  const servers = options.mirror === undefined ? set.servers : [addressOf(options.mirror)];
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw writeFailure(folder, error);
  }
  for (const file of set.files) {
    const fetched = await fetchFile(file, servers, join(folder, file.name), options);
    yield { name: file.name, fetched };
  }
}

/** The address of a mirror, with a slash at its end. */
function addressOf(mirror: string): string {
  const url = URL.parse(mirror);
  if (url !== null && /^https?:$/.test(url.protocol)) {
    if (!url.pathname.endsWith("/")) url.pathname += "/";
    url.search = url.hash = "";
    return url.href;
  }
  throw new StrayError(
    "usage",
    `Cannot use the mirror as it must be an address of http or https: current value is "${mirror}"`,
    { hint: "give the part before the file names, such as https://example.org/mnist/" },
  );
}
