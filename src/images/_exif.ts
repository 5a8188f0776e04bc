/** Orientation in EXIF (JEITA CP-3451, tag 0x0112 of the first directory). */

const ORIENTATION = 0x0112;

/** Orientation in the body of a JPEG's APP1 segment, 1 to 8; undefined if there is none. */
export function readOrientation(body: Uint8Array): number | undefined {
  return startsAsApp1(body) ? readExifOrientation(body) : undefined;
}

/**
 * Orientation in EXIF data, 1 to 8; undefined if there is none.
 *
 * @param exif A TIFF structure; some programs put the start of a JPEG's segment before it.
 */
export function readExifOrientation(exif: Uint8Array): number | undefined {
  const body = startsAsApp1(exif) ? exif.subarray(6) : exif;
  if (body.length < 8) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return undefined;
  const at = view.getUint32(4, little);
  if (at + 2 > view.byteLength) return undefined;
  const count = view.getUint16(at, little);
  for (let i = 0, entry = at + 2; i < count && entry + 12 <= view.byteLength; i++, entry += 12) {
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

function startsAsApp1(body: Uint8Array): boolean {
  return String.fromCharCode(...body.subarray(0, 6)) === "Exif\0\0";
}
