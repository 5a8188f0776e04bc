/** The image of a smooth lens and its derivatives by the numbers that describe it. */

import { endWideOperations } from "../../end_wide_operations.ts";
import type { Grid } from "../grid.ts";
import { convolve } from "../observation/convolve.ts";
import type { Psf } from "../observation/psf.ts";
import { writeHalo } from "./_halo_numbers.ts";
import { SOURCE_PLACES, writeSersic } from "./_sersic_shape.ts";
import { KernelMemory } from "./kernels/fit_kernels.ts";
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

/** The products of weighted derivatives. */
export interface NormalEquations {
  /** Products of the columns with each other, row-major; the lower triangle is filled. */
  readonly curvature: Float64Array;
  /** Their products with the residuals. */
  readonly gradient: Float64Array;
}

const HALO = [AT.halo_ellipse_1, AT.halo_ellipse_2, AT.halo_x, AT.halo_y] as const;
const LENS_PLACES = { amplitude: 7, radius: 8, index: 9, ellipse: 10 } as const;
/** Planes that the kernels write: a column per number, the image, its fall with the deflection. */
const PLANES = LENS_NUMBERS.length + 3;
/** Pixels and rays that kernels take at a time. */
const BLOCK = 8;
/** Columns whose products a kernel makes at a time. */
const TILE = 3;
/** Least weights of half a PSF. */
const WEIGHTS = 5;

/**
 * A singular isothermal ellipsoid with shear, in front of a Sersic source and with Sersic light of its own, through
 * the PSF: the image that `makeImage` has before noise, with analytic derivatives.
 *
 * The halo and the light of the lens share their centre. The fields hold the last evaluation; images are row-major
 * with y down, in counts/s per pixel. They lie in the memory of the kernels: copy them to keep or transfer them.
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
  readonly #memory: KernelMemory;
  /** Doubles from a plane of pixels to the next. */
  readonly #stride: number;
  /** Positions of the rays, a plane per ray of a pixel. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Deflections of a halo that is not free, and the ellipsoid that they belong to. */
  readonly #deflectionX: Float64Array;
  readonly #deflectionY: Float64Array;
  #ellipsoid: readonly number[] = [];
  readonly #isHaloFree: boolean;
  readonly #planes: Float64Array;
  /** Columns of the free numbers, before the PSF until they are asked for. */
  readonly #columns: readonly Float64Array[];
  #derived = false;
  /** One side of a separable PSF, from the middle outward; it is symmetric. */
  readonly #half: Float64Array | undefined;
  readonly #scratch: Float64Array;
  /** Columns times slopes, then the residuals; their products. */
  readonly #slopes: Float64Array;
  readonly #weighted: Float64Array;
  readonly #products: Float64Array;

  /**
   * Makes a lens, dark until it is evaluated.
   *
   * @param camera Pixels, rays and PSF.
   * @param free Places of the numbers by which derivatives are wanted, as in `LENS_NUMBERS`.
   */
  constructor(camera: LensCamera, free: readonly number[]) {
    const { grid: { width, height, count }, subPixels, psf } = camera;
    this.camera = camera;
    this.free = free;
    this.#isHaloFree = HALO.some((at) => free.includes(at));
    // A line of the cache more, as sizes that are powers of 2 share lines.
    const stride = this.#stride = Math.ceil(count / BLOCK) * BLOCK + BLOCK;
    const rays = subPixels * subPixels * stride, rows = Math.ceil((free.length + 1) / TILE) * TILE;
    // A row or column alone is no matter for the kernel.
    const profile = Math.min(width, height) > 1 ? psf?.profile : undefined;
    const weights = profile ? Math.max((profile.length + 1) / 2, WEIGHTS) : 0;
    const deflected = this.#isHaloFree ? 0 : rays;
    const sizes = [rays, rays, deflected, deflected, PLANES * stride, stride, stride];
    sizes.push(rows * stride, rows * rows, weights);
    const memory = this.#memory = new KernelMemory(sizes.reduce((a, b) => a + b), sizes.length);
    const next = () => memory.allocate(sizes.shift()!);
    this.#x = next();
    this.#y = next();
    this.#deflectionX = next();
    this.#deflectionY = next();
    this.#planes = next();
    this.#scratch = next();
    this.#slopes = next().subarray(0, count);
    this.#weighted = next();
    this.#products = next();
    const half = next();
    if (profile) {
      half.set(profile.subarray((profile.length - 1) / 2));
      this.#half = half.subarray(0, (profile.length + 1) / 2);
    }
    placeRays(camera, stride, this.#x, this.#y);
    const plane = (at: number) => this.#planes.subarray(at * stride, at * stride + count);
    this.image = plane(LENS_NUMBERS.length);
    this.gradientX = plane(LENS_NUMBERS.length + 1);
    this.gradientY = plane(LENS_NUMBERS.length + 2);
    this.#columns = free.map(plane);
  }

  /**
   * Computes the image.
   *
   * @param vector 19 numbers, as `LENS_NUMBERS`.
   */
  evaluate(vector: Float64Array): void {
    const { kernels, source, lens, deflection } = this.#memory, rays = this.camera.subPixels ** 2;
    const x = this.#x.byteOffset, y = this.#y.byteOffset, isRound = this.#setHalo(vector);
    const ax = this.#deflectionX.byteOffset, ay = this.#deflectionY.byteOffset;
    const isDark = vector[AT.ln_lens_amplitude] === -Infinity;
    writeSersic(source, vector, SOURCE_PLACES);
    writeSersic(lens, vector, LENS_PLACES);
    const shear1 = vector[AT.shear_1]!;
    deflection.set([vector[AT.einstein_radius]!, vector[AT.shear_2]!, 1 - shear1, 1 + shear1]);
    deflection.set([vector[AT.source_x]!, vector[AT.source_y]!], 4);
    deflection.set([vector[AT.halo_x]!, vector[AT.halo_y]!], 6);
    deflection[8] = this.camera.grid.pixelArea / rays;
    kernels.light(
      ...[this.#stride - BLOCK, rays, 8 * this.#stride, x, y, ax, ay] as const,
      ...[this.#planes.byteOffset, this.#isHaloFree, isRound, isDark] as const,
    );
    this.#blurPlane(this.image);
    this.#derived = false;
  }

  /**
   * The derivatives of the image of the last evaluation.
   *
   * @returns A column per free number, valid until the next evaluation.
   */
  columns(): readonly Float64Array[] {
    if (!this.#derived) this.#columns.forEach((column) => this.#blurPlane(column));
    this.#derived = true;
    return this.#columns;
  }

  /**
   * Computes the products of the columns, weighted pixel by pixel.
   *
   * @param slopes Weight of each pixel.
   * @param residuals Residual of each pixel, not weighted.
   */
  normalEquations(slopes: Float64Array, residuals: Float64Array): NormalEquations {
    const columns = this.columns(), count = columns.length, stride = this.#stride;
    const { kernels } = this.#memory, at = this.#weighted.byteOffset;
    this.#slopes.set(slopes);
    columns.forEach((column, i) =>
      kernels.weigh(
        ...[column.byteOffset, this.#slopes.byteOffset, at + 8 * i * stride] as const,
        stride,
      )
    );
    this.#weighted.set(residuals, count * stride);
    const products = this.#products, rows = Math.sqrt(products.length);
    kernels.products(at, rows, stride, 8 * stride, products.byteOffset);
    endWideOperations();
    const curvature = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      curvature.set(products.subarray(i * rows, i * rows + i + 1), i * count);
    }
    return { curvature, gradient: products.slice(count * rows, count * rows + count) };
  }

  /**
   * Convolves an image with the PSF, in place.
   *
   * @param image Row-major, of the camera's size.
   */
  blur(image: Float64Array): void {
    if (!this.#half) return this.#blurPlane(image);
    const plane = this.#weighted.subarray(0, image.length);
    plane.set(image);
    this.#blurPlane(plane);
    image.set(plane);
  }

  /** Blurs a plane; with a separable PSF it lies in the memory of the kernels. */
  #blurPlane(plane: Float64Array): void {
    const { grid: { width, height }, psf } = this.camera, half = this.#half;
    if (!psf) return;
    if (!half) return plane.set(convolve(plane, { width, psf }));
    this.#memory.kernels.blur(
      ...[plane.byteOffset, this.#scratch.byteOffset, width, height] as const,
      ...[half.byteOffset, half.length - 1] as const,
    );
    endWideOperations();
  }

  /** Computes the deflections of a halo that is not free, unless it is that of the last call. */
  #setHalo(vector: Float64Array): boolean {
    const { kernels, halo } = this.#memory;
    const ellipsoid = [vector[1]!, vector[2]!, vector[3]!, vector[4]!] as const;
    if (this.#isHaloFree) return writeHalo(halo, ellipsoid);
    if (ellipsoid.some((value, i) => value !== this.#ellipsoid[i])) {
      this.#ellipsoid = ellipsoid;
      writeHalo(halo, ellipsoid);
      kernels.deflections(
        ...[this.#x.byteOffset, this.#y.byteOffset] as const,
        ...[this.#deflectionX.byteOffset, this.#deflectionY.byteOffset, this.#x.length] as const,
      );
    }
    return false;
  }
}

/** Writes the positions of all rays, a plane per ray of a pixel. */
function placeRays(
  { grid, subPixels }: LensCamera,
  stride: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const { width, count } = grid;
  for (let k = 0; k < subPixels * subPixels; k++) {
    const right = k % subPixels, down = Math.floor(k / subPixels), at = k * stride;
    for (let i = 0; i < count; i++) {
      x[at + i] = grid.x(i % width + (right + 0.5) / subPixels - 0.5);
      y[at + i] = grid.y(Math.floor(i / width) + (down + 0.5) / subPixels - 0.5);
    }
  }
}
