/** NumPy's npy file format. */

/**
 * Encodes a float32 array as npy (version 1.0, little-endian, row-major).
 *
 * Source: NumPy Enhancement Proposal 1.
 *
 * @param values All values.
 * @param shape Shape of the array.
 * @returns Bytes of the file, for `numpy.load`.
 * @throws {TypeError} If the number of values does not match the shape.
 *
 * @example
 * ```ts
 * import { encodeNpy } from "./npy.ts";
 *
 * const bytes = encodeNpy(Float32Array.of(1, 2, 3), [3, 1]);
 * if (bytes.length !== 128 + 12 || bytes[1] !== "N".charCodeAt(0)) throw new Error("unexpected bytes");
 * ```
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== values.length) {
    throw new TypeError(
      `Cannot write an array of shape [${shape}] as it must have ${size} values: ` +
        `current number is ${values.length}`,
    );
  }
  const header = npyHeader("<f4", shape);
  const bytes = new Uint8Array(header.length + 4 * size);
  bytes.set(header);
  // Every machine that Deno runs on is little-endian.
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length);
  return bytes;
}

/**
 * Makes the header, which precedes the values.
 *
 * @param type NumPy's name of the values' type, such as `<f4`.
 * @param shape Shape of the array.
 * @returns A multiple of 64 bytes; 128 for up to four axes of a few digits.
 *
 * @example
 * ```ts
 * import { npyHeader } from "./npy.ts";
 *
 * if (npyHeader("<f4", [1000, 64, 64]).length !== 128) throw new Error("unexpected length");
 * ```
 */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  // Ten bytes precede the text, whose newline ends at a multiple of 64.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  return bytes;
}
