/** Elliptical coordinates: what all profiles of light measure their radius in. */

import { finite, ratio } from "../_range.ts";

/** Where light is and how it is stretched; shared by the elliptical profiles. */
export interface EllipseOptions {
  /** Minor over major axis, in (0, 1]. @default {1} */
  readonly axisRatio?: number;
  /** From the x axis to the major axis, counter-clockwise, radians. @default {0} */
  readonly angle?: number;
  /** The centre, arcsec, to the right. @default {0} */
  readonly x?: number;
  /** The centre, arcsec, up. @default {0} */
  readonly y?: number;
}

/**
 * The matrix that makes an ellipse a circle of the same area.
 *
 * With u = (dx cos + dy sin) sqrt(q) and v = (dy cos - dx sin) / sqrt(q), the elliptical radius
 * squared, u^2 + v^2, is a dx^2 + 2 b dx dy + c dy^2: three numbers are all that is kept.
 */
export class Ellipse {
  /** The centre, arcsec. */
  readonly x: number;
  /** The centre, arcsec. */
  readonly y: number;
  /** Of dx^2. */
  readonly a: number;
  /** Of dx dy, both halves. */
  readonly b2: number;
  /** Of dy^2. */
  readonly c: number;

  constructor(action: string, { axisRatio = 1, angle = 0, x = 0, y = 0 }: EllipseOptions) {
    const q = ratio(action, "axisRatio", axisRatio);
    const cos = Math.cos(finite(action, "angle", angle)), sin = Math.sin(angle);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
    this.a = q * cos * cos + sin * sin / q;
    this.b2 = 2 * cos * sin * (q - 1 / q);
    this.c = q * sin * sin + cos * cos / q;
  }
}
