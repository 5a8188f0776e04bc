/** Bytes in the text of the bundle: by Zstandard, in base64; a fourth smaller than by `packBytes`. */

import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Brotli's best is 7 % smaller, and takes six times as long. */
const LEVEL = 19;
/** Logarithm of the largest distance of a repetition, bytes. */
const WINDOW = 24;

/**
 * Packs bytes into text.
 *
 * @param bytes The bytes.
 * @returns A Zstandard frame in base64.
 */
export function packTightly(bytes: Uint8Array): string {
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: WINDOW,
  };
  return zstdCompressSync(bytes, { params }).toString("base64");
}

/**
 * Unpacks the text of {@linkcode packTightly}.
 *
 * @param text A Zstandard frame in base64.
 * @returns The bytes.
 */
export function unpackTightly(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zstdDecompressSync(Uint8Array.fromBase64(text)));
}
