/** Where fits of a lens start that no recipe describes. */

import { AT, LENS_NUMBERS } from "./lens_vector.ts";
import { LensFitter } from "./lens_fitter.ts";
import type { LensCamera } from "./smooth_lens.ts";
import type { ObservedLens } from "./stabilised_image.ts";
import { Cholesky } from "./_cholesky.ts";

/** Options of {@linkcode estimateLens}. */
export interface EstimateLensOptions {
  /** Radius inside which residuals count as those of the galaxy, arcsec. @default {0.5} */
  readonly innerRadius?: number | undefined;
}

/** Places of the numbers that the light of the galaxy has. */
const LIGHT = [3, 4, 7, 8, 9, 10, 11] as const;
/** Places of the numbers that images of a small source determine, and factors of the Einstein radius to start from. */
const LENSED = [0, 5, 6, 12, 13, 14], STARTS = [0.7, 0.85, 1.15];
/** Range of the radius of the source, arcsec. */
const SOURCE_RADIUS = [0.05, 0.15] as const;
/** Share of the galaxy's light by which a Sersic profile may be wrong. */
const MODEL_ERROR = 0.05;
/** Residuals above this are light of the source, standard deviations. */
const BRIGHT = 4;
/** Log amplitude of a source that is dark. */
const DARK = -50;
/** Standard deviation of the shear, and how far apart images of a point may come to lie in the source, arcsec. */
const SHEAR = 0.1, APART = 0.2;
/** Fits of the galaxy, and of the lens equation. */
const LIGHT_FITS = 3, LENS_FITS = 20;

/**
 * Estimates the numbers of a lens from its image alone.
 *
 * First the light of the galaxy is fitted, without pixels that are brighter. What is left, beyond the inner radius, is
 * taken for images of one point: for an isothermal sphere with shear the lens equation x = b + theta x / |x| + shear x
 * is linear in all that is unknown, so that weighted least squares solve it. Light far from the solution loses weight.
 * Last, lens and place of a small source are fitted to the image, from several Einstein radii around that solution.
 *
 * @param observed The image, with noise of any kind.
 * @param camera The camera.
 * @param options Settings.
 * @returns 19 numbers, from which a `LensFitter` can start: the halo is round, the source a disk.
 */
export function estimateLens(
  observed: ObservedLens,
  camera: LensCamera,
  { innerRadius = 0.5 }: EstimateLensOptions = {},
): Float64Array {
  const { grid } = camera, { flux } = observed, first = firstNumbers(observed, camera);
  let vector = first, rest = new Float64Array(grid.count), noise = new Float64Array(grid.count);
  let light = new Uint8Array(grid.count);
  for (let pass = 0; pass < LIGHT_FITS; pass++) {
    const isBright = light;
    const background = noise.map((value, i) => pass === 0 ? noiseOf(observed, i) : value * value);
    const fitter = new LensFitter({ camera, mean: vector, free: LIGHT });
    vector = fitter.fit({
      flux: flux.map((value, i) => isBright[i] === 1 ? NaN : value),
      time: Infinity,
      background,
    }).vector;
    const image = fitter.lens.image;
    rest = flux.map((value, i) => value - image[i]!);
    noise = image.map((value, i) => Math.sqrt(noiseOf(observed, i) + (MODEL_ERROR * value) ** 2));
    light = Uint8Array.from(
      rest,
      (value, i) => value > BRIGHT * noise[i]! && radiusOf(vector, camera, i) > innerRadius ? 1 : 0,
    );
  }
  const pixels = Uint32Array.from(light.keys()).filter((i) => light[i] === 1);
  const mean = withLens(vector, pixels, rest, camera);
  if (mean[AT.ln_source_amplitude] === DARK) return mean;
  const background = noise.map((value) => value * value);
  return new LensFitter({
    camera,
    mean,
    free: LENSED,
    starts: STARTS.map((factor) => mean.with(0, factor * mean[0]!)),
  })
    .fit({ flux, time: Infinity, background }).vector;
}

/** Variance of the noise of a pixel. */
function noiseOf({ flux, time, background }: ObservedLens, i: number): number {
  const dark = typeof background === "number" ? background : background[i]!;
  return dark + (time < Infinity ? Math.max(flux[i]!, 0) / time : 0);
}

function radiusOf(vector: Float64Array, { grid }: LensCamera, i: number): number {
  const row = Math.floor(i / grid.width);
  return Math.hypot(grid.x(i % grid.width) - vector[3]!, grid.y(row) - vector[4]!);
}

/** A round galaxy at the brightest place. */
function firstNumbers({ flux }: ObservedLens, { grid }: LensCamera): Float64Array {
  let most = -Infinity, sum = 0, sumX = 0, sumY = 0, total = 0;
  for (const value of flux) if (value > most) most = value;
  for (let i = 0; i < flux.length; i++) {
    const value = flux[i]!;
    if (value > 0) total += value;
    if (!(value > most / 2)) continue;
    sum += value;
    sumX += value * grid.x(i % grid.width);
    sumY += value * grid.y(Math.floor(i / grid.width));
  }
  const vector = new Float64Array(LENS_NUMBERS.length), radius = grid.width * grid.pixelScale / 6;
  vector[AT.einstein_radius] = radius;
  if (sum > 0) [vector[AT.halo_x], vector[AT.halo_y]] = [sumX / sum, sumY / sum];
  // A galaxy of de Vaucouleurs has about 1 / 22 of its flux times R^-2 as brightness at R.
  vector[AT.ln_lens_amplitude] = total > 0 ? Math.log(total / (22 * radius * radius)) : DARK;
  vector[AT.ln_lens_radius] = Math.log(radius);
  vector[AT.ln_lens_index] = Math.log(3);
  vector[AT.ln_source_amplitude] = DARK;
  vector[AT.ln_source_radius] = Math.log(radius / 5);
  return vector;
}

/** Solves the lens equation for pixels of the source. */
function withLens(
  vector: Float64Array,
  pixels: Uint32Array,
  rest: Float64Array,
  { grid }: LensCamera,
): Float64Array {
  const found = vector.slice(),
    places = Array.from(pixels, (i) => {
      const x = grid.x(i % grid.width) - vector[3]!;
      const y = grid.y(Math.floor(i / grid.width)) - vector[4]!, radius = Math.hypot(x, y);
      return { x, y, cos: x / radius, sin: y / radius, weight: rest[i]!, apart: 0 };
    });
  const total = places.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return found;
  let spread = 0;
  for (let pass = 0; pass < LENS_FITS; pass++) {
    const matrix = new Float64Array(25), sums = new Float64Array(5);
    for (const place of places) {
      const weight = place.weight / total / (1 + (place.apart / APART) ** 2);
      addEquation(matrix, sums, [place.cos, place.x, place.y, 1, 0], place.x, weight);
      addEquation(matrix, sums, [place.sin, -place.y, place.x, 0, 1], place.y, weight);
    }
    // The shear is small; a source at the centre of two images leaves the rest to be found.
    for (const i of [1, 2]) matrix[i * 5 + i]! += (APART / SHEAR) ** 2 / 4;
    for (let i = 0; i < 5; i++) matrix[i * 5 + i]! += 1e-6;
    const [ring, shear1, shear2, x0, y0] = new Cholesky(matrix, 5).solve(sums) as unknown as Five;
    let sum = 0, all = 0;
    for (const place of places) {
      const { x, y, cos, sin, weight } = place;
      place.apart = Math.hypot(
        x - ring * cos - shear1 * x - shear2 * y - x0,
        y - ring * sin - shear2 * x + shear1 * y - y0,
      );
      const share = weight / (1 + (place.apart / APART) ** 2);
      sum += share * place.apart ** 2;
      all += share;
    }
    spread = Math.sqrt(sum / all / 2);
    found[AT.einstein_radius] = Math.max(ring, grid.pixelScale);
    [found[AT.shear_1], found[AT.shear_2]] = [shear1, shear2];
    [found[AT.source_x], found[AT.source_y]] = [x0 + vector[3]!, y0 + vector[4]!];
  }
  const sorted = places.map(({ weight }) => weight).sort((a, b) => a - b);
  const brightness = sorted[sorted.length >> 1]! / grid.pixelArea;
  found[AT.ln_source_amplitude] = Math.log(brightness);
  found[AT.ln_source_radius] = Math.log(
    Math.min(Math.max(spread, SOURCE_RADIUS[0]), SOURCE_RADIUS[1]),
  );
  return found;
}

type Five = readonly [number, number, number, number, number];

/** Adds an equation to normal equations of five unknowns. */
function addEquation(
  matrix: Float64Array,
  sums: Float64Array,
  row: readonly number[],
  value: number,
  weight: number,
): void {
  row.forEach((a, i) => {
    sums[i]! += weight * a * value;
    row.forEach((b, j) => matrix[i * 5 + j]! += weight * a * b);
  });
}
