/** The width of a PSF that can be computed. */

import { StrayError } from "../../errors.ts";

/** Greatest width at half maximum by kind, pixels: each has some 2,000 pixels per side then. */
const MOST_FWHM: Readonly<Record<string, number>> = { gaussian: 480, moffat: 256, airy: 128 };

/**
 * Asserts that a PSF is not too wide to be computed.
 *
 * @param action Beginning of the message: `Cannot use the recipe "my.json"`.
 * @param kind Kind of the PSF; any other than a profile has no limit.
 * @param fwhm Full width at half maximum, arcsec.
 * @param pixelScale Pixel side, arcsec.
 * @throws {StrayError} `usage` If it is.
 */
export function checkPsfWidth(
  action: string,
  kind: string,
  fwhm: number,
  pixelScale: number,
): void {
  const most = MOST_FWHM[kind] ?? Infinity, pixels = fwhm / pixelScale;
  if (!(pixels > most)) return;
  throw new StrayError(
    "usage",
    `${action} as psf.fwhm must be at most ${most} pixels for a PSF of kind ${kind}: current value is ` +
      `${Number(pixels.toPrecision(3))} pixels, ${fwhm} arcsec at image.pixel_scale ${pixelScale}`,
    { hint: "set a smaller psf.fwhm, or a larger image.pixel_scale" },
  );
}
