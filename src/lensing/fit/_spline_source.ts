/** Light of cubic B-splines on a grid in the plane of the source, seen through a lens. */

import { fastExp, fastLog } from "../light/_exp.ts";
import { HaloDeflection } from "./_halo_deflection.ts";
import { AT } from "./lens_vector.ts";
import { SERSIC_NUMBERS, SOURCE_PLACES, writeSersic } from "./_sersic_shape.ts";
import type { LensCamera } from "./smooth_lens.ts";

/** Size of a grid of splines. */
export interface SplineGridOptions {
  /** Splines along a side. */
  readonly nodes: number;
  /** Distance of neighbours, arcsec. */
  readonly spacing: number;
}

/** Shares of splines, each as bright as the Sersic source, in the light of pixels, before the PSF, one after the other. */
export interface SplineShares {
  /** Number of shares. */
  readonly count: number;
  /** Spline of each, of those in use. */
  readonly splines: Uint32Array;
  /** Pixel of each. */
  readonly pixels: Uint32Array;
  /** Light, counts/s. */
  readonly weights: Float64Array;
}

/** Places of the numbers that move rays. */
const DEFLECTING = [
  AT.einstein_radius,
  AT.halo_ellipse_1,
  AT.halo_ellipse_2,
  AT.halo_x,
  AT.halo_y,
  AT.shear_1,
  AT.shear_2,
] as const;
/** Squared radius inside which the expected brightness of the source is constant, in squares of its own radius. */
const CORE_SQUARED = 0.09;

/**
 * A grid of splines around the source of a fit; its place does not change with the numbers of the lens.
 *
 * Fields hold the last evaluation, before the PSF, row-major with y down.
 */
export class SplineSource {
  /** The splines in use, by their places on the grid: all at first. */
  used: Uint32Array;
  /** Brightness of the Sersic source at each spline, counts/s per arcsec^2. */
  readonly brightness: Float64Array;
  /** Light, counts/s per pixel. */
  readonly image: Float64Array;
  /** Gradient of the light with the position in the plane of the source, counts/s per arcsec. */
  readonly gradientX: Float64Array;
  readonly gradientY: Float64Array;
  readonly #nodes: number;
  readonly #spacing: number;
  readonly #left: number;
  readonly #bottom: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #rays: number;
  readonly #area: number;
  readonly #halo: HaloDeflection;
  readonly #columns: readonly Float64Array[];

  /**
   * @param camera The camera.
   * @param vector The numbers of the fit.
   * @param options Size of the grid.
   */
  constructor(
    camera: LensCamera,
    vector: Float64Array,
    { nodes, spacing }: SplineGridOptions,
  ) {
    const { grid, subPixels } = camera;
    this.used = Uint32Array.from({ length: nodes * nodes }, (_, k) => k);
    this.#nodes = nodes;
    this.#spacing = spacing;
    const centreX = vector[AT.source_x]!, centreY = vector[AT.source_y]!;
    this.#left = centreX - spacing * (nodes - 1) / 2;
    this.#bottom = centreY - spacing * (nodes - 1) / 2;
    [this.#x, this.#y] = raysOf(camera);
    this.#rays = subPixels * subPixels;
    this.#area = grid.pixelArea / this.#rays;
    this.#halo = new HaloDeflection(this.#x, this.#y);
    this.image = new Float64Array(grid.count);
    this.gradientX = new Float64Array(grid.count);
    this.gradientY = new Float64Array(grid.count);
    this.#columns = DEFLECTING.map(() => new Float64Array(grid.count));
    const shape = new Float64Array(SERSIC_NUMBERS);
    writeSersic(shape, vector, SOURCE_PLACES);
    const [a, b2, c, , half, startLog2, bLog2] = shape as unknown as SevenNumbers;
    const start = startLog2 * Math.LN2, b = bLog2 * Math.LN2;
    this.brightness = Float64Array.from(this.used, (k) => {
      const dx = (k % nodes - (nodes - 1) / 2) * spacing;
      const dy = (Math.floor(k / nodes) - (nodes - 1) / 2) * spacing;
      const s = Math.max(dx * (a * dx + b2 * dy) + c * dy * dy, CORE_SQUARED);
      return fastExp(start - b * fastExp(half * fastLog(s)));
    });
  }

  /** Number of splines in use. */
  get count(): number {
    return this.used.length;
  }

  /**
   * Coefficients of all splines.
   *
   * @param values Coefficients of those in use, over the brightness of the Sersic source.
   */
  coefficients(values: Float64Array): Float64Array {
    const all = new Float64Array(this.brightness.length);
    this.used.forEach((k, i) => all[k] = values[i]! * this.brightness[k]!);
    return all;
  }

  /**
   * The derivative of the image by a number of the lens; undefined if it moves no ray.
   *
   * @param place Place of the number.
   */
  column(place: number): Float64Array | undefined {
    return this.#columns[DEFLECTING.findIndex((own) => own === place)];
  }

  /**
   * Computes the image, its gradient and derivatives.
   *
   * @param vector The numbers of the lens.
   * @param coefficients Brightness of the splines, counts/s per arcsec^2.
   */
  evaluate(vector: Float64Array, coefficients: Float64Array): void {
    const nodes = this.#nodes, area = this.#area, spacing = this.#spacing;
    const x = this.#x, y = this.#y, halo = this.#halo, ring = vector[0]!;
    const [byRing, by1, by2, byX, byY, byShear1, byShear2] = this.#columns as SevenColumns;
    const across = new Float64Array(8), down = new Float64Array(8);
    for (const own of [this.image, this.gradientX, this.gradientY, ...this.#columns]) own.fill(0);
    this.#trace(vector, (pixel, ray, u, v) => {
      const column = Math.floor(u), row = Math.floor(v);
      cubicWeights(u - column, across);
      cubicWeights(v - row, down);
      let light = 0, gx = 0, gy = 0;
      for (let r = 0; r < 4; r++) {
        const at = row - 1 + r;
        if (at < 0 || at >= nodes) continue;
        let line = 0, slope = 0;
        for (let c = 0; c < 4; c++) {
          const to = column - 1 + c;
          if (to < 0 || to >= nodes) continue;
          const own = coefficients[at * nodes + to]!;
          line += own * across[c]!;
          slope += own * across[4 + c]!;
        }
        light += down[r]! * line;
        gx += down[r]! * slope;
        gy += down[4 + r]! * line;
      }
      this.image[pixel] = this.image[pixel]! + area * light;
      gx *= area / spacing;
      gy *= area / spacing;
      this.gradientX[pixel] = this.gradientX[pixel]! + gx;
      this.gradientY[pixel] = this.gradientY[pixel]! + gy;
      const px = x[ray]!, py = y[ray]!;
      byRing[pixel] = byRing[pixel]! - gx * halo.x[ray]! - gy * halo.y[ray]!;
      by1[pixel] = by1[pixel]! - ring * (gx * halo.x1[ray]! + gy * halo.y1[ray]!);
      by2[pixel] = by2[pixel]! - ring * (gx * halo.x2[ray]! + gy * halo.y2[ray]!);
      byX[pixel] = byX[pixel]! + ring * (gx * halo.xx[ray]! + gy * halo.xy[ray]!);
      byY[pixel] = byY[pixel]! + ring * (gx * halo.xy[ray]! + gy * halo.yy[ray]!);
      byShear1[pixel] = byShear1[pixel]! - gx * px + gy * py;
      byShear2[pixel] = byShear2[pixel]! - gx * py - gy * px;
    });
  }

  /**
   * The shares of the splines in the pixels.
   *
   * @param vector The numbers of the lens.
   */
  shares(vector: Float64Array): SplineShares {
    const nodes = this.#nodes, area = this.#area;
    const across = new Float64Array(8), down = new Float64Array(8);
    const sums = new Float64Array(this.brightness.length), touched: number[] = [];
    const places = new Int32Array(this.brightness.length).fill(-1);
    this.used.forEach((k, i) => places[k] = i);
    let splines = new Uint32Array(1 << 14), pixels = new Uint32Array(1 << 14);
    let weights = new Float64Array(1 << 14), count = 0, current = -1;
    const flush = () => {
      if (count + touched.length > weights.length) {
        splines = grown(splines, new Uint32Array(2 * weights.length));
        pixels = grown(pixels, new Uint32Array(2 * weights.length));
        weights = grown(weights, new Float64Array(2 * weights.length));
      }
      for (const k of touched) {
        const weight = sums[k]! * this.brightness[k]!;
        sums[k] = 0;
        if (places[k]! < 0) continue;
        splines[count] = places[k]!;
        pixels[count] = current;
        weights[count++] = weight;
      }
      touched.length = 0;
    };
    this.#trace(vector, (pixel, _, u, v) => {
      if (pixel !== current) flush();
      current = pixel;
      const column = Math.floor(u), row = Math.floor(v);
      cubicWeights(u - column, across);
      cubicWeights(v - row, down);
      for (let r = 0; r < 4; r++) {
        const at = row - 1 + r;
        if (at < 0 || at >= nodes) continue;
        for (let c = 0; c < 4; c++) {
          const to = column - 1 + c;
          if (to < 0 || to >= nodes) continue;
          const k = at * nodes + to;
          if (sums[k] === 0) touched.push(k);
          sums[k] = sums[k]! + area * down[r]! * across[c]!;
        }
      }
    });
    flush();
    return { count, splines, pixels, weights };
  }

  /** Calls back for each ray that a spline reaches, with its place in units of the spacing. */
  #trace(
    vector: Float64Array,
    visit: (pixel: number, ray: number, u: number, v: number) => void,
  ): void {
    const ring = vector[0]!, shear1 = vector[5]!, shear2 = vector[6]!, rays = this.#rays;
    const x = this.#x, y = this.#y, halo = this.#halo, scale = 1 / this.#spacing;
    const left = this.#left, bottom = this.#bottom, end = this.#nodes + 1;
    halo.set([vector[1]!, vector[2]!, vector[3]!, vector[4]!]);
    for (let pixel = 0, ray = 0; pixel < this.image.length; pixel++) {
      for (let k = 0; k < rays; k++, ray++) {
        const px = x[ray]!, py = y[ray]!;
        const u = (px - ring * halo.x[ray]! - (shear1 * px + shear2 * py) - left) * scale;
        const v = (py - ring * halo.y[ray]! - (shear2 * px - shear1 * py) - bottom) * scale;
        if (u > -2 && u < end && v > -2 && v < end) visit(pixel, ray, u, v);
      }
    }
  }
}

type SevenColumns = readonly [
  ...[Float64Array, Float64Array, Float64Array, Float64Array],
  ...[Float64Array, Float64Array, Float64Array],
];

type SevenNumbers = readonly [number, number, number, number, number, number, number];

/** Positions of all rays, those of a pixel side by side. */
function raysOf({ grid, subPixels }: LensCamera): readonly [Float64Array, Float64Array] {
  const { width, height, count } = grid, rays = subPixels * subPixels;
  const x = new Float64Array(count * rays), y = new Float64Array(count * rays);
  let ray = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let k = 0; k < rays; k++, ray++) {
        const right = k % subPixels, down = Math.floor(k / subPixels);
        x[ray] = grid.x(column + (right + 0.5) / subPixels - 0.5);
        y[ray] = grid.y(row + (down + 0.5) / subPixels - 0.5);
      }
    }
  }
  return [x, y];
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Values of the four cubic B-splines around a fraction of the spacing, and their derivatives. */
function cubicWeights(t: number, weights: Float64Array): void {
  const u = 1 - t, t2 = t * t, u2 = u * u;
  weights[0] = u2 * u / 6;
  weights[1] = (3 * t2 * t - 6 * t2 + 4) / 6;
  weights[2] = (3 * u2 * u - 6 * u2 + 4) / 6;
  weights[3] = t2 * t / 6;
  weights[4] = -u2 / 2;
  weights[5] = t * (1.5 * t - 2);
  weights[6] = u * (2 - 1.5 * u);
  weights[7] = t2 / 2;
}
