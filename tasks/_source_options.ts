/** From a command's flags to the options of its sources. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { SourceOptions } from "../src/datasets/mod.ts";

/** The options that `--limit`, `--max-pixels` and `-0` mean, with the caller's folder and stdin. */
export function sourceOptions(
  context: CommandContext<"limit" | "max-pixels" | "null">,
): SourceOptions {
  const { flags, directory, signal, stderr } = context;
  return {
    baseDirectory: directory,
    // Opened only by the source that reads it.
    get stdin() {
      return context.stdin;
    },
    signal,
    nulSeparated: flags.null,
    onWarning: (message) => stderr.warn(message),
    ...(flags.limit !== undefined && { limit: flags.limit }),
    ...(flags["max-pixels"] !== undefined && { maxPixels: flags["max-pixels"] }),
  };
}
