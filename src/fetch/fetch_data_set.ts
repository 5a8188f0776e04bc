/** Fetches the files of a data set in turn. */

import { join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeFailure } from "../write_file.ts";
import type { DataSet } from "./data_sets.ts";
import { fetchFile, type FetchOptions } from "./fetch_file.ts";

/** Options of {@linkcode fetchDataSet}. */
export interface FetchDataSetOptions extends FetchOptions {
  /** Address to which file names are appended, used instead of the data set's servers. */
  readonly mirror?: string | undefined;
}

/** A complete, verified file. */
export interface FetchedFile {
  /** Name in the folder. */
  readonly name: string;
  /** Whether it was fetched; false if it existed. */
  readonly fetched: boolean;
}

/**
 * Fetches a data set into a folder, which is created if necessary; existing files are skipped.
 *
 * @param set The data set.
 * @param folder Path of the folder.
 * @param options Mirror, abort signal, progress.
 * @returns The files, each as soon as it is complete.
 * @throws {StrayError} As {@linkcode fetchFile}; `usage` if the mirror is not an HTTP address.
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

/** The address of a mirror, with a trailing slash. */
function addressOf(mirror: string): string {
  const url = URL.parse(mirror);
  if (url !== null && /^https?:$/.test(url.protocol)) {
    if (!url.pathname.endsWith("/")) url.pathname += "/";
    url.search = url.hash = "";
    return url.href;
  }
  throw new StrayError(
    "usage",
    `Cannot use the mirror as it must be an HTTP or HTTPS address: current value is "${mirror}"`,
    { hint: "give the part before the file names, such as https://example.org/mnist/" },
  );
}
