/** Weights of a separable resize along one axis. */

/** For each output sample: which input samples it is made of, and how much of each. */
export interface AxisWeights {
  /** First input sample of output sample `i`. */
  readonly start: Int32Array;
  /** Number of input samples of output sample `i`. */
  readonly count: Int32Array;
  /** Their weights, one output sample after the other; those of one sum to 1. */
  readonly weights: Float64Array;
}

/**
 * Area weights on shrinking: each output sample is the mean of the stretch of input that it
 * covers. Linear weights on growing, between sample centres at half-integers, the edge repeated.
 */
export function axisWeights(from: number, to: number): AxisWeights {
  const start = new Int32Array(to);
  const count = new Int32Array(to);
  const scale = from / to;
  const perSample = to >= from ? 2 : Math.ceil(scale) + 2;
  const weights = new Float64Array(to * perSample);
  let at = 0;
  for (let i = 0; i < to; i++) {
    if (to > from) {
      const centre = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), from - 1);
      const first = Math.floor(centre);
      const share = centre - first;
      start[i] = first;
      count[i] = share > 0 ? 2 : 1;
      weights[at++] = 1 - share;
      if (share > 0) weights[at++] = share;
    } else {
      // Integers until the division, so that edges that coincide do so exactly.
      const low = i * from;
      const high = (i + 1) * from;
      const first = Math.floor(low / to);
      const last = Math.ceil(high / to) - 1;
      start[i] = first;
      count[i] = last - first + 1;
      for (let j = first; j <= last; j++) {
        weights[at++] = (Math.min(high, (j + 1) * to) - Math.max(low, j * to)) / from;
      }
    }
  }
  return { start, count, weights: weights.subarray(0, at) };
}
