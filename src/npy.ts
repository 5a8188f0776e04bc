/** NumPy's file format for an array. */

/**
 * Writes an array of float32 in NumPy's format (version 1.0, little-endian, row-major).
 *
 * Source: NumPy Enhancement Proposal 1.
 *
 * @param values All values.
 * @param shape The array's shape.
 * @returns The file's bytes, for `numpy.load`.
 * @throws {TypeError} If there are not as many values as the shape says.
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
      `Cannot write an array of shape [${shape}] as its values must be ${size}: ` +
        `current number is ${values.length}`,
    );
  }
  const header = npyHeader("<f4", shape);
  const bytes = new Uint8Array(header.length + 4 * size);
  bytes.set(header);
  // The format says little-endian, and so is every machine that Deno runs on.
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length);
  return bytes;
}

/**
 * What stands before the values of an array.
 *
 * @param type NumPy's name of their type, such as `<f4`.
 * @param shape The array's shape.
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
  // Ten bytes before the header; its newline ends at a multiple of 64.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  return bytes;
}
