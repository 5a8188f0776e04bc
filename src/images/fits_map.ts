/** Measured values of a FITS image as they are: a noise map, a PSF, an image for a fit. */

import { StrayError } from "../errors.ts";
import { readPlane } from "./_fits.ts";
import { readText } from "./_fits_header.ts";
import { pixelScaleOf } from "./_fits_pixel_scale.ts";
import type { DecodeOptions } from "./decode.ts";
import { sniff } from "./format.ts";

/** A map of physical values. */
export interface FitsMap {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Row-major, y down; NaN where there is no value. */
  readonly values: Float32Array;
  /** Side of a pixel by the WCS, arcsec; undefined where the header has none. */
  readonly pixelScaleArcsec: number | undefined;
  /** Name of the HDU (EXTNAME), empty if it has none. */
  readonly hdu: string;
  /** Unit of the values (BUNIT), empty if the header has none. */
  readonly unit: string;
  /** Value from which pixels are saturated (SATURATE); undefined if the header has none. */
  readonly saturation: number | undefined;
  /** Keywords of the WCS with their values, for a file of the same pixels; empty without celestial axes. */
  readonly wcs: readonly (readonly [keyword: string, value: string | number])[];
}

/** Keywords of the world coordinates of two axes. */
const WCS = new RegExp(
  "^(C(TYPE|UNIT|RPIX|RVAL|DELT|ROTA)[12]|(CD|PC)[12]_[12]|PV[12]_\\d+|L(ON|AT)POLE|RADE(SYS|CSYS)|EQUINOX)$",
);

/**
 * Reads a plane of a FITS file, as `decode` does, but keeps samples that are not finite.
 *
 * @param bytes The whole file, not packed by gzip.
 * @param options Limits, and the HDU with its plane.
 * @returns The map.
 * @throws {StrayError} If it is no FITS file (`format`), damaged (`decode`) or too large (`too_large`), if there is no
 *   such part (`shape`, `value`), or if its pixels are not square (`value`).
 *
 * @example
 * ```ts
 * import { readFitsMap } from "./fits_map.ts";
 *
 * const cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 1", "END"];
 * const header = cards.map((card) => card.padEnd(80)).join("").padEnd(2880);
 * const map = readFitsMap(new TextEncoder().encode(header + "\x05\x06".padEnd(2880, "\0")));
 * if (map.values.join() !== "5,6") throw new Error("unexpected values");
 * ```
 */
export function readFitsMap(bytes: Uint8Array, options: DecodeOptions = {}): FitsMap {
  const { name, part, maxPixels = 100_000_000 } = options;
  const thing = name === undefined ? "the map" : JSON.stringify(name);
  if (sniff(bytes) !== "fits") {
    throw new StrayError("format", `Cannot decode ${thing} as it must be a FITS file`);
  }
  const { hdu, width, height, values } = readPlane(bytes, { thing, maxPixels, part });
  const { keywords, number } = hdu, pixelScaleArcsec = pixelScaleOf(hdu, thing);
  const saturation = number("SATURATE", NaN);
  return {
    ...{ width, height, values, pixelScaleArcsec },
    hdu: readText(keywords.get("EXTNAME")),
    unit: readText(keywords.get("BUNIT")),
    saturation: Number.isFinite(saturation) ? saturation : undefined,
    wcs: pixelScaleArcsec === undefined ? [] : [...keywords].filter(([key]) => WCS.test(key)).map(
      ([key, text]) =>
        [key, text.startsWith("'") ? readText(text).replace(/-SIP$/, "") : number(key, 0)] as const,
    ),
  };
}
