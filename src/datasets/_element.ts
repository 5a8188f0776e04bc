/** Element types of arrays in files. */

/** An element type. */
export interface ElementType {
  /** Bytes per element. */
  readonly size: number;
  /** Type of the samples in an image; `bool` becomes 0 and 255. */
  readonly kept: "bool" | "uint8" | "uint16" | "float32";
  /** Whether the bytes equal those of the kept type on this machine. */
  readonly native: boolean;
  /** Reads the number at a byte offset; 64-bit integers are rounded to a double. */
  read(view: DataView, offset: number): number;
}

/**
 * Finds the element type of NumPy's kind letter and size.
 *
 * @param kind `b`, `u`, `i` or `f`.
 * @param size Bytes per element.
 * @param little Whether it is little-endian.
 * @returns The type; undefined if it is not numeric.
 */
export function elementType(kind: string, size: number, little: boolean): ElementType | undefined {
  const read = reader(kind, size, little);
  if (read === undefined) return undefined;
  const kept = kind === "b"
    ? "bool"
    : kind === "u" && size <= 2
    ? size === 1 ? "uint8" : "uint16"
    : "float32";
  const native = kept === "uint8" ||
    little === LITTLE && (kept === "uint16" || kind === "f" && size === 4);
  return { size, kept, native, read };
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function reader(kind: string, size: number, little: boolean): ElementType["read"] | undefined {
  switch (`${kind}${size}`) {
    case "b1":
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
