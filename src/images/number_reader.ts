/** Reading numbers of any type in files. */

/** Reads the number at a byte offset; 64-bit integers are rounded to a double. */
export type NumberReader = (view: DataView, offset: number) => number;

/**
 * Makes a function that reads numbers of a type.
 *
 * @param type Kind, `u` unsigned, `i` signed or `f` float, and number of bytes, such as `u2`.
 * @param little Whether they are little-endian.
 * @returns The function; undefined if there is no such type.
 *
 * @example
 * ```ts
 * import { numberReader } from "./number_reader.ts";
 *
 * const value = numberReader("u2", false)?.(new DataView(Uint8Array.of(1, 2).buffer), 0);
 * if (value !== 258) throw new Error("unexpected value");
 * ```
 */
export function numberReader(type: string, little: boolean): NumberReader | undefined {
  switch (type) {
    case "u1":
      return (view, at) => view.getUint8(at);
    case "i1":
      return (view, at) => view.getInt8(at);
    case "u2":
      return (view, at) => view.getUint16(at, little);
    case "i2":
      return (view, at) => view.getInt16(at, little);
    case "u4":
      return (view, at) => view.getUint32(at, little);
    case "i4":
      return (view, at) => view.getInt32(at, little);
    case "u8":
      return (view, at) => Number(view.getBigUint64(at, little));
    case "i8":
      return (view, at) => Number(view.getBigInt64(at, little));
    case "f2":
      return (view, at) => view.getFloat16(at, little);
    case "f4":
      return (view, at) => view.getFloat32(at, little);
    case "f8":
      return (view, at) => view.getFloat64(at, little);
    default:
      return undefined;
  }
}
