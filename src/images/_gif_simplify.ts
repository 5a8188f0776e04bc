/** GIFs of old programs, for a decoder that is strict. */

/** The byte that ends a file. */
export const TRAILER = 0x3b;

/**
 * A file of the first frame alone, without comments, whose codes start with a clear code.
 *
 * The crate refuses empty comments, and codes that do not start so; other decoders read both.
 *
 * @param bytes A file whose blocks are complete.
 * @param frame Offset of the frame's descriptor, behind the byte that introduces it.
 * @param control Offset of its graphic control extension of 8 bytes, if any.
 */
export function simplifyGif(
  bytes: Uint8Array,
  frame: number,
  control: number | undefined,
): Uint8Array {
  const dataAt = frame + 9 + paletteSize(bytes[frame + 8] as number);
  const codes = readCodes(bytes, dataAt + 1);
  const bits = bytes[dataAt] as number;
  const clear = 1 << bits;
  const first = (codes[0] ?? 0) | ((codes[1] ?? 0) << 8);
  const complete = (first & (2 * clear - 1)) === clear ? codes : shiftIn(codes, clear, bits + 1);
  const parts: ArrayLike<number>[] = [
    bytes.subarray(0, 13 + paletteSize(bytes[10] as number)),
    control === undefined ? [] : bytes.subarray(control, control + 8),
    bytes.subarray(frame - 1, dataAt + 1),
  ];
  for (let i = 0; i < complete.length; i += 255) {
    const block = complete.subarray(i, i + 255);
    parts.push([block.length], block);
  }
  return Uint8Array.from([...parts, [0, TRAILER]].flatMap((part) => Array.from(part)));
}

/** Bytes of the palette behind a descriptor with these flags. */
export function paletteSize(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** The bytes of the blocks from `start` to the empty one. */
function readCodes(bytes: Uint8Array, start: number): Uint8Array {
  const out: number[] = [];
  for (let at = start, size = bytes[at]; size; at += size + 1, size = bytes[at]) {
    for (let i = 1; i <= size; i++) out.push(bytes[at + i] as number);
  }
  return Uint8Array.from(out);
}

/** The bits of `codes`, lowest first, behind a code of `count` bits. */
function shiftIn(codes: Uint8Array, code: number, count: number): Uint8Array {
  const out = new Uint8Array(codes.length + 2);
  let held = code;
  codes.forEach((byte, i) => {
    held |= byte << count;
    out[i] = held;
    held >>>= 8;
  });
  out.set([held, held >>> 8], codes.length);
  return out;
}
