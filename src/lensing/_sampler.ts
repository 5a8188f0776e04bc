/** Surface brightness at points inside pixels, in blocks that fit the processor cache. */

import type { Grid } from "./grid.ts";
import type { LightProfile } from "./light/light_profile.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

/** A lens, a source behind it, and the pixels of the image. */
export interface Scene {
  /** Pixels of the image. */
  readonly grid: Grid;
  /** Lens; none for an unlensed source. */
  readonly mass?: MassProfile | undefined;
  /** Light behind the lens. */
  readonly source: LightProfile;
  /** Light in the lens plane, not lensed. */
  readonly lensLight?: LightProfile | undefined;
}

/** Approximate points per block; five arrays of this length take 20 kB. */
const BLOCK = 512;

/** Samples pixels of one scene. */
export class Sampler {
  readonly #scene: Scene;
  #x = new Float64Array(0);
  #y = new Float64Array(0);
  #betaX = new Float64Array(0);
  #betaY = new Float64Array(0);
  #light = new Float64Array(0);

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * Samples all pixels by n x n points each, in blocks of rows.
   *
   * @param n Samples along the side of a pixel.
   * @param source Output: flux from the source.
   * @param lens Output: flux from the lens; untouched if the lens has no light.
   */
  sampleAll(n: number, source: Float64Array, lens: Float64Array): void {
    const { grid } = this.#scene, { width, height } = grid;
    const across = width * n, step = grid.pixelScale / n, offset = (step - grid.pixelScale) / 2;
    const rows = Math.min(Math.max(1, Math.floor(BLOCK / (across * n))), height);
    this.#reserve(rows * n * across);
    for (let i = 0; i < across; i++) this.#x[i] = grid.x(0) + offset + i * step;
    for (let line = 1; line < rows * n; line++) {
      this.#x.copyWithin(line * across, 0, across); // equal in all blocks
    }
    for (let row = 0; row < height; row += rows) {
      const lines = Math.min(rows, height - row) * n;
      for (let line = 0; line < lines; line++) {
        const y = grid.y(row) - offset - line * step;
        this.#y.fill(y, line * across, (line + 1) * across);
      }
      this.#evaluate(lines * across, (light, isLens) => {
        gatherRows(light, width, n, grid.pixelArea, row * width, isLens ? lens : source);
      });
    }
  }

  /**
   * Samples some pixels by n x n points each.
   *
   * @param pixels Indices of the pixels.
   * @param n Samples along the side of a pixel.
   * @param source Output: flux of the i-th pixel from the source.
   * @param lens Output: flux of the i-th pixel from the lens; untouched if the lens has no light.
   */
  sample(pixels: Uint32Array, n: number, source: Float64Array, lens: Float64Array): void {
    const { grid } = this.#scene, perPixel = n * n;
    const perBlock = Math.max(1, Math.floor(BLOCK / perPixel));
    this.#reserve(perBlock * perPixel);
    const { width, pixelScale } = grid, step = pixelScale / n, offset = (step - pixelScale) / 2;
    const x = this.#x, y = this.#y;
    for (let start = 0; start < pixels.length; start += perBlock) {
      const end = Math.min(start + perBlock, pixels.length);
      let point = 0;
      for (let i = start; i < end; i++) {
        const row = Math.floor(pixels[i]! / width), column = pixels[i]! - row * width;
        const left = grid.x(column) + offset, top = grid.y(row) - offset;
        for (let v = 0; v < n; v++) {
          for (let u = 0; u < n; u++) {
            x[point] = left + u * step;
            y[point++] = top - v * step;
          }
        }
      }
      this.#evaluate(point, (light, isLens) => {
        gather(light, perPixel, grid.pixelArea, start, isLens ? lens : source);
      });
    }
  }

  /** Grows the buffers to a block size. */
  #reserve(size: number): void {
    if (size <= this.#x.length) return;
    this.#x = new Float64Array(size);
    this.#y = new Float64Array(size);
    this.#betaX = new Float64Array(size);
    this.#betaY = new Float64Array(size);
    this.#light = new Float64Array(size);
  }

  /** Evaluates the light at the points of the block: first the lens, then the source. */
  #evaluate(points: number, take: (light: Float64Array, isLens: boolean) => void): void {
    const { mass, source, lensLight } = this.#scene;
    const x = first(this.#x, points), y = first(this.#y, points);
    const light = first(this.#light, points);
    if (lensLight) {
      light.fill(0);
      lensLight.addBrightness(x, y, light);
      take(light, true);
    }
    light.fill(0);
    if (mass) {
      const betaX = first(this.#betaX, points), betaY = first(this.#betaY, points);
      betaX.fill(0);
      betaY.fill(0);
      mass.addDeflection({ x, y, alphaX: betaX, alphaY: betaY });
      for (let i = 0; i < points; i++) {
        betaX[i] = x[i]! - betaX[i]!;
        betaY[i] = y[i]! - betaY[i]!;
      }
      source.addBrightness(betaX, betaY, light);
    } else source.addBrightness(x, y, light);
    take(light, false);
  }
}

/** The first `count` elements of an array. */
function first(array: Float64Array, count: number): Float64Array {
  return array.length === count ? array : array.subarray(0, count);
}

/** Averages the points of each pixel, stored pixel by pixel, and multiplies by the area. */
function gather(
  light: Float64Array,
  perPixel: number,
  area: number,
  start: number,
  into: Float64Array,
): void {
  const weight = area / perPixel;
  if (perPixel === 1) {
    for (let i = 0; i < light.length; i++) into[start + i] = weight * light[i]!;
    return;
  }
  for (let i = 0, pixel = start; i < light.length; pixel++) {
    let sum = 0;
    for (const end = i + perPixel; i < end; i++) sum += light[i]!;
    into[pixel] = weight * sum;
  }
}

/** Averages the points of each pixel, stored in rows across the image. */
function gatherRows(
  light: Float64Array,
  width: number,
  n: number,
  area: number,
  start: number,
  into: Float64Array,
): void {
  if (n === 1) return gather(light, 1, area, start, into);
  const weight = area / (n * n), across = width * n, pixels = light.length / (n * n);
  for (let i = 0; i < pixels; i++) {
    const row = Math.floor(i / width), corner = row * n * across + (i - row * width) * n;
    let sum = 0;
    for (let line = corner; line < corner + n * across; line += across) {
      for (let u = 0; u < n; u++) sum += light[line + u]!;
    }
    into[start + i] = weight * sum;
  }
}
