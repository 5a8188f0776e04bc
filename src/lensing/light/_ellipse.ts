/** Elliptical coordinates, in which light profiles measure their radius. */

import { finite, fraction } from "../_range.ts";
import type { PlacementOptions } from "../placement.ts";

/** Placement and shape of an elliptical light profile. */
export interface EllipseOptions extends PlacementOptions {
  /** Minor over major axis, in (0, 1]. @default {1} */
  readonly axisRatio?: number;
}

/**
 * The quadratic form that maps an ellipse to a circle of the same area.
 *
 * With u = (dx cos + dy sin) sqrt(q) and v = (dy cos - dx sin) / sqrt(q), the squared elliptical
 * radius u^2 + v^2 is a dx^2 + b2 dx dy + c dy^2.
 */
export class Ellipse {
  /** Centre, to the right, arcsec. */
  readonly x: number;
  /** Centre, up, arcsec. */
  readonly y: number;
  /** Coefficient of dx^2. */
  readonly a: number;
  /** Coefficient of dx dy. */
  readonly b2: number;
  /** Coefficient of dy^2. */
  readonly c: number;

  constructor(action: string, { axisRatio = 1, angle = 0, x = 0, y = 0 }: EllipseOptions) {
    const q = fraction(action, "axisRatio", axisRatio);
    const cos = Math.cos(finite(action, "angle", angle)), sin = Math.sin(angle);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
    this.a = q * cos * cos + sin * sin / q;
    this.b2 = 2 * cos * sin * (q - 1 / q);
    this.c = q * sin * sin + cos * cos / q;
  }
}
