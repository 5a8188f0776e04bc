/** The flags of sources of images. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { SourceOptions } from "../src/datasets/mod.ts";
import type { Size } from "../src/images/mod.ts";

/** Flags of every command that reads sources. */
export const SOURCE_FLAGS = ["limit", "max-pixels", "null", "vectors", "md5", "sha256"] as const;

/** Operands of every command that reads sources. */
export const SOURCE_OPERANDS = {
  name: "SRC",
  help: "image files, folders, IDX, npy, npz#key, CSV, FITS, or - for paths on stdin",
  least: 1,
  path: "reads",
} as const;

/**
 * Converts {@linkcode SOURCE_FLAGS} to options.
 *
 * @param context Flags, the caller's folder and stdin.
 * @param size Size that every image is resized to, if any; larger JPEG files may be decoded smaller.
 * @returns Options of `readSources`.
 */
export function readSourceFlags(
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
    ...(context.files && { outputs: context.files.outputs }),
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
