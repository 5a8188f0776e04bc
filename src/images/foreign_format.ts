/** Image formats that cannot be read, told by first bytes or by name: they are images all the same. */

/** First bytes of formats, as text; `?` stands for any byte. */
const SIGNATURES: readonly (readonly [signature: string, format: string])[] = [
  ["????ftyphei", "HEIC"],
  ["????ftyphev", "HEIC"],
  ["????ftypmif1", "HEIC"],
  ["????ftypmsf1", "HEIC"],
  ["????ftypavi", "AVIF"],
  ["????ftypcrx", "Canon raw"],
  ["\x00\x00\x00\x0cJXL ", "JPEG XL"],
  ["\xff\x0a", "JPEG XL"],
  ["\x00\x00\x00\x0cjP  ", "JPEG 2000"],
  ["\xff\x4f\xff\x51", "JPEG 2000"],
  ["II\xbc\x01", "JPEG XR"],
  ["8BPS", "Photoshop"],
  ["gimp xcf", "GIMP"],
  ["\x76\x2f\x31\x01", "OpenEXR"],
  ["#?RADIANCE", "Radiance"],
  ["qoif", "QOI"],
  ["BPG\xfb", "BPG"],
  ["\x00\x00\x01\x00", "ICO"],
  ["FUJIFILMCCD-RAW", "Fujifilm raw"],
  ["IIU\x00", "Panasonic raw"],
  ["IIRO", "Olympus raw"],
];

/** Formats by the ends of names, where first bytes do not tell enough. */
const NAMES: readonly (readonly [end: RegExp, format: string])[] = [
  [/\.(heic|heif|hif)$/i, "HEIC"],
  [/\.avif$/i, "AVIF"],
  [/\.jxl$/i, "JPEG XL"],
  [/\.(jp2|j2k|jpx|jpf)$/i, "JPEG 2000"],
  [/\.(pbm|pgm|ppm|pnm|pam|pfm)$/i, "PNM"],
  [/\.(cr2|cr3|nef|arw|dng|raf|orf|rw2|pef|srw)$/i, "camera raw"],
  [/\.(dcm|dicom)$/i, "DICOM"],
  [/\.exr$/i, "OpenEXR"],
  [/\.(tga|psd|xcf|ico|svg|qoi)$/i, "another image format"],
];

/** The way out of formats that need another program than an image converter. */
const HINTS: Readonly<Record<string, string>> = {
  "DICOM": "convert it to 16-bit PNG or TIFF first, for instance by dcmj2pnm",
  "camera raw": "develop it to 16-bit TIFF first, for instance by dcraw -T -6",
};

/**
 * Recognises an image of a format that cannot be read.
 *
 * @param bytes The file, or its first 18 bytes.
 * @param name Its name. @default {none}
 * @returns The name of the format; undefined if it is none that is known.
 *
 * @example
 * ```ts
 * import { foreignFormat } from "./foreign_format.ts";
 *
 * const pgm = new TextEncoder().encode("P5 16 16 255\n");
 * if (foreignFormat(pgm) !== "PNM") throw new Error("unexpected format");
 * if (foreignFormat(new Uint8Array(), "a.heic") !== "HEIC") throw new Error("unexpected format");
 * ```
 */
export function foreignFormat(bytes: Uint8Array, name = ""): string | undefined {
  const begin = String.fromCharCode(...bytes.subarray(0, 18));
  if (/^P(7\nWIDTH|[1-6Ff]\s+[\d#])/.test(begin)) return "PNM";
  for (const [signature, format] of SIGNATURES) {
    if (matches(begin, signature)) return format;
  }
  return NAMES.find(([end]) => end.test(name))?.[1];
}

/** The remedy for a file of such a format. */
export function foreignFormatHint(format: string): string {
  return HINTS[format] ?? "convert it to PNG or TIFF first, for instance by ImageMagick";
}

function matches(begin: string, signature: string): boolean {
  if (begin.length < signature.length) return false;
  return [...signature].every((char, i) => char === "?" || char === begin[i]);
}
