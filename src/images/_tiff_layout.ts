/** The tags of a TIFF page, interpreted and checked. */

import type { StrayError } from "../errors.ts";
import { checkSize, damaged, type DecoderContext, refused, unsupported } from "./_limits.ts";
import type { TiffDirectory } from "./_tiff_directory.ts";

/** Storage of a page's samples. */
export interface TiffLayout {
  readonly little: boolean;
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 float. */
  readonly format: number;
  /** Samples per pixel, in the file. */
  readonly samples: number;
  /** Whether each sample of a pixel has its own plane. */
  readonly planar: boolean;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr. */
  readonly photometric: number;
  /** The first extra sample: 0 no alpha, 1 premultiplied, 2 straight. */
  readonly alpha: number;
  readonly compression: number;
  /** Whether the lowest bit of each byte comes first (tag 266). */
  readonly reversed: boolean;
  /** 1 none, 2 differences, 3 differences of floats' bytes. */
  readonly predictor: number;
  /** Size of a strip or tile; strips are as wide as the image. */
  readonly segment: { readonly width: number; readonly height: number };
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  readonly orientation: number;
}

/** Names of unsupported compressions. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  2: "CCITT RLE",
  3: "CCITT fax 3",
  4: "CCITT fax 4",
  6: "old JPEG",
  7: "JPEG",
  34712: "JPEG 2000",
  34925: "LZMA",
  50000: "Zstandard",
  50001: "WebP",
};
const SUPPORTED_COMPRESSIONS = [1, 5, 8, 32773, 32946];
/** Compressions that libvips reads: of others, such as old JPEG in tiles, it makes black images. */
const COMPRESSIONS_OF_VIPS = [2, 3, 4, 7];
const PHOTOMETRICS = [
  ...["white is zero", "black is zero", "RGB", "palette", "mask", "CMYK", "YCbCr"],
  ...["7", "CIE L*a*b*"],
];
const BITS: Readonly<Record<number, readonly number[]>> = {
  1: [1, 2, 4, 8, 10, 12, 14, 16, 32, 64],
  2: [8, 16, 32, 64],
  3: [16, 32, 64],
};
const MAX_SAMPLES = 16;
/** Photometric interpretations of raw files: colour filter array, linear raw. */
const RAW_PHOTOMETRICS: readonly (number | undefined)[] = [32803, 34892];

const CMYK = 5;
const YCBCR = 6;
/** Samples per pixel of what libvips converts: CMYK and YCbCr; it fails at L*a*b*, and loses its alpha. */
const SAMPLES_OF_OTHERS: Readonly<Record<number, number>> = { 5: 4, 6: 3 };

/** Samples of colour per pixel. */
export function coloursOf(photometric: number): 1 | 3 {
  return photometric === 2 || photometric === YCBCR ? 3 : 1;
}

/** An error for a camera's raw file; no other decoder may read it, as it would take a thumbnail. */
export function cameraRaw(context: DecoderContext): StrayError {
  return refused(
    context,
    "it is a camera's raw file",
    "develop it with dcraw or rawtherapee to 16-bit TIFF",
  );
}

/** Reads and checks the tags. */
export function readLayout(directory: TiffDirectory, context: DecoderContext): TiffLayout {
  const { tag, little } = directory;
  const one = (id: number, otherwise: number) => tag(id)[0] ?? otherwise;
  const width = one(256, 0);
  const height = one(257, 0);
  checkSize(width, height, context);
  const refuse = (what: string, hint?: string) => refused(context, what, hint);
  const samples = one(277, 1);
  if (samples < 1 || samples > MAX_SAMPLES) {
    throw refuse(`a pixel must have 1 to ${MAX_SAMPLES} samples: it has ${samples}`);
  }
  if (RAW_PHOTOMETRICS.includes(tag(262)[0])) throw cameraRaw(context);
  const bits = one(258, 1);
  const format = one(339, 1) === 4 ? 1 : one(339, 1);
  const mixed = tag(258).some((n) => n !== bits);
  if (mixed || !BITS[format]?.includes(bits)) {
    throw refuse(
      "TIFF samples must be integers of 1 to 64 bits or floats of 16 to 64, all of one type: " +
        `current type is ${["", "unsigned", "signed", "float"][format] ?? "complex"} of ` +
        `${tag(258).join(", ") || 1} bits`,
    );
  }
  const compression = one(259, 1);
  if (!SUPPORTED_COMPRESSIONS.includes(compression)) {
    throw (COMPRESSIONS_OF_VIPS.includes(compression) ? unsupported : refused)(
      context,
      "TIFF must be uncompressed or compressed by LZW, deflate or PackBits: " +
        `current compression is ${COMPRESSIONS[compression] ?? compression}`,
      "save it with deflate or without compression",
    );
  }
  const photometric = one(262, 1);
  const colours = coloursOf(photometric);
  // Only with all its samples: libvips reads YCbCr of fewer colours, but takes this one for RGB.
  const isYcc = photometric === YCBCR && format === 1 && bits === 8 &&
    tag(530)[0] === 1 && tag(530)[1] === 1;
  if (
    (photometric > 3 && !isYcc) || samples < colours ||
    (photometric === 3 && (format !== 1 || bits > 16))
  ) {
    // Ink of signed or long integers has no known full tone.
    const isInk = photometric !== CMYK || format === 3 || (format === 1 && bits <= 16);
    const isKnown = isInk && samples >= (SAMPLES_OF_OTHERS[photometric] ?? Infinity);
    throw (isKnown ? unsupported : refused)(
      context,
      "TIFF must be grey, RGB or palette: " +
        `current colour type is ${PHOTOMETRICS[photometric] ?? photometric} of ${samples} samples` +
        (format === 2 ? ", signed" : ""),
      "save it as RGB",
    );
  }
  const predictor = one(317, 1);
  const fits = predictor === 1 || (predictor === 2 && bits >= 8 && bits % 8 === 0) ||
    (predictor === 3 && format === 3);
  if (!fits) throw refuse(`TIFF predictor ${predictor} does not fit samples of ${bits} bits`);
  const tiled = tag(322).length > 0;
  const segment = tiled
    ? { width: one(322, 0), height: one(323, 0) }
    : { width, height: Math.min(height, one(278, height)) };
  checkSize(segment.width, segment.height, context);
  const planar = samples > 1 && one(284, 1) === 2;
  const count = Math.ceil(width / segment.width) * Math.ceil(height / segment.height) *
    (planar ? samples : 1);
  const offsets = tag(tiled ? 324 : 273);
  const sizes = tag(tiled ? 325 : 279);
  if (offsets.length < count || (sizes.length < count && sizes.length > 0)) {
    throw damaged(context, `it must have ${count} strips or tiles: it has ${offsets.length}`);
  }
  return {
    little,
    width,
    height,
    bits,
    format,
    samples,
    planar,
    photometric,
    alpha: samples > colours ? one(338, 0) : 0,
    compression,
    reversed: one(266, 1) === 2,
    predictor,
    segment,
    offsets,
    sizes,
    orientation: one(274, 1),
  };
}
