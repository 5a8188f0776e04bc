/** Encoding 16-bit grey TIFF, uncompressed. */

/** The tags of a page, each with its type (3 SHORT, 4 LONG) and one value (TIFF 6.0, section 4). */
type Tag = readonly [id: number, type: 3 | 4, value: number];

/** Bytes of the header and of a tag. */
const HEADER = 8, TAG = 12;

/**
 * Encodes 16-bit grey samples as TIFF: little-endian, one strip, without compression.
 *
 * @param data Samples, row-major, y down.
 * @param width Number of columns.
 * @param height Number of rows.
 * @returns Bytes of the file.
 * @throws {TypeError} If the number of samples is wrong.
 *
 * @example
 * ```ts
 * import { decode, encodeTiff } from "./mod.ts";
 *
 * const { data } = await decode(encodeTiff(Uint16Array.of(0, 1000, 65535), 3, 1));
 * if (data[1] !== 1000) throw new Error("unexpected sample");
 * ```
 */
export function encodeTiff(
  data: Uint16Array,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  if (data.length !== width * height) {
    throw new TypeError(
      `Cannot encode a TIFF as it must have ${width} x ${height} samples: ` +
        `current number is ${data.length}`,
    );
  }
  const size = 2 * data.length;
  const tags: readonly Tag[] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 16], // bits per sample
    [259, 3, 1], // no compression
    [262, 3, 1], // black is zero
    [273, 4, HEADER],
    [277, 3, 1], // samples per pixel
    [278, 4, height], // rows per strip
    [279, 4, size],
  ];
  const bytes = new Uint8Array(HEADER + size + 2 + TAG * tags.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  const directory = HEADER + size;
  view.setUint32(4, directory, true);
  for (let i = 0; i < data.length; i++) view.setUint16(HEADER + 2 * i, data[i]!, true);
  view.setUint16(directory, tags.length, true);
  for (const [i, [id, type, value]] of tags.entries()) {
    const at = directory + 2 + TAG * i;
    view.setUint16(at, id, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    if (type === 3) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, value, true);
  }
  return bytes;
}
