/** Bytes in the text of a module: deflated, in base64. */

import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * Packs bytes into text.
 *
 * @param bytes The bytes.
 * @returns A raw deflate stream in base64.
 */
export function packBytes(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 9 }).toBase64();
}

/**
 * Unpacks the text of {@linkcode packBytes}.
 *
 * @param text A raw deflate stream in base64.
 * @returns The bytes.
 *
 * @example
 * ```ts
 * import { packBytes, unpackBytes } from "./packed_bytes.ts";
 *
 * if (unpackBytes(packBytes(Uint8Array.of(7)))[0] !== 7) throw new Error("unexpected bytes");
 * ```
 */
export function unpackBytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(inflateRawSync(Uint8Array.fromBase64(text)));
}
