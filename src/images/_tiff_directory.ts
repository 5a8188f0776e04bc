/** Directories of a TIFF, classic or BigTIFF: tags by page (TIFF 6.0, section 2). */

import { damaged, type DecoderContext } from "./_limits.ts";

/** The tags of one page. */
export interface TiffDirectory {
  /** Whether the file is little-endian. */
  readonly little: boolean;
  /** The numbers of a tag; empty if it is missing. */
  readonly tag: (id: number) => readonly number[];
  /** Offset of the next page's directory; 0 if there is none. */
  readonly next: number;
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

/** A TIFF file, whose directories are read on request. */
export interface TiffFile {
  /** Offset of the first page's directory. */
  readonly first: number;
  /** Reads the directory at an offset; the numbers of a tag are read on request. */
  readonly directory: (at: number) => TiffDirectory;
}

/** Reads the header. */
export function openTiff(bytes: Uint8Array, context: DecoderContext): TiffFile {
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
  const directory = (start: number): TiffDirectory => {
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
    return { little, tag, next: read(first + count * entrySize, word) };
  };
  return { first: read(big ? 8 : 4, word), directory };
}
