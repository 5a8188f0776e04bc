/** File formats, recognised by the first bytes, never by name. */

import { IMAGE_FORMATS, type ImageFormat } from "./_formats.ts";

/** A file format: of one image, or of many, which `src/datasets` opens (`zip` is an `.npz`). */
export type Format = keyof typeof IMAGE_FORMATS | "npy" | "zip" | "gzip" | "hdf5" | "idx";

/** First bytes of the containers that have a signature. */
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  npy: ["93 4e 55 4d 50 59"],
  zip: ["50 4b 03 04", "50 4b 05 06"],
  gzip: ["1f 8b 08"],
  hdf5: ["89 48 44 46 0d 0a 1a 0a"],
};

/** The choices for each byte; undefined for any byte. */
type Pattern = readonly (readonly number[] | undefined)[];

const SIGNATURES: readonly (readonly [Format, Pattern])[] = [
  ...Object.entries<ImageFormat>(IMAGE_FORMATS).map(([name, row]) =>
    [name, row.signatures] as const
  ),
  ...Object.entries(CONTAINERS),
].flatMap(([name, signatures]) =>
  signatures.map((signature) => [name as Format, readPattern(signature)] as const)
);

const EXTENSIONS: ReadonlySet<string> = new Set(
  Object.values<ImageFormat>(IMAGE_FORMATS).flatMap(({ extensions }) => extensions),
);

/**
 * Recognises the format of a file.
 *
 * IDX has no signature: two zeros, a known type code and 1 to 4 dimensions are taken for IDX.
 *
 * @param bytes The file, or at least its first 18 bytes.
 * @returns The format; undefined if it is not supported.
 *
 * @example
 * ```ts
 * import { sniff } from "./format.ts";
 *
 * const gif = new TextEncoder().encode("GIF89a");
 * if (sniff(gif) !== "gif") throw new Error("unexpected format");
 * ```
 */
export function sniff(bytes: Uint8Array): Format | undefined {
  for (const [format, signature] of SIGNATURES) {
    if (matches(bytes, signature)) return format;
  }
  const [a, b, type = 0, dimensions = 0] = bytes;
  if (a === 0 && b === 0 && type >= 0x08 && type <= 0x0e && dimensions >= 1 && dimensions <= 4) {
    return "idx";
  }
  return undefined;
}

/**
 * Whether a name has the extension of an image file.
 *
 * @param name A file name or path.
 * @returns Whether files of that extension count as images, whatever their content.
 *
 * @example
 * ```ts
 * import { hasImageExtension } from "./format.ts";
 *
 * if (!hasImageExtension("a/b.FITS.gz")) throw new Error("FITS is an image format");
 * ```
 */
export function hasImageExtension(name: string): boolean {
  const parts = name.slice(name.lastIndexOf("/") + 1).toLowerCase().split(".");
  return parts.length > 1 &&
    (EXTENSIONS.has(parts.at(-1)!) ||
      parts.length > 2 && EXTENSIONS.has(parts.slice(-2).join(".")));
}

/**
 * Writes the first four bytes of a file in hexadecimal, for messages.
 *
 * @param bytes The file.
 * @returns Text such as `89 50 4e 47`, or `none`.
 */
export function firstBytes(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, "0")).join(" ") || "none";
}

function readPattern(text: string): Pattern {
  return text.split(" ").map((byte) =>
    byte === ".." ? undefined : byte.split("|").map((choice) => parseInt(choice, 16))
  );
}

function matches(bytes: Uint8Array, signature: Pattern): boolean {
  return bytes.length >= signature.length &&
    signature.every((choices, i) => choices === undefined || choices.includes(bytes[i]!));
}
