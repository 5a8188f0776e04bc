/** The table of image formats: names, first bytes, and the decoder, loaded on first use. */

import type { Decoder } from "./_limits.ts";

/** A format of image files. */
export interface ImageFormat {
  /** Name, for messages. */
  readonly title: string;
  /** Extensions of file names, without the dot. */
  readonly extensions: readonly string[];
  /** First bytes in hexadecimal; `..` is any byte, `|` separates the choices for one. */
  readonly signatures: readonly string[];
  /** Parts that `FILE#PART` names; absent if a file is one image. */
  readonly parts?: string;
  /** Imports the decoder. */
  readonly load: () => Promise<Decoder>;
}

/** Sizes of a BMP's second header: OS/2 1 and 2, Windows 3 to 5. */
const BMP_HEADERS = [12, 16, 24, 32, 40, 48, 52, 56, 60, 64, 108, 124];

/** Brands of HEIF files (ISO/IEC 23008-12, and the AV1 Image File Format). */
const HEIF_BRANDS = ["avif", "avis", "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"];

function toHex(text: string): string {
  return [...text].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
}

/** One byte of a signature: any of the letters. */
function anyOf(letters: string): string {
  return [...letters].map(toHex).join("|");
}

/** All image formats, by name. */
export const IMAGE_FORMATS = {
  png: {
    title: "PNG",
    extensions: ["png", "apng"],
    signatures: ["89 50 4e 47"],
    load: async () => (await import("./_png.ts")).decodePng,
  },
  jpeg: {
    title: "JPEG",
    extensions: ["jpg", "jpeg", "jpe", "jfif"],
    signatures: ["ff d8 ff"],
    load: async () => (await import("./_jpeg.ts")).decodeJpeg,
  },
  gif: {
    title: "GIF",
    extensions: ["gif"],
    signatures: ["47 49 46 38"],
    parts: "frames",
    load: async () => (await import("./_gif.ts")).decodeGif,
  },
  tiff: {
    title: "TIFF",
    extensions: ["tif", "tiff"],
    signatures: ["49 49 2a 00", "4d 4d 00 2a", "49 49 2b 00 08 00", "4d 4d 00 2b 00 08"],
    parts: "pages",
    load: async () => (await import("./_tiff.ts")).decodeTiff,
  },
  webp: {
    title: "WebP",
    extensions: ["webp"],
    signatures: ["52 49 46 46 .. .. .. .. 57 45 42 50"],
    parts: "frames",
    load: async () => (await import("./_webp.ts")).decodeWebp,
  },
  bmp: {
    title: "BMP",
    extensions: ["bmp", "dib"],
    signatures: [
      `42 4d .. .. .. .. .. .. .. .. .. .. .. .. ${anyOf(String.fromCharCode(...BMP_HEADERS))} 00`,
    ],
    load: async () => (await import("./_bmp.ts")).decodeBmp,
  },
  fits: {
    title: "FITS",
    extensions: ["fit", "fits", "fits.gz", "fit.gz", "fts", "fits.fz"],
    signatures: ["53 49 4d 50 4c 45 20 20 3d"], // "SIMPLE  ="
    parts: "HDUs",
    load: async () => (await import("./_fits.ts")).decodeFits,
  },
  heif: {
    title: "AVIF",
    extensions: ["avif", "heic", "heif", "hif"],
    signatures: HEIF_BRANDS.map((brand) => `.. .. .. .. ${toHex(`ftyp${brand}`)}`),
    load: async () => (await import("./_vips.ts")).decodeHeif,
  },
  jxl: {
    title: "JPEG XL",
    extensions: ["jxl"],
    signatures: ["ff 0a", "00 00 00 0c 4a 58 4c 20 0d 0a 87 0a"],
    load: async () => (await import("./_vips.ts")).decodeJxl,
  },
  pnm: {
    title: "PNM",
    extensions: ["pbm", "pgm", "ppm", "pnm", "pam", "pfm"],
    // A number or a comment follows: text may begin with the same two letters.
    signatures: [
      `50 ${anyOf("123456Ff")} ${anyOf("\n\r \t")} ${anyOf("0123456789#")}`,
      toHex("P7\n"),
    ],
    load: async () => (await import("./_pnm.ts")).decodePnm,
  },
} as const satisfies Record<string, ImageFormat>;
