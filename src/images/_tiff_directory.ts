/** Tags of the first page, of classic TIFF and BigTIFF (TIFF 6.0, section 2). */

import { damaged, type DecoderContext } from "./_limits.ts";

/** Tags of the first page. */
export interface TiffDirectory {
  /** Whether the file is little-endian. */
  readonly little: boolean;
  /** Whether more pages follow. */
  readonly more: boolean;
  /** The numbers of a tag; empty if it is missing. */
  readonly tag: (id: number) => readonly number[];
}

/** Bytes of the integer types: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const TYPES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
  [16, 8],
  [18, 8],
]);

/** Reads the first directory; the numbers of a tag are read on request. */
export function readDirectory(bytes: Uint8Array, context: DecoderContext): TiffDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const need = (at: number, size: number) => {
    if (at + size <= bytes.length) return;
    throw damaged(
      context,
      `it is truncated: its directory needs ${at + size} bytes, the file has ${bytes.length}`,
    );
  };
  const read = (at: number, size: number) => {
    need(at, size);
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    if (size === 4) return view.getUint32(at, little);
    return Number(view.getBigUint64(at, little));
  };
  const big = read(2, 2) === 43;
  const word = big ? 8 : 4;
  const start = read(big ? 8 : 4, word);
  const count = read(start, big ? 8 : 2);
  const first = start + (big ? 8 : 2);
  const entrySize = 4 + 2 * word;
  need(first, count * entrySize + word);
  const entries = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const at = first + i * entrySize;
    const id = read(at, 2);
    if (!entries.has(id)) entries.set(id, at);
  }
  const tag = (id: number) => {
    const at = entries.get(id);
    if (at === undefined) return [];
    const size = TYPES.get(read(at + 2, 2));
    if (size === undefined) throw damaged(context, `TIFF tag ${id} must hold whole numbers`);
    const length = read(at + 4, word);
    const inline = length * size <= word;
    const from = inline ? at + 4 + word : read(at + 4 + word, word);
    need(from, length * size);
    return Array.from({ length }, (_, i) => read(from + i * size, size));
  };
  return { little, more: read(first + count * entrySize, word) !== 0, tag };
}
