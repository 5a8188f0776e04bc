/**
 * The side of a pixel by the world coordinates of a FITS header.
 *
 * Source: Greisen and Calabretta 2002, A&A 395, 1061; Calabretta and Greisen 2002, A&A 395, 1077.
 */

import { StrayError } from "../errors.ts";
import { type Hdu, readText } from "./_fits_header.ts";

/** Arcseconds of the units that the standard allows for angles. */
const ARCSEC: Readonly<Record<string, number>> = {
  deg: 3600,
  arcmin: 60,
  arcsec: 1,
  mas: 1e-3,
  rad: 180 * 3600 / Math.PI,
};
/** Celestial axes: equatorial, galactic, ecliptic, helioecliptic and supergalactic. */
const CELESTIAL = /^(RA--|DEC-|[GEHS]L(ON|AT))/;
/** Greatest ratio of the sides of a pixel. */
const SQUARE = 1.02;

/**
 * Reads the side of a pixel, arcsec.
 *
 * @param hdu The HDU.
 * @param thing The file, for messages.
 * @returns The geometric mean of both sides; undefined without celestial axes.
 * @throws {StrayError} `value` If a pixel is not square.
 */
export function pixelScaleOf(hdu: Hdu, thing: string): number | undefined {
  const { keywords, number } = hdu;
  if (!CELESTIAL.test(readText(keywords.get("CTYPE1")))) return undefined;
  const hasMatrix = ["CD1_1", "CD1_2", "CD2_1", "CD2_2"].some((key) => keywords.has(key));
  if (!hasMatrix && !keywords.has("CDELT1")) return undefined;
  const [prefix, one] = hasMatrix ? ["CD", 0] : ["PC", 1];
  const [a, b, c, d] = [[1, 1], [1, 2], [2, 1], [2, 2]].map(([row, column]) => {
    const step = hasMatrix ? 1 : number(`CDELT${row}`, 1);
    const unit = ARCSEC[readText(keywords.get(`CUNIT${row}`)) || "deg"] ?? NaN;
    return unit * step * number(`${prefix}${row}_${column}`, row === column ? one! : 0);
  }) as [number, number, number, number];
  const across = Math.hypot(a, c), down = Math.hypot(b, d), area = Math.abs(a * d - b * c);
  if (!(area > 0 && area < Infinity)) return undefined;
  if (Math.max(across / down, down / across) < SQUARE) return Math.sqrt(area);
  throw new StrayError(
    "value",
    `Cannot use ${thing} as a pixel must be square: its sides are ${across} and ${down} arcsec`,
    { hint: "resample it to square pixels" },
  );
}
