/** The number of entries of sources, for progress: quickly, without reading images. */

import { checkSources } from "./_check_sources.ts";
import { listFiles } from "./_file_list.ts";
import { SourceReader } from "./_source_reader.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/**
 * Counts the entries of sources by the names in folders and the headers of containers. A file in a folder
 * counts as an image until it is read.
 *
 * @param sources Names of the sources.
 * @param options Limit, and how sources are read.
 * @returns Their number; undefined if only reading finds it, as for stdin and CSV, or it cannot be known.
 *
 * @example
 * ```ts
 * import { countEntries } from "./count_entries.ts";
 *
 * if (await countEntries(["a.png", "b.png"]) !== 2) throw new Error("there are two files");
 * if (await countEntries(["-"]) !== undefined) throw new Error("stdin is read once");
 * ```
 */
export async function countEntries<I extends AnyImage>(
  sources: readonly string[],
  options: SourceOptions<I> = {},
): Promise<number | undefined> {
  if (sources.includes("-")) return undefined;
  const { onWarning: _, signal, limit = Infinity, ...quiet } = options;
  const reader = new SourceReader<I>(quiet);
  let total = 0;
  try {
    const checked = await checkSources(sources, reader, quiet);
    const stop = new AbortController().signal;
    for await (const file of listFiles(checked, reader, { ...quiet, stop })) {
      if (signal?.aborted) return undefined;
      total += await file.count(false);
      if (Number.isFinite(limit) && total >= limit) return limit;
    }
  } catch {
    return undefined; // reading reports the error
  } finally {
    await reader.close();
  }
  return Number.isFinite(total) ? total : undefined;
}
