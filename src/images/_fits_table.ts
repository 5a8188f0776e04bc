/** Binary tables of FITS: columns, and arrays of variable length (FITS standard 4.0, section 7.3). */

import { type Hdu, readText } from "./_fits_header.ts";
import { damaged, type DecoderContext } from "./_limits.ts";
import { numberReader } from "./number_reader.ts";

/** A column of a binary table. */
export interface FitsColumn {
  /** The number in a row; for a column of plain numbers. */
  number(row: number): number;
  /** The bytes of a row's array, in the heap. */
  array(row: number): Uint8Array;
}

/** Bytes per element, by the letter of the type. */
const SIZES: Readonly<Record<string, number>> = {
  L: 1,
  X: 0.125,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
  P: 8,
  Q: 16,
};
const NUMBERS: Readonly<Record<string, string>> = {
  B: "u1",
  I: "i2",
  J: "i4",
  K: "i8",
  E: "f4",
  D: "f8",
};

/**
 * The columns of a table, by name, in capitals.
 *
 * @returns The columns, and the number of rows.
 */
export function readTable(
  bytes: Uint8Array,
  hdu: Hdu,
  context: DecoderContext,
): { readonly columns: ReadonlyMap<string, FitsColumn>; readonly rows: number } {
  const rowBytes = hdu.integer("NAXIS1");
  const rows = hdu.integer("NAXIS2");
  const heapAt = hdu.dataAt + hdu.integer("THEAP", rowBytes * rows);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slice = (at: number, size: number): Uint8Array => {
    if (at + size <= bytes.length && at >= 0 && size >= 0) return bytes.subarray(at, at + size);
    throw damaged(
      context,
      `it is truncated: its table needs ${at + size} bytes, the file has ${bytes.length}`,
    );
  };
  slice(hdu.dataAt, rowBytes * rows);
  const columns = new Map<string, FitsColumn>();
  const count = hdu.integer("TFIELDS");
  for (let i = 1, offset = 0; i <= count; i++) {
    const form = readText(hdu.keywords.get(`TFORM${i}`));
    const [, repeat, type = "", element = ""] = /^(\d*)([A-Z])([A-Z]?)/.exec(form) ?? [];
    const size = SIZES[type];
    const at = hdu.dataAt + offset;
    offset += Math.ceil((size ?? NaN) * (repeat ? Number(repeat) : 1));
    if (!(offset <= rowBytes)) throw damaged(context, `TFORM${i} is damaged: ${form || "missing"}`);
    const read = numberReader(NUMBERS[type] ?? "", false);
    const kind = `its column ${i}`;
    columns.set(readText(hdu.keywords.get(`TTYPE${i}`)).toUpperCase(), {
      number: (row) => {
        if (read) return read(view, at + row * rowBytes);
        throw damaged(context, `${kind} must hold numbers: its type is ${form}`);
      },
      array: (row) => {
        const from = at + row * rowBytes;
        if (type !== "P" && type !== "Q") {
          throw damaged(context, `${kind} must hold arrays: its type is ${form}`);
        }
        const long = type === "Q";
        const length = long ? Number(view.getBigUint64(from)) : view.getUint32(from);
        const start = long ? Number(view.getBigUint64(from + 8)) : view.getUint32(from + 4);
        return slice(heapAt + start, length * (SIZES[element] ?? 1));
      },
    });
  }
  return { columns, rows };
}
