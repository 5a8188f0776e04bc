/** The part of `node:zlib` that images and model files need, for browsers. */

import { deflateSync, gunzipSync as gunzip, inflateSync as inflateRaw, unzlibSync } from "fflate";

/** Bounds of a decompression. */
interface Bounds {
  readonly maxOutputLength?: number;
}

/** Refuses more bytes than are allowed, as Node.js does. */
function bounded(
  bytes: Uint8Array<ArrayBuffer>,
  { maxOutputLength = Infinity }: Bounds,
): Uint8Array<ArrayBuffer> {
  if (bytes.length <= maxOutputLength) return bytes;
  throw Object.assign(new RangeError("it is larger than allowed"), {
    code: "ERR_BUFFER_TOO_LARGE",
  });
}

/** Inflates a zlib stream. */
export function inflateSync(data: Uint8Array, bounds: Bounds = {}): Uint8Array<ArrayBuffer> {
  return bounded(unzlibSync(data), bounds);
}

/** Inflates a raw deflate stream. */
export function inflateRawSync(data: Uint8Array, bounds: Bounds = {}): Uint8Array<ArrayBuffer> {
  return bounded(inflateRaw(data), bounds);
}

/** Inflates a gzip stream. */
export function gunzipSync(data: Uint8Array, bounds: Bounds = {}): Uint8Array<ArrayBuffer> {
  return bounded(gunzip(data), bounds);
}

/** Deflates bytes. */
export function deflateRawSync(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return deflateSync(data);
}

/** The polynomial of CRC-32, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** CRC-32 of bytes, after those of a value. */
export function crc32(data: Uint8Array, value = 0): number {
  let crc = ~value;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}

/** Constants that streams need, which browsers have not. */
export const constants: Readonly<Record<string, number>> = {};

/** Streams are of files, which pages have not. */
export function createGunzip(): never {
  throw new TypeError("Cannot inflate a stream in a browser");
}

/** Streams are of files, which pages have not. */
export const createInflateRaw: typeof createGunzip = createGunzip;
