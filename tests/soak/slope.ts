/** The slope of a line through points. */

/**
 * Least squares.
 *
 * @param x Places of the points.
 * @param y Their values; those that are NaN are left out.
 * @returns Change of y per unit of x; 0 for fewer than two points.
 */
export function slope(x: readonly number[], y: readonly number[]): number {
  const points = x.flatMap((at, i) => Number.isNaN(y[i]!) ? [] : [[at, y[i]!] as const]);
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let products = 0, squares = 0;
  for (const [at, value] of points) {
    products += (at - meanX) * (value - meanY);
    squares += (at - meanX) ** 2;
  }
  return squares === 0 || points.length < 2 ? 0 : products / squares;
}
