/** BMP headers: OS/2, and Windows versions 3 to 5. */

import { checkSize, damaged, type DecoderContext, refused } from "./_limits.ts";

/** The checked headers. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Whether the first row in the file is at the top. */
  readonly topDown: boolean;
  /** Bits per pixel: 1, 4, 8, 16, 24 or 32. */
  readonly bits: number;
  /** Whether pixels are run-length encoded. */
  readonly packed: boolean;
  /** Offset of the pixels. */
  readonly dataAt: number;
  /** Blue, green, red and an unused byte per colour; for 8 bits and less. */
  readonly palette: Uint8Array | undefined;
  /** Masks of red, green, blue and alpha; for 16 and 32 bits. */
  readonly masks: readonly number[] | undefined;
}

const RGB = 0;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;
const DEFAULT_MASKS: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x03e0, 0x001f, 0],
  32: [0xff0000, 0xff00, 0xff, 0],
};

/** Reads and checks the headers, palette and masks; the size first. */
export function readBmpHeader(bytes: Uint8Array, context: DecoderContext): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 18 ? 0 : view.getUint32(14, true);
  // OS/2 2 may leave out the end of its header: all of that is 0.
  if (bytes.length < 14 + size || size === 0) {
    throw damaged(context, `it is truncated at byte ${bytes.length}, inside its header`);
  }
  const old = size === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(rows);
  checkSize(width, height, context);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = size < 20 ? RGB : view.getUint32(30, true);
  const packed = (compression === 1 && bits === 8) || (compression === 2 && bits === 4);
  const masked = (compression === BITFIELDS || compression === ALPHA_BITFIELDS) &&
    (bits === 16 || bits === 32);
  if (![1, 4, 8, 16, 24, 32].includes(bits) || !(packed || masked || compression === RGB)) {
    throw refused(
      context,
      "BMP must have 1, 4, 8, 16, 24 or 32 bits, uncompressed, with masks or run-length encoded: " +
        `current file has ${bits} bits, compression ${compression}`,
    );
  }
  if (packed && rows < 0) {
    throw damaged(context, "run-length encoded rows must start at the bottom");
  }
  let paletteAt = 14 + size;
  let masks: readonly number[] | undefined = DEFAULT_MASKS[bits];
  if (masked) {
    const count = size >= 56 || compression === ALPHA_BITFIELDS ? 4 : 3;
    if (54 + 4 * count > bytes.length) throw damaged(context, "it is truncated inside its masks");
    masks = [0, 1, 2, 3].map((i) => i < count ? view.getUint32(54 + 4 * i, true) : 0);
    if (size === 40) paletteAt += 4 * count;
  }
  const dataAt = view.getUint32(10, true);
  if (dataAt < paletteAt) {
    throw damaged(context, `its pixels start at byte ${dataAt}, inside a header`);
  }
  const used = size < 36 ? 0 : view.getUint32(46, true);
  const palette = bits > 8
    ? undefined
    : readPalette(bytes, paletteAt, dataAt, old ? 3 : 4, used || 1 << bits, context);
  return { width, height, topDown: rows < 0, bits, packed, dataAt, palette, masks };
}

/** The palette, 4 bytes per colour; colours that overlap the pixels are left out. */
function readPalette(
  bytes: Uint8Array,
  at: number,
  end: number,
  step: number,
  colours: number,
  context: DecoderContext,
): Uint8Array {
  const count = Math.min(colours, 256, Math.floor((end - at) / step));
  if (at + count * step > bytes.length) {
    throw damaged(context, "it is truncated inside its palette");
  }
  const palette = new Uint8Array(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[4 * i + c] = bytes[at + i * step + c] as number;
  }
  return palette;
}
