/** Changes that small masses make in the image of a fitted lens. */

import type { Grid } from "../grid.ts";
import type { Psf } from "../observation/psf.ts";
import type { MatrixMultiplier } from "./matrix_multiplier.ts";
import type { LensFitter } from "./lens_fitter.ts";
import { AT } from "./lens_vector.ts";

/** A mass that is sought: positions and lengths over the Einstein radius, from the centre of the halo. */
export interface SoughtMass {
  /** Position to the right. */
  readonly x: number;
  /** Position up. */
  readonly y: number;
  /** Length of a line of mass; 0 for a point. */
  readonly length: number;
  /** Angle of the line. */
  readonly angle: number;
  /** Radius over which it is spread: the deflection at a distance r is r / (r^2 + radius^2) of its mass. */
  readonly radius: number;
}

/** Share of the greatest change with the deflection, in noise, below which a pixel has no part in a template. */
const FAINT = 0.02;

/** Changes of an image, one after the other. */
export interface Templates {
  /** Pixels of a template, in order; all others are unchanged. */
  readonly pixels: Uint32Array;
  /** Change of each pixel per mass of the square of the Einstein radius, in standard deviations. */
  readonly values: Float32Array;
}

/**
 * Computes the changes to first order: the gradient of the lensed source along the deflection of the mass, averaged
 * over a pixel, through the PSF.
 *
 * @param fitter A fitter, at a fit.
 * @param vector The numbers of the fit.
 * @param masses The masses.
 * @param products Multiplies matrices.
 * @returns One template per mass.
 */
export function massTemplates(
  { lens, slopes }: LensFitter,
  vector: Float64Array,
  masses: readonly SoughtMass[],
  products: MatrixMultiplier,
): Templates {
  const { camera: { grid, psf }, gradientX, gradientY } = lens;
  const lit = litPixels(gradientX, gradientY, slopes);
  const area = areaAround(lit, grid, psf ? (psf.size - 1) / 2 : 0);
  const { top, left, rows, columns } = area, count = masses.length;
  const ring = vector[AT.einstein_radius]!;
  const pointsX = Float64Array.from(masses, (mass) => mass.x);
  const pointsY = Float64Array.from(masses, (mass) => mass.y);
  const squares = Float64Array.from(masses, ({ radius }) => radius * radius);
  const isLine = Uint8Array.from(masses, (mass) => mass.length > 0 ? 1 : 0);
  // Row by row, in each row mass by mass: the PSF is then two products.
  let changes: Float32Array = new Float32Array(rows * count * columns);
  for (const i of lit) {
    const row = Math.floor(i / grid.width), column = i % grid.width;
    const x = (grid.x(column) - vector[AT.halo_x]!) / ring;
    const y = (grid.y(row) - vector[AT.halo_y]!) / ring;
    const gx = -ring * gradientX[i]!, gy = -ring * gradientY[i]!;
    let to = (row - top) * count * columns + column - left;
    for (let k = 0; k < count; k++, to += columns) {
      const dx = x - pointsX[k]!, dy = y - pointsY[k]!;
      changes[to] = isLine[k] === 1
        ? alongLine(masses[k]!, dx, dy, gx, gy)
        : (gx * dx + gy * dy) / (dx * dx + dy * dy + squares[k]!);
    }
  }
  if (psf?.profile) changes = blurSeparably(changes, count, area, grid, psf, products);
  else if (psf) blurWhole(changes, count, area, lens);
  const pixels = new Uint32Array(rows * columns), size = pixels.length;
  for (let j = 0; j < size; j++) {
    pixels[j] = (top + Math.floor(j / columns)) * grid.width + left + j % columns;
  }
  const values = new Float32Array(count * size);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let k = 0; k < count; k++) {
      const to = k * size + row * columns, at = (top + row) * grid.width + left;
      for (let j = 0; j < columns; j++) values[to + j] = changes[from++]! * slopes[at + j]!;
    }
  }
  return { pixels, values };
}

/** The deflection of a line along a gradient: the integral of the point along it, as in `LineMass`. */
function alongLine(
  { length, angle, radius }: SoughtMass,
  dx: number,
  dy: number,
  gradientX: number,
  gradientY: number,
): number {
  const cos = Math.cos(angle), sin = Math.sin(angle), h = length / 2;
  const u = cos * dx + sin * dy, v = cos * dy - sin * dx;
  const far2 = v * v + radius * radius, far = Math.sqrt(far2);
  const along = 0.5 * Math.log(((u + h) ** 2 + far2) / ((u - h) ** 2 + far2)) / length;
  const across = v / far * (Math.atan((u + h) / far) - Math.atan((u - h) / far)) / length;
  return gradientX * (cos * along - sin * across) + gradientY * (sin * along + cos * across);
}

/** Pixels in which the source changes enough with the deflection. */
function litPixels(x: Float64Array, y: Float64Array, slopes: Float64Array): number[] {
  const sizes = x.map((value, i) => Math.hypot(value, y[i]!) * slopes[i]!);
  const least = FAINT * sizes.reduce((most, size) => Math.max(most, size), 0);
  return [...sizes.keys()].filter((i) => sizes[i]! > least);
}

/** A rectangle of pixels. */
interface Area {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** The rectangle of all pixels that the PSF lets some others reach. */
function areaAround(lit: readonly number[], { width, height }: Grid, radius: number): Area {
  let top = height, bottom = 0, left = width, right = 0;
  for (const i of lit) {
    const row = Math.floor(i / width), column = i % width;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
  }
  if (lit.length === 0) return { top: 0, left: 0, rows: 0, columns: 0 };
  top = Math.max(0, top - radius);
  left = Math.max(0, left - radius);
  return {
    ...{ top, left },
    rows: Math.min(height, bottom + radius) - top,
    columns: Math.min(width, right + radius) - left,
  };
}

/** The PSF along rows and then along columns, as products with band matrices. */
function blurSeparably(
  changes: Float32Array,
  count: number,
  { top, left, rows, columns }: Area,
  { width, height }: Grid,
  { profile }: Psf,
  products: MatrixMultiplier,
): Float32Array {
  const across = bandMatrix(profile!, left, columns, width);
  const down = bandMatrix(profile!, top, rows, height);
  const half = products.multiply(changes, across, {
    ...{ m: rows * count, n: columns, k: columns, transposeB: true },
  });
  return products.multiply(down, half, { m: rows, n: count * columns, k: rows });
}

/** The blur of a stretch of a line: row `to`, column `from`. The line ends with its nearest pixel. */
function bandMatrix(profile: Float64Array, start: number, size: number, line: number) {
  const matrix = new Float32Array(size * size), radius = (profile.length - 1) / 2;
  for (let to = 0; to < size; to++) {
    for (let k = 0; k < profile.length; k++) {
      const from = Math.min(Math.max(start + to + k - radius, 0), line - 1) - start;
      if (from >= 0 && from < size) matrix[to * size + from]! += profile[k]!;
    }
  }
  return matrix;
}

/** The PSF where it is not separable: template by template, in place. */
function blurWhole(
  changes: Float32Array,
  count: number,
  { top, left, rows, columns }: Area,
  lens: LensFitter["lens"],
): void {
  const { width } = lens.camera.grid, image = new Float64Array(lens.image.length);
  for (let k = 0; k < count; k++) {
    image.fill(0);
    for (let row = 0; row < rows; row++) {
      const from = (row * count + k) * columns;
      image.set(changes.subarray(from, from + columns), (top + row) * width + left);
    }
    lens.blur(image);
    for (let row = 0; row < rows; row++) {
      const at = (top + row) * width + left;
      changes.set(image.subarray(at, at + columns), (row * count + k) * columns);
    }
  }
}
