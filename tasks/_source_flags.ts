/** The flags of sources of images. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import { makeBudget, type MemoryBudget } from "../src/memory_budget.ts";
import type { SourceOptions } from "../src/datasets/mod.ts";
import type { Size } from "../src/images/mod.ts";

/** Flags of every command that reads sources. */
export const SOURCE_FLAGS = [
  ...["limit", "max-pixels", "max-memory", "null", "vectors", "md5", "sha256"] as const,
] as const;

/** Bytes per unit of a size. */
const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
/** Least memory that images may have, bytes. */
const LEAST_MEMORY = 64 * 1024 ** 2;

/** The bytes of `512M` or `2G`. */
export function readBytes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?)B?$/i.exec(text) ?? [];
  const bytes = digits === "" ? NaN : Number(digits) * UNITS[unit.toUpperCase()]!;
  if (bytes >= LEAST_MEMORY && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw usageError(
    `Cannot use --max-memory as it must be a size of at least 64M: current value is "${text}"`,
    "for instance --max-memory 2G",
  );
}

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
 * @param memory The memory budget. @default {that of --max-memory}
 * @returns Options of `readSources`.
 */
export function readSourceFlags(
  context: CommandContext<typeof SOURCE_FLAGS[number]>,
  size: Size | undefined,
  memory: MemoryBudget = makeBudget(readBytes(context.flags["max-memory"])),
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
    memory,
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
