/** FITS headers: HDUs and their keywords (FITS standard 4.0, sections 3 to 5). */

import { damaged, type DecoderContext } from "./_limits.ts";

/** One header and data unit. */
export interface Hdu {
  readonly keywords: ReadonlyMap<string, string>;
  /** The number of a keyword; `otherwise` if it is missing. */
  readonly number: (key: string, otherwise: number) => number;
  /** The integer of a keyword; damaged if it is missing, without `otherwise`. */
  readonly integer: (key: string, otherwise?: number) => number;
  /** Lengths of the image's axes, `NAXIS1` first; empty if there are no data. */
  readonly axes: readonly number[];
  /** Type of the image's values. */
  readonly bitpix: number;
  /** Whether this is the primary HDU, an IMAGE extension, or a table of compressed tiles. */
  readonly isImage: boolean;
  /** Whether the image is stored as compressed tiles in a table. */
  readonly isTiled: boolean;
  /** Offset of the data in the file. */
  readonly dataAt: number;
}

const BLOCK = 2880;
const CARD = 80;
const BITPIX: ReadonlySet<number> = new Set([8, 16, 32, 64, -32, -64]);

/** Yields the HDUs in order, without reading their data. */
export function* readHdus(bytes: Uint8Array, context: DecoderContext): Generator<Hdu> {
  let at = 0;
  for (let index = 0; index === 0 || at + BLOCK <= bytes.length; index++) {
    const { keywords, end } = readCards(bytes, at, context);
    const first = index === 0 ? "SIMPLE" : "XTENSION";
    if (!keywords.has(first)) {
      if (index > 0) return; // the standard ignores special records after the last HDU
      throw damaged(context, "its FITS header does not start with SIMPLE");
    }
    const number = (key: string, otherwise: number): number => {
      const text = keywords.get(key);
      if (text === undefined) return otherwise;
      const value = Number(text.replace(/[dD]/, "e"));
      if (text !== "" && Number.isFinite(value)) return value;
      throw damaged(context, `${key} must be a number: current value is ${text || "empty"}`);
    };
    const integer = (key: string, otherwise = NaN): number => {
      const value = number(key, otherwise);
      if (Number.isSafeInteger(value)) return value;
      const current = keywords.get(key) ?? "missing";
      throw damaged(context, `${key} must be an integer: current value is ${current}`);
    };
    const { bitpix, axes } = readImageType("", integer, context);
    const grouped = keywords.get("GROUPS") === "T" && axes[0] === 0;
    const extension = readText(keywords.get("XTENSION"));
    const isTiled = index > 0 && extension === "BINTABLE" && keywords.get("ZIMAGE") === "T";
    const isImage = isTiled || (index === 0 ? !grouped : extension === "IMAGE");
    const image = isTiled ? readImageType("Z", integer, context) : { axes, bitpix };
    yield { keywords, number, integer, ...image, dataAt: end, isImage, isTiled };
    const parameters = integer("PCOUNT", 0), groups = integer("GCOUNT", 1);
    const elements = (grouped ? axes.slice(1) : axes).reduce(
      (a, b) => a * b,
      axes.length > 0 ? 1 : 0,
    );
    const size = (Math.abs(bitpix) / 8) * groups * (parameters + elements);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw damaged(context, "the size of the data in a FITS header is impossible");
    }
    at = end + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** Type and axes; `prefix` is `Z` for those of a compressed image. */
function readImageType(
  prefix: string,
  integer: (key: string) => number,
  context: DecoderContext,
): Pick<Hdu, "axes" | "bitpix"> {
  const bitpix = integer(`${prefix}BITPIX`);
  if (!BITPIX.has(bitpix)) {
    const reason = `${prefix}BITPIX must be 8, 16, 32, 64, -32 or -64: current value is ${bitpix}`;
    throw damaged(context, reason);
  }
  const count = integer(`${prefix}NAXIS`);
  if (count < 0 || count > 999) {
    throw damaged(context, `${prefix}NAXIS must be 0 to 999: current value is ${count}`);
  }
  const axes: number[] = [];
  for (let i = 1; i <= count; i++) {
    const key = `${prefix}NAXIS${i}`, length = integer(key);
    if (length < 0) throw damaged(context, `${key} must be at least 0: it is ${length}`);
    axes.push(length);
  }
  return { axes, bitpix };
}

/** The function of stored integers to physical values; those of the keyword `blank` become NaN. */
export function physicalValue(hdu: Hdu, blank: string): (value: number) => number {
  const scale = hdu.number("BSCALE", 1);
  const zero = hdu.number("BZERO", 0);
  const none = hdu.bitpix > 0 ? hdu.number(blank, NaN) : NaN;
  return (value) => value === none ? NaN : zero + scale * value;
}

/** The text of a string keyword. */
export function readText(value: string | undefined): string {
  return /^'((?:[^']|'')*)'/.exec(value ?? "")?.[1]?.trim() ?? "";
}

function readCards(
  bytes: Uint8Array,
  start: number,
  context: DecoderContext,
): { keywords: Map<string, string>; end: number } {
  const keywords = new Map<string, string>();
  for (let at = start; at + CARD <= bytes.length; at += CARD) {
    const card = String.fromCharCode(...bytes.subarray(at, at + CARD));
    const key = card.slice(0, 8).trimEnd();
    if (key === "END") {
      const end = start + Math.ceil((at + CARD - start) / BLOCK) * BLOCK;
      return { keywords, end };
    }
    if (card.slice(8, 10) !== "= " || keywords.has(key)) continue; // a comment
    const value = card.slice(10).trimStart();
    keywords.set(key, value.startsWith("'") ? value : (value.split("/")[0] as string).trim());
  }
  throw damaged(context, "it is truncated: a FITS header has no END");
}
