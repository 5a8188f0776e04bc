/** From a command's flags to the options of its sources. */

import type { CommandContext, FlagName } from "../src/cli/mod.ts";
import type { SourceOptions } from "../src/datasets/mod.ts";
import type { Size } from "../src/images/mod.ts";

/** The flags of every command that reads sources. */
export const SOURCE_FLAGS = [
  "limit",
  "max-pixels",
  "null",
  "vectors",
  "md5",
  "sha256",
] as const satisfies readonly FlagName[];

/**
 * The options that {@linkcode SOURCE_FLAGS} mean, with the caller's folder and stdin.
 *
 * @param context What the command is given.
 * @param size What every image is resized to, if it is: larger ones may come smaller than they are.
 * @returns The options.
 */
export function sourceOptions(
  context: CommandContext<typeof SOURCE_FLAGS[number]>,
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
    vectors: flags.vectors,
    hashes: (["md5", "sha256"] as const).flatMap((algorithm) => {
      const digest = flags[algorithm];
      return digest === undefined ? [] : [{ algorithm, digest }];
    }),
    onWarning: (message) => stderr.warn(message),
    ...(size && { atLeast: size }),
    ...(flags.limit !== undefined && { limit: flags.limit }),
    ...(flags["max-pixels"] !== undefined && { maxPixels: flags["max-pixels"] }),
  };
}
