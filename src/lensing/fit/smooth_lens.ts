/** The image of a smooth lens and its derivatives by the numbers that describe it. */

import type { Grid } from "../grid.ts";
import { fastExp, fastLog } from "../light/_exp.ts";
import type { Psf } from "../observation/psf.ts";
import { Blur } from "./_blur.ts";
import { HaloDeflection } from "./_halo_deflection.ts";
import { SersicShape } from "./_sersic_shape.ts";
import { AT, LENS_NUMBERS } from "./lens_vector.ts";

/** A camera without noise. */
export interface LensCamera {
  /** The pixels. */
  readonly grid: Grid;
  /** Rays along the side of a pixel, at least 1. */
  readonly subPixels: number;
  /** The PSF; none leaves the image unblurred. */
  readonly psf?: Psf | undefined;
}

const HALO = [AT.halo_ellipse_1, AT.halo_ellipse_2, AT.halo_x, AT.halo_y] as const;

/**
 * A singular isothermal ellipsoid with shear, in front of a Sersic source and with Sersic light of its own, through
 * the PSF: the image that `makeImage` has before noise, with analytic derivatives.
 *
 * The halo and the light of the lens share their centre. The fields hold the last evaluation; images are row-major
 * with y down, in counts/s per pixel.
 *
 * @example
 * ```ts
 * import { drawParameters, gridOf, lensVectorOf, RECIPES, SmoothLens } from "../mod.ts";
 *
 * const name = { seed: 1, lensClass: "no_sub", index: 0 } as const;
 * const parameters = drawParameters(RECIPES["model-b"], name);
 * const lens = new SmoothLens({ grid: gridOf(parameters), subPixels: 2 }, [5, 6]);
 * lens.evaluate(lensVectorOf(parameters));
 * if (lens.columns().length !== 2) throw new Error("a column per free number");
 * ```
 */
export class SmoothLens {
  /** The camera. */
  readonly camera: LensCamera;
  /** Places of the free numbers. */
  readonly free: readonly number[];
  /** The image. */
  readonly image: Float64Array;
  /** Fall of a pixel with the deflection of its rays to the right, before the PSF, counts/s per arcsec. */
  readonly gradientX: Float64Array;
  /** The same for the deflection up. */
  readonly gradientY: Float64Array;
  readonly #blur: Blur;
  readonly #halo: HaloDeflection;
  readonly #source: Float64Array;
  /** Derivatives by all numbers, before the PSF until they are asked for. */
  readonly #all: readonly Float64Array[];
  #derived = false;
  /** Positions of the rays, pixel by pixel. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /**
   * Makes a lens, dark until it is evaluated.
   *
   * @param camera Pixels, rays and PSF.
   * @param free Places of the numbers by which derivatives are wanted, as in `LENS_NUMBERS`.
   */
  constructor(camera: LensCamera, free: readonly number[]) {
    const { grid, psf } = camera, { width, height, count } = grid;
    this.camera = camera;
    this.free = free;
    this.image = new Float64Array(count);
    this.gradientX = new Float64Array(count);
    this.gradientY = new Float64Array(count);
    this.#blur = new Blur(width, height, psf);
    [this.#x, this.#y] = raysOf(camera);
    this.#halo = new HaloDeflection(this.#x, this.#y, HALO.some((at) => free.includes(at)));
    this.#all = LENS_NUMBERS.map(() => new Float64Array(count));
    this.#source = new Float64Array(count);
  }

  /**
   * Computes the image.
   *
   * @param vector 19 numbers, as `LENS_NUMBERS`.
   */
  evaluate(vector: Float64Array): void {
    this.#halo.set([vector[1]!, vector[2]!, vector[3]!, vector[4]!]);
    this.#addSource(vector);
    this.#addLensLight(vector);
    const { image } = this, light = this.#all[AT.ln_lens_amplitude]!;
    for (let i = 0; i < image.length; i++) image[i] = this.#source[i]! + light[i]!;
    this.#blur.apply(image);
    this.#derived = false;
  }

  /**
   * The derivatives of the image of the last evaluation.
   *
   * @returns A column per free number, valid until the next evaluation.
   */
  columns(): readonly Float64Array[] {
    const columns = this.free.map((at) => this.#all[at]!);
    if (!this.#derived) columns.forEach((column) => this.#blur.apply(column));
    this.#derived = true;
    return columns;
  }

  /**
   * Convolves an image with the PSF, in place.
   *
   * @param image Row-major, of the camera's size.
   */
  blur(image: Float64Array): void {
    this.#blur.apply(image);
  }

  /** The light of the lens; the columns of the centre are begun by the source. */
  #addLensLight(vector: Float64Array): void {
    const amplitude = this.#all[7]!, byRadius = this.#all[8]!, byIndex = this.#all[9]!;
    const by1 = this.#all[10]!, by2 = this.#all[11]!, byX = this.#all[3]!, byY = this.#all[4]!;
    if (vector[7] === -Infinity) {
      for (const column of [amplitude, byRadius, byIndex, by1, by2]) column.fill(0);
      return;
    }
    const { h1, h2, slope, slopeSlope, a, b2, c, least, b, bByIndex, half, start } =
      new SersicShape(vector, 7, 8, 9, 10);
    const centreX = vector[3]!, centreY = vector[4]!, x = this.#x, y = this.#y;
    const { grid, subPixels } = this.camera, rays = subPixels * subPixels;
    const weight = grid.pixelArea / rays;
    for (let i = 0, ray = 0; i < amplitude.length; i++) {
      let sum = 0, sumRadius = 0, sumIndex = 0, sum1 = 0, sum2 = 0, sumX = 0, sumY = 0;
      for (let k = 0; k < rays; k++, ray++) {
        const dx = x[ray]! - centreX, dy = y[ray]! - centreY;
        const s = Math.max(dx * (a * dx + b2 * dy) + c * dy * dy, least);
        const log = fastLog(s), power = fastExp(half * log);
        const light = fastExp(start - b * power), fall = light * b * power * half;
        sum += light;
        sumRadius += fall;
        sumIndex += light * (1 - power) * bByIndex + fall * log;
        const steep = fall / s, xx = dx * dx, yy = dy * dy, d = xx - yy, e = 2 * dx * dy;
        const common = slope * (xx + yy) - slopeSlope * (h1 * d + h2 * e);
        sum1 -= steep * (h1 * common - slope * d);
        sum2 -= steep * (h2 * common - slope * e);
        sumX += steep * (2 * a * dx + b2 * dy);
        sumY += steep * (b2 * dx + 2 * c * dy);
      }
      amplitude[i] = weight * sum;
      byRadius[i] = 2 * weight * sumRadius;
      byIndex[i] = weight * sumIndex;
      by1[i] = weight * sum1;
      by2[i] = weight * sum2;
      byX[i] = byX[i]! + weight * sumX;
      byY[i] = byY[i]! + weight * sumY;
    }
  }

  /** The light of the source, and all columns that its deflection has a part in. */
  #addSource(vector: Float64Array): void {
    const [byRing, byHalo1, byHalo2, byHaloX, byHaloY, byShear1, byShear2] = this.#all;
    const all = this.#all, amplitude = all[12]!, byX = all[13]!, byY = all[14]!;
    const byRadius = all[15]!, byIndex = all[16]!, by1 = all[17]!, by2 = all[18]!;
    const { h1, h2, slope, slopeSlope, a, b2, c, least, b, bByIndex, half, start } =
      new SersicShape(vector, 12, 15, 16, 17);
    const ring = vector[0]!, shear1 = vector[5]!, shear2 = vector[6]!;
    const centreX = vector[13]!, centreY = vector[14]!;
    const x = this.#x, y = this.#y, halo = this.#halo, { x: alphaX, y: alphaY } = halo;
    const { x1, y1, x2, y2, xx: alphaXX, xy: alphaXY, yy: alphaYY } = halo;
    const isHaloFree = x1.length > 0;
    const { grid, subPixels } = this.camera, rays = subPixels * subPixels;
    const weight = grid.pixelArea / rays;
    for (let i = 0, ray = 0; i < amplitude.length; i++) {
      let sum = 0, sumRadius = 0, sumIndex = 0, sum1 = 0, sum2 = 0, sumX = 0, sumY = 0;
      let sumRing = 0, sumShear1 = 0, sumShear2 = 0;
      let sumHalo1 = 0, sumHalo2 = 0, sumHaloX = 0, sumHaloY = 0;
      for (let k = 0; k < rays; k++, ray++) {
        const px = x[ray]!, py = y[ray]!, ax = alphaX[ray]!, ay = alphaY[ray]!;
        const dx = px - ring * ax - (shear1 * px + shear2 * py) - centreX;
        const dy = py - ring * ay - (shear2 * px - shear1 * py) - centreY;
        const s = Math.max(dx * (a * dx + b2 * dy) + c * dy * dy, least);
        const log = fastLog(s), power = fastExp(half * log);
        const light = fastExp(start - b * power), fall = light * b * power * half;
        sum += light;
        sumRadius += fall;
        sumIndex += light * (1 - power) * bByIndex + fall * log;
        const steep = fall / s, xx = dx * dx, yy = dy * dy, d = xx - yy, e = 2 * dx * dy;
        const common = slope * (xx + yy) - slopeSlope * (h1 * d + h2 * e);
        sum1 -= steep * (h1 * common - slope * d);
        sum2 -= steep * (h2 * common - slope * e);
        const gx = -steep * (2 * a * dx + b2 * dy), gy = -steep * (b2 * dx + 2 * c * dy);
        sumX += gx;
        sumY += gy;
        sumRing += gx * ax + gy * ay;
        sumShear1 += gx * px - gy * py;
        sumShear2 += gx * py + gy * px;
        if (isHaloFree) {
          sumHalo1 += gx * x1[ray]! + gy * y1[ray]!;
          sumHalo2 += gx * x2[ray]! + gy * y2[ray]!;
          sumHaloX += gx * alphaXX[ray]! + gy * alphaXY[ray]!;
          sumHaloY += gx * alphaXY[ray]! + gy * alphaYY[ray]!;
        }
      }
      this.#source[i] = amplitude[i] = weight * sum;
      byRadius[i] = 2 * weight * sumRadius;
      byIndex[i] = weight * sumIndex;
      by1[i] = weight * sum1;
      by2[i] = weight * sum2;
      this.gradientX[i] = weight * sumX;
      this.gradientY[i] = weight * sumY;
      byX[i] = -weight * sumX;
      byY[i] = -weight * sumY;
      byRing![i] = -weight * sumRing;
      byShear1![i] = -weight * sumShear1;
      byShear2![i] = -weight * sumShear2;
      byHalo1![i] = -weight * ring * sumHalo1;
      byHalo2![i] = -weight * ring * sumHalo2;
      byHaloX![i] = weight * ring * sumHaloX;
      byHaloY![i] = weight * ring * sumHaloY;
    }
  }
}

/** Positions of all rays, those of a pixel side by side. */
export function raysOf({ grid, subPixels }: LensCamera): readonly [Float64Array, Float64Array] {
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
