/** Gauss-Legendre quadrature. */

/** A quadrature rule: nodes in [0, 1], and weights that add up to 1. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The rule of `count` nodes: roots of a Legendre polynomial, by Newton's method. */
export function gaussLegendre(count: number): QuadratureRule {
  const nodes = new Float64Array(count), weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 1;
    for (let round = 0; round < 8; round++) {
      let p = 1, before = 0;
      for (let k = 1; k <= count; k++) {
        [p, before] = [((2 * k - 1) * x * p - (k - 1) * before) / k, p];
      }
      slope = count * (x * p - before) / (x * x - 1);
      x -= p / slope;
    }
    nodes[i] = 0.5 * (1 - x);
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
