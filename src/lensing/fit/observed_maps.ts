/** Images of surveys, with their noise maps, for a fit. */

import { nonNegative, outOfRange, positive } from "../_range.ts";
import { Grid } from "../grid.ts";
import type { ObservedLens } from "./stabilised_image.ts";

/** The value of a noise map in a pixel. */
export type NoiseMapKind = "deviation" | "variance" | "inverse-variance";

/** A circle on the sky. */
export interface SkyCircle {
  /** Centre, to the right of that of the image, arcsec. */
  readonly x: number;
  /** Centre, up from that of the image, arcsec. */
  readonly y: number;
  /** Radius, 0 or more, arcsec. */
  readonly radius: number;
}

/** Options of {@linkcode observeMaps}. */
export interface ObservedMapsOptions {
  /** Columns of both maps. */
  readonly width: number;
  /** Pixel side, arcsec. */
  readonly pixelScale: number;
  /** Brightness, counts/s per pixel, sky subtracted; row-major, y down. Pixels that are not finite do not count. */
  readonly flux: ArrayLike<number>;
  /** Noise of each pixel. A pixel without a finite value above 0 does not count. */
  readonly noise: ArrayLike<number>;
  /** The value of the noise map. @default {"deviation"} */
  readonly noiseKind?: NoiseMapKind;
  /** The part that counts. @default {the largest circle in the image} */
  readonly inside?: SkyCircle;
  /** A mask of the size of the maps: pixels of 0 do not count. @default {all do} */
  readonly mask?: ArrayLike<number> | undefined;
  /** Parts that do not count, for instance neighbours. @default {none} */
  readonly outside?: readonly SkyCircle[];
}

/** An image for a fit, on its pixels. */
export interface ObservedMaps {
  /** The image. */
  readonly observed: ObservedLens;
  /** Its pixels: the square around those that count, centred on the circle to half a pixel. */
  readonly grid: Grid;
  /** Column and row of its first pixel in the maps. */
  readonly corner: readonly [column: number, row: number];
}

const ACTION = "use a noise map";

/**
 * Cuts out the part of an image that counts, with its noise.
 *
 * The noise map is all the noise there is, that of the light included. The grid is centred on (0, 0), which is near
 * the centre of the circle that counts.
 *
 * @param options Maps and parts.
 * @throws {RangeError} If a number is out of its range.
 * @throws {TypeError} If the maps differ in size, or are no rectangle.
 *
 * @example
 * ```ts
 * import { observeMaps } from "./observed_maps.ts";
 *
 * const flux = new Float32Array(81).fill(1), noise = new Float32Array(81).fill(0.1);
 * noise[40] = 0; // unknown
 * const { observed, grid } = observeMaps({ width: 9, pixelScale: 0.1, flux, noise });
 * if (grid.width !== 9 || !Number.isNaN(observed.flux[40]!)) throw new Error("the middle counts");
 * ```
 */
export function observeMaps(options: ObservedMapsOptions): ObservedMaps {
  const { width, flux, noise, noiseKind = "deviation", mask, outside = [] } = options;
  const height = flux.length / width;
  for (const map of [flux, noise, mask ?? flux]) {
    if (Number.isInteger(height) && height > 0 && map.length === flux.length) continue;
    throw new TypeError(
      `Cannot ${ACTION} as all maps must have the same rows of ${width} pixels: ` +
        `they have ${flux.length} and ${map.length} pixels`,
    );
  }
  const pixelScale = positive(ACTION, "pixelScale", options.pixelScale);
  const whole = new Grid({ width, height, pixelScale });
  const { inside = { x: 0, y: 0, radius: Math.min(width, height) * pixelScale / 2 } } = options;
  for (const { radius } of [inside, ...outside]) nonNegative(ACTION, "radius", radius);
  const holds = (x: number, y: number) => (circle: SkyCircle) =>
    Math.hypot(x - circle.x, y - circle.y) <= circle.radius;
  const column = Math.round((inside.x - whole.x(0)) / pixelScale);
  const row = Math.round((whole.y(0) - inside.y) / pixelScale);
  const variances = new Float64Array(flux.length);
  let reach = 0;
  for (let i = 0; i < flux.length; i++) {
    const right = i % width, down = Math.floor(i / width);
    const isIn = holds(whole.x(right), whole.y(down));
    if (mask && !(mask[i]! > 0) || !isIn(inside) || outside.some(isIn)) continue;
    variances[i] = varianceOf(noise[i]!, noiseKind);
    reach = Math.max(reach, Math.abs(right - column), Math.abs(down - row));
  }
  const left = Math.max(0, column - reach), right = Math.min(width - 1, column + reach);
  const top = Math.max(0, row - reach), bottom = Math.min(height - 1, row + reach);
  if (left > right || top > bottom) {
    throw outOfRange(ACTION, "inside", "a part of the image", `${inside.x}, ${inside.y}`);
  }
  const grid = new Grid({ width: right - left + 1, height: bottom - top + 1, pixelScale });
  const cut = new Float64Array(grid.count).fill(NaN), background = new Float64Array(grid.count);
  for (let i = 0; i < grid.count; i++) {
    const at = (top + Math.floor(i / grid.width)) * width + left + i % grid.width;
    background[i] = variances[at]!;
    if (background[i]! > 0 && Number.isFinite(flux[at]!)) cut[i] = flux[at]!;
  }
  return { observed: { flux: cut, time: Infinity, background }, grid, corner: [left, top] };
}

/** The variance; 0 where it is unknown. */
function varianceOf(value: number, kind: NoiseMapKind): number {
  if (!(value > 0 && value < Infinity)) return 0;
  return kind === "deviation" ? value * value : kind === "variance" ? value : 1 / value;
}
