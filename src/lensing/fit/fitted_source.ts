/** The source of a fitted lens, as it would be seen without the lens. */

import { Grid } from "../grid.ts";
import { SplineSource } from "./_spline_source.ts";
import type { GridSourceFit } from "./grid_source.ts";
import type { LensFit } from "./lens_fitter.ts";
import { AT } from "./lens_vector.ts";
import { SmoothLens } from "./smooth_lens.ts";

/** A picture of a source. */
export interface FittedSource {
  /** Its pixels. */
  readonly grid: Grid;
  /** Centre of the picture, in the frame of the lens: right and up, arcsec. */
  readonly centre: readonly [number, number];
  /** Surface brightness, counts/s per arcsec^2; row-major, y down. */
  readonly brightness: Float32Array;
}

/** Columns and rows for a Sersic source, and its effective radii from the centre to the border. */
const COLUMNS = 48, RADII = 4;
/** Pixels per spline. */
const FINENESS = 2;
/** A log amplitude that is dark. */
const DARK = -700;

/**
 * Draws the source of a fit: its Sersic profile, and the splines where there are some.
 *
 * @param fit The fit.
 * @returns The picture: of the grid of splines, or within four effective radii.
 */
export function fittedSource(fit: LensFit | GridSourceFit): FittedSource {
  const { vector } = fit, splines = "coefficients" in fit ? fit : undefined;
  const centre = splines?.centre ?? [vector[AT.source_x]!, vector[AT.source_y]!] as const;
  const size = splines ? FINENESS * splines.nodes : COLUMNS;
  const pixelScale = splines
    ? splines.spacing / FINENESS
    : 2 * RADII * Math.exp(vector[AT.ln_source_radius]!) / size;
  const grid = new Grid({ width: size, height: size, pixelScale });
  // The same rays without a lens.
  const plain = vector.with(AT.einstein_radius, 0).with(AT.shear_1, 0).with(AT.shear_2, 0)
    .with(AT.ln_lens_amplitude, DARK);
  const at = (x: number, y: number) =>
    plain.with(AT.source_x, x - centre[0]).with(AT.source_y, y - centre[1]);
  const camera = { grid, subPixels: 1 }, lens = new SmoothLens(camera, []);
  lens.evaluate(at(vector[AT.source_x]!, vector[AT.source_y]!));
  const brightness = Float32Array.from(lens.image, (value) => value / grid.pixelArea);
  if (splines) {
    const light = new SplineSource(camera, at(...centre), splines);
    light.evaluate(at(...centre), splines.coefficients);
    light.image.forEach((value, i) => brightness[i]! += value / grid.pixelArea);
  }
  return { grid, centre, brightness };
}
