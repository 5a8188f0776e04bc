/** FITS files, made card by card. */

/** The value of a keyword; text is quoted. */
export type FitsValue = number | string | boolean;

/** One header and data unit: SIMPLE or XTENSION first, padded to blocks of 2880 bytes. */
export function fits(
  keywords: Readonly<Record<string, FitsValue>>,
  data: ArrayLike<number>,
  start: readonly [string, FitsValue] = ["SIMPLE", true],
): Uint8Array {
  const cards = [start, ...Object.entries(keywords)].map(([key, value]) => {
    const text = typeof value === "string"
      ? `'${value}'`
      : String(value === true ? "T" : value === false ? "F" : value).padStart(20);
    return `${key.padEnd(8)}= ${text} / a comment`.padEnd(80);
  });
  const header = new TextEncoder().encode([...cards, "END".padEnd(80)].join(""));
  const headerSize = padded(header.length);
  const file = new Uint8Array(headerSize + padded(data.length)).fill(0x20, 0, headerSize);
  file.set(header);
  file.set(data, headerSize);
  return file;
}

function padded(size: number): number {
  return Math.ceil(size / 2880) * 2880;
}

/** Numbers as big-endian bytes, `size` each, by a method of DataView. */
export function bigEndian(
  values: readonly number[],
  size: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => set(view, i * size, value));
  return bytes;
}
