/** FITS files with sky coordinates. */

/** Options of {@linkcode encodeFits}. */
export interface FitsOptions {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Pixel side, arcsec. */
  readonly pixelScale: number;
  /** Unit of the values, in FITS notation. */
  readonly unit: string;
  /**
   * Keywords of the world coordinate system, as `readFitsMap` gives them.
   *
   * @default {the centre of the image at right ascension and declination 0, north up and east to the left}
   */
  readonly wcs?: readonly (readonly [keyword: string, value: string | number])[] | undefined;
  /** Further header cards: keyword (at most 8 capitals), value, comment. */
  readonly cards?: readonly (readonly [string, string | number, string])[];
}

const BLOCK = 2880;
const ARCSEC_PER_DEGREE = 3600;

/**
 * Encodes one float32 image as FITS with a world coordinate system.
 *
 * FITS rows go up: the last row of the image is the first in the file. The image centre is at right
 * ascension and declination 0, in the tangential projection, north up and east to the left (CD1_1 <
 * 0), as on the sky. Source: FITS standard 4.0; Calabretta and Greisen 2002 (A&A 395, 1077).
 *
 * @param values Pixels, row-major, y down.
 * @param options Size, scale and unit.
 * @returns Content of the file.
 * @throws {TypeError} If the number of values is not width x height.
 *
 * @example
 * ```ts
 * import { encodeFits } from "./encode_fits.ts";
 * import { decode } from "../images/mod.ts";
 *
 * const size = { width: 2, height: 1, pixelScale: 0.05, unit: "electron/s" };
 * const back = await decode(encodeFits(Float32Array.of(1, -2.5), size));
 * if (back.data[1] !== -2.5) throw new Error("unexpected pixel");
 * ```
 */
export function encodeFits(values: Float32Array, options: FitsOptions): Uint8Array<ArrayBuffer> {
  const { width, height, unit, wcs, cards = [] } = options;
  if (values.length !== width * height) {
    throw new TypeError(
      `Cannot encode FITS as values must have ${width} x ${height} samples: ` +
        `current value is ${values.length}`,
    );
  }
  const header = [
    card("SIMPLE", true, "FITS standard"),
    card("BITPIX", -32, "32-bit floats"),
    card("NAXIS", 2, "an image"),
    card("NAXIS1", width, "columns"),
    card("NAXIS2", height, "rows, from the bottom up"),
    card("BUNIT", unit, "unit of a pixel's value"),
    ...(wcs && wcs.length > 0
      ? wcs.map(([key, value]) => card(key, value, ""))
      : ownCoordinates(options)),
    ...cards.map(([key, value, about]) => card(key, value, about)),
    "END".padEnd(80),
  ].join("");
  const dataAt = Math.ceil(header.length / BLOCK) * BLOCK;
  const bytes = new Uint8Array(dataAt + Math.ceil(4 * values.length / BLOCK) * BLOCK);
  bytes.set(new TextEncoder().encode(header.padEnd(dataAt)));
  const view = new DataView(bytes.buffer, dataAt);
  for (let row = 0, at = 0; row < height; row++) {
    const from = (height - 1 - row) * width;
    for (let x = 0; x < width; x++, at += 4) view.setFloat32(at, values[from + x]!);
  }
  return bytes;
}

/** Coordinates around (0, 0). */
function ownCoordinates({ width, height, pixelScale }: FitsOptions): readonly string[] {
  const scale = pixelScale / ARCSEC_PER_DEGREE;
  return [
    card("RADESYS", "ICRS", "coordinate system"),
    card("CTYPE1", "RA---TAN", "right ascension, tangential projection"),
    card("CTYPE2", "DEC--TAN", "declination, tangential projection"),
    card("CUNIT1", "deg", "unit of CRVAL1 and CD1_i"),
    card("CUNIT2", "deg", "unit of CRVAL2 and CD2_i"),
    card("CRPIX1", (width + 1) / 2, "column of the reference point, from 1"),
    card("CRPIX2", (height + 1) / 2, "row of the reference point, from 1"),
    card("CRVAL1", 0, "right ascension there"),
    card("CRVAL2", 0, "declination there"),
    card("CD1_1", -scale, "east is to the left"),
    card("CD1_2", 0, ""),
    card("CD2_1", 0, ""),
    card("CD2_2", scale, "north is up"),
  ];
}

/** One header card of 80 characters. */
function card(key: string, value: string | number | boolean, about: string): string {
  const written = typeof value === "string"
    ? `'${value.replaceAll("'", "''").padEnd(8)}'`.padEnd(20)
    : (typeof value === "boolean" ? (value ? "T" : "F") : numberText(value)).padStart(20);
  const line = `${key.padEnd(8)}= ${written}${about === "" ? "" : ` / ${about}`}`;
  return line.slice(0, 80).padEnd(80);
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(value).replace("e", "E");
}
