/** Surface brightness at points inside pixels, in blocks that stay in the processor's cache. */

import type { Scene } from "./trace_scene.ts";

/** Points a block, about: five arrays of them are 20 kB. */
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
   * The flux of all pixels by n x n points each, in blocks of rows.
   *
   * @param n Points along a side.
   * @param source Where the flux from the source goes.
   * @param lens Where that of the lens goes; not written if there is none.
   */
  sampleAll(n: number, source: Float64Array, lens: Float64Array): void {
    const { grid } = this.#scene, { width, height } = grid;
    const across = width * n, step = grid.pixelScale / n, offset = (step - grid.pixelScale) / 2;
    const rows = Math.min(Math.max(1, Math.floor(BLOCK / (across * n))), height);
    this.#reserve(rows * n * across);
    for (let i = 0; i < across; i++) this.#x[i] = grid.x(0) + offset + i * step;
    for (let line = 1; line < rows * n; line++) {
      this.#x.copyWithin(line * across, 0, across); // the same in all blocks
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
   * The flux of some pixels by n x n points each.
   *
   * @param pixels Their indices.
   * @param n Points along a side.
   * @param source Where the i-th pixel's flux from the source goes.
   * @param lens The same for the light of the lens; not written if there is none.
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

  /** Makes room for blocks of a size. */
  #reserve(size: number): void {
    if (size <= this.#x.length) return;
    this.#x = new Float64Array(size);
    this.#y = new Float64Array(size);
    this.#betaX = new Float64Array(size);
    this.#betaY = new Float64Array(size);
    this.#light = new Float64Array(size);
  }

  /** The light at the points of the block, first of the lens and then of the source. */
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
      mass.addDeflection(x, y, betaX, betaY);
      for (let i = 0; i < points; i++) {
        betaX[i] = x[i]! - betaX[i]!;
        betaY[i] = y[i]! - betaY[i]!;
      }
      source.addBrightness(betaX, betaY, light);
    } else source.addBrightness(x, y, light);
    take(light, false);
  }
}

/** The first part of an array. */
function first(array: Float64Array, count: number): Float64Array {
  return array.length === count ? array : array.subarray(0, count);
}

/** The mean of each pixel's points, one pixel after the other, times the area. */
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

/** The same of points in rows over all the image's width. */
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
