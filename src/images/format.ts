/** File formats, recognised by the first bytes, never by name. */

/**
 * A file format. The last four are containers, which `src/datasets` opens.
 *
 * `tiff` is classic TIFF or BigTIFF, `zip` an `.npz`, `gzip` any gzip file.
 */
export type Format =
  | "png"
  | "jpeg"
  | "gif"
  | "tiff"
  | "webp"
  | "bmp"
  | "fits"
  | "npy"
  | "zip"
  | "gzip"
  | "idx";

const ANY = undefined;

/** First bytes of each format. */
const SIGNATURES: readonly (readonly [Format, readonly (number | undefined)[]])[] = [
  ["png", [0x89, 0x50, 0x4e, 0x47]],
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
  ["tiff", [0x49, 0x49, 0x2a, 0x00]],
  ["tiff", [0x4d, 0x4d, 0x00, 0x2a]],
  ["tiff", [0x49, 0x49, 0x2b, 0x00, 0x08, 0x00]],
  ["tiff", [0x4d, 0x4d, 0x00, 0x2b, 0x00, 0x08]],
  ["webp", [0x52, 0x49, 0x46, 0x46, ANY, ANY, ANY, ANY, 0x57, 0x45, 0x42, 0x50]],
  ["fits", [0x53, 0x49, 0x4d, 0x50, 0x4c, 0x45, 0x20, 0x20, 0x3d]], // "SIMPLE  ="
  ["npy", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["gzip", [0x1f, 0x8b, 0x08]],
];

/** Valid sizes of a BMP's second header. */
const BMP_HEADERS: ReadonlySet<number> = new Set([12, 40, 52, 56, 64, 108, 124]);

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
  if (bytes[0] === 0x42 && bytes[1] === 0x4d && BMP_HEADERS.has(bytes[14] ?? 0)) return "bmp";
  const [a, b, type = 0, dimensions = 0] = bytes;
  if (a === 0 && b === 0 && type >= 0x08 && type <= 0x0e && dimensions >= 1 && dimensions <= 4) {
    return "idx";
  }
  return undefined;
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

function matches(bytes: Uint8Array, signature: readonly (number | undefined)[]): boolean {
  if (bytes.length < signature.length) return false;
  for (let i = 0; i < signature.length; i++) {
    if (signature[i] !== undefined && signature[i] !== bytes[i]) return false;
  }
  return true;
}
