/** Changes that small masses make in the image of a fitted lens. */

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
}

/** Radius within which the deflection of a point falls to 0, over the Einstein radius (0.03 of 1.2 arcsec). */
const SOFTENING = 0.025;
/** Share of the greatest change with the deflection below which a pixel has no part in a template. */
const FAINT = 1e-3;

/** Changes of an image, one after the other. */
export interface Templates {
  /** Pixels per template: the others are unchanged. */
  readonly pixels: Uint32Array;
  /** Change of each pixel per mass of the square of the Einstein radius, in standard deviations. */
  readonly values: Float32Array;
}

/**
 * Computes the changes to first order: the gradient of the lensed source along the deflection of the mass, averaged
 * over a pixel, through the PSF.
 *
 * @param fitter At a fit.
 * @param vector The numbers of the fit.
 * @param masses The masses.
 */
export function massTemplates(
  { lens, slopes }: LensFitter,
  vector: Float64Array,
  masses: readonly SoughtMass[],
): Templates {
  const { camera: { grid, psf }, gradientX, gradientY } = lens;
  const lit = litPixels(gradientX, gradientY);
  const pixels = around(lit, grid, psf ? (psf.size - 1) / 2 : 0);
  const ring = vector[AT.einstein_radius]!;
  const x = Float64Array.from(lit, (i) => (grid.x(i % grid.width) - vector[AT.halo_x]!) / ring);
  const y = Float64Array.from(
    lit,
    (i) => (grid.y(Math.floor(i / grid.width)) - vector[AT.halo_y]!) / ring,
  );
  const values = new Float32Array(masses.length * pixels.length);
  const image = new Float64Array(grid.count);
  masses.forEach((mass, at) => {
    image.fill(0);
    // Both the deflection and the square of the Einstein radius scale.
    const add = mass.length === 0 ? pointAt(mass) : lineAt(mass);
    for (let j = 0; j < lit.length; j++) {
      const i = lit[j]!;
      image[i] = -ring * add(x[j]!, y[j]!, gradientX[i]!, gradientY[i]!);
    }
    lens.blur(image);
    const from = at * pixels.length;
    for (let j = 0; j < pixels.length; j++) {
      const i = pixels[j]!;
      values[from + j] = image[i]! * slopes[i]!;
    }
  });
  return { pixels, values };
}

/** The component of a deflection along a gradient. */
type Along = (x: number, y: number, gradientX: number, gradientY: number) => number;

function pointAt({ x: x0, y: y0 }: SoughtMass): Along {
  return (x, y, gradientX, gradientY) => {
    const dx = x - x0, dy = y - y0;
    return (gradientX * dx + gradientY * dy) / (dx * dx + dy * dy + SOFTENING * SOFTENING);
  };
}

/** See `LineMass`: the integral of the point along the line. */
function lineAt({ x: x0, y: y0, length, angle }: SoughtMass): Along {
  const cos = Math.cos(angle), sin = Math.sin(angle), h = length / 2, s2 = SOFTENING * SOFTENING;
  return (x, y, gradientX, gradientY) => {
    const u = cos * (x - x0) + sin * (y - y0), v = cos * (y - y0) - sin * (x - x0);
    const far = Math.sqrt(v * v + s2);
    const along = 0.5 * Math.log(((u + h) ** 2 + far * far) / ((u - h) ** 2 + far * far)) / length;
    const across = v / far * (Math.atan((u + h) / far) - Math.atan((u - h) / far)) / length;
    return gradientX * (cos * along - sin * across) + gradientY * (sin * along + cos * across);
  };
}

/** Pixels in which the source changes enough with the deflection. */
function litPixels(gradientX: Float64Array, gradientY: Float64Array): Uint32Array {
  let most = 0;
  for (let i = 0; i < gradientX.length; i++) {
    most = Math.max(most, Math.hypot(gradientX[i]!, gradientY[i]!));
  }
  const lit: number[] = [];
  for (let i = 0; i < gradientX.length; i++) {
    if (Math.hypot(gradientX[i]!, gradientY[i]!) > FAINT * most) lit.push(i);
  }
  return Uint32Array.from(lit);
}

/** Pixels that the PSF lets some others reach. */
function around(
  lit: Uint32Array,
  { width, height, count }: {
    readonly width: number;
    readonly height: number;
    readonly count: number;
  },
  radius: number,
): Uint32Array {
  const reached = new Uint8Array(count);
  for (const i of lit) {
    const row = Math.floor(i / width), column = i % width;
    const left = Math.max(0, column - radius), right = Math.min(width, column + radius + 1);
    const top = Math.max(0, row - radius), bottom = Math.min(height, row + radius + 1);
    for (let r = top; r < bottom; r++) reached.fill(1, r * width + left, r * width + right);
  }
  return Uint32Array.from(reached.keys()).filter((i) => reached[i] === 1);
}
