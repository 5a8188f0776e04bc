/** Surface brightness at points inside pixels, in blocks that stay in the processor's cache. */

import type { Scene } from "./trace_scene.ts";

/** Points a block: six arrays of them are 24 kB. */
const BLOCK = 512;

/** Samples pixels of one scene. */
export class Sampler {
  readonly #scene: Scene;
  #capacity = 0;
  #x = new Float64Array(0);
  #y = new Float64Array(0);
  #alphaX = new Float64Array(0);
  #alphaY = new Float64Array(0);
  #light = new Float64Array(0);

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * The flux in pixels by n x n points each.
   *
   * @param pixels Their indices; all if undefined.
   * @param count How many of them.
   * @param n Points along a side.
   * @param source Where the i-th pixel's flux from the source goes.
   * @param lens The same for the light of the lens; not written if there is none.
   */
  sample(
    pixels: Uint32Array | undefined,
    count: number,
    n: number,
    source: Float64Array,
    lens: Float64Array,
  ): void {
    const { grid } = this.#scene;
    const perPixel = n * n, perBlock = Math.max(1, Math.floor(BLOCK / perPixel));
    this.#reserve(perBlock * perPixel);
    const { width, pixelScale } = grid, step = pixelScale / n;
    const left = grid.x(0) + (step - pixelScale) / 2, top = grid.y(0) - (step - pixelScale) / 2;
    const x = this.#x, y = this.#y;
    for (let start = 0; start < count; start += perBlock) {
      const end = Math.min(start + perBlock, count);
      let point = 0;
      let row = -1, column = width;
      if (!pixels) {
        row = Math.floor(start / width) - 1;
        column = start - row * width; // of the row before: the first step mends it
      }
      for (let i = start; i < end; i++, column++) {
        if (pixels) {
          row = Math.floor(pixels[i]! / width);
          column = pixels[i]! - row * width;
        } else if (column >= width) {
          row++;
          column -= width;
        }
        for (let v = 0; v < n; v++) {
          const pointY = top - row * pixelScale - v * step;
          for (let u = 0; u < n; u++) {
            x[point] = left + column * pixelScale + u * step;
            y[point++] = pointY;
          }
        }
      }
      this.#evaluate(point, perPixel, start, source, lens);
    }
  }

  /** Makes room for blocks of a size. */
  #reserve(size: number): void {
    if (size <= this.#capacity) return;
    this.#capacity = size;
    this.#x = new Float64Array(size);
    this.#y = new Float64Array(size);
    this.#alphaX = new Float64Array(size);
    this.#alphaY = new Float64Array(size);
    this.#light = new Float64Array(size);
  }

  /** The flux of the pixels whose points are in the block. */
  #evaluate(
    points: number,
    perPixel: number,
    start: number,
    source: Float64Array,
    lens: Float64Array,
  ): void {
    const { mass, lensLight } = this.#scene;
    const all = points === this.#capacity;
    const x = all ? this.#x : this.#x.subarray(0, points);
    const y = all ? this.#y : this.#y.subarray(0, points);
    const light = all ? this.#light : this.#light.subarray(0, points);
    const area = this.#scene.grid.pixelArea / perPixel;
    if (lensLight) {
      light.fill(0);
      lensLight.addBrightness(x, y, light);
      gather(light, perPixel, area, start, lens);
    }
    if (mass) {
      const alphaX = all ? this.#alphaX : this.#alphaX.subarray(0, points);
      const alphaY = all ? this.#alphaY : this.#alphaY.subarray(0, points);
      alphaX.fill(0);
      alphaY.fill(0);
      mass.addDeflection(x, y, alphaX, alphaY);
      for (let i = 0; i < points; i++) {
        x[i] = x[i]! - alphaX[i]!;
        y[i] = y[i]! - alphaY[i]!;
      }
    }
    light.fill(0);
    this.#scene.source.addBrightness(x, y, light);
    gather(light, perPixel, area, start, source);
  }
}

/** Sums the points of each pixel. */
function gather(
  light: Float64Array,
  perPixel: number,
  area: number,
  start: number,
  into: Float64Array,
): void {
  if (perPixel === 1) {
    for (let i = 0; i < light.length; i++) into[start + i] = area * light[i]!;
    return;
  }
  for (let i = 0, pixel = start; i < light.length; pixel++) {
    let sum = 0;
    for (const end = i + perPixel; i < end; i++) sum += light[i]!;
    into[pixel] = area * sum;
  }
}
