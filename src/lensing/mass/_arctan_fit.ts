/** Polynomial approximations of arctangents, for evaluation at many points. */

/** Number of coefficients of a fit. */
const COUNT = 12;

/** The coefficients as a tuple, so that each destructures as a number. */
export type Twelve = [...Six, ...Six];
type Six = [number, number, number, number, number, number];

/** Interpolation nodes in [0, 1]: zeros of a Chebyshev polynomial. */
const NODES = Float64Array.from(
  { length: COUNT },
  (_, j) => 0.5 + 0.5 * Math.cos(Math.PI * (j + 0.5) / COUNT),
);

/** Row-major matrix from values at the nodes to Chebyshev coefficients. */
const TO_CHEBYSHEV = Float64Array.from({ length: COUNT * COUNT }, (_, at) => {
  const k = Math.floor(at / COUNT), j = at % COUNT;
  return (k === 0 ? 1 : 2) / COUNT * Math.cos(Math.PI * k * (j + 0.5) / COUNT);
});

/** Row-major coefficients, integers, of T_k(2 v - 1) in powers of v. */
const POWERS = powers();

/** Smallest axis ratio (largest limit) at which the fit is accurate to 1e-12. */
export const MIN_AXIS_RATIO = 0.45;

/**
 * Fits arctan(sqrt w) / sqrt w, or the same with arctanh, by a polynomial in w / limit.
 *
 * Interpolation at Chebyshev nodes for 0 <= w <= limit. With the limit (1 - q) / (1 + q) the
 * relative error is below 2e-15 for q >= 0.6, 1e-13 for q = 0.5 and 1e-12 for q = 0.45.
 *
 * @param limit Above 0, below 1; 0 gives the constant 1.
 * @param hyperbolic Whether to fit arctanh.
 * @returns 12 coefficients, lowest power first.
 */
export function arctanFit(limit: number, hyperbolic: boolean): Twelve {
  const values = NODES.map((node) =>
    hyperbolic ? arctanhOver(Math.sqrt(limit * node)) : arctanOver(Math.sqrt(limit * node))
  );
  const coefficients: Twelve = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = COUNT - 1; k >= 0; k--) {
    let share = 0;
    for (let j = 0; j < COUNT; j++) share += TO_CHEBYSHEV[k * COUNT + j]! * values[j]!;
    for (let power = 0; power <= k; power++) {
      coefficients[power]! += share * POWERS[k * COUNT + power]!;
    }
  }
  return coefficients;
}

/** arctan(x) / x. */
export function arctanOver(x: number): number {
  return Math.abs(x) < 1e-4 ? 1 - x * x / 3 : Math.atan(x) / x;
}

/** arctanh(x) / x. */
export function arctanhOver(x: number): number {
  return Math.abs(x) < 1e-4 ? 1 + x * x / 3 : Math.atanh(x) / x;
}

/** Computes the coefficients by T_k+1 = (4 v - 2) T_k - T_k-1. */
function powers(): Float64Array {
  const rows = new Float64Array(COUNT * COUNT);
  rows.set([1]);
  rows.set([-1, 2], COUNT);
  for (let k = 2; k < COUNT; k++) {
    for (let power = 0; power <= k; power++) {
      const at = (k - 1) * COUNT + power;
      rows[at + COUNT] = (power ? 4 * rows[at - 1]! : 0) - 2 * rows[at]! - rows[at - COUNT]!;
    }
  }
  return rows;
}
