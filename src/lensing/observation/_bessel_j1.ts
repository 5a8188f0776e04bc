/**
 * The Bessel function of the first kind and first order.
 *
 * Not by a library: bessel 1.0.2 is off by 5e-9; @stdlib's 0.3.1, with 155 packages, gives the same.
 */

/**
 * J1(x) as the mean of cos(t - x sin t) over a turn (Bessel's integral, Abramowitz and Stegun 9.1.21).
 *
 * The rule of equal steps converges faster than any power as soon as there are more steps than x.
 *
 * @param x 0 or more.
 * @returns J1(x), to 1e-14.
 */
export function besselJ1(x: number): number {
  const steps = Math.ceil(x) + 30;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const t = Math.PI * (i + 0.5) / steps;
    sum += Math.cos(t - x * Math.sin(t));
  }
  return sum / steps;
}
