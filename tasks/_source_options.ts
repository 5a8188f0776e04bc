/** From a command's flags to the options of its sources. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { SourceOptions } from "../src/datasets/mod.ts";
import type { Size } from "../src/images/mod.ts";

/**
 * The options that `--limit`, `--max-pixels` and `-0` mean, with the caller's folder and stdin.
 *
 * @param context What the command is given.
 * @param size What every image is resized to, if it is: larger ones may come smaller than they are.
 * @returns The options.
 */
export function sourceOptions(
  context: CommandContext<"limit" | "max-pixels" | "null">,
  size: Size | undefined,
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
    ...(size && { atLeast: size }),
    ...(flags.limit !== undefined && { limit: flags.limit }),
    ...(flags["max-pixels"] !== undefined && { maxPixels: flags["max-pixels"] }),
  };
}
