/** Separable resampling of a window of an image, without a copy of the window. */

import type { Samples } from "./image.ts";

/** A rectangle of an image. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes a window of interleaved samples.
 *
 * Rows are averaged first, in double precision, one output row at a time: that needs memory for one
 * row only.
 *
 * @param data Samples of the whole image, `stride` per row.
 * @param out Receives `width * height * channels` results, from `offset` on.
 */
export function resample(
  data: Samples,
  stride: number,
  channels: number,
  window: Window,
  width: number,
  height: number,
  out: Float32Array | Float64Array,
  offset: number,
): void {
  const down = axisWeights(window.height, height);
  const across = axisWeights(window.width, width);
  const row = new Float64Array(window.width * channels);
  let k = 0;
  let to = offset;
  for (let y = 0; y < height; y++) {
    const first = down.start[y] as number;
    const count = down.count[y] as number;
    for (let j = 0; j < count; j++) {
      const from = (window.y + first + j) * stride + window.x * channels;
      addRow(data, from, down.weights[k++] as number, row, j === 0);
    }
    resampleRow(row, channels, across, out, to);
    to += width * channels;
  }
}

/** Sets `row` to weighted samples, or adds them. */
function addRow(
  data: Samples,
  from: number,
  weight: number,
  row: Float64Array,
  sets: boolean,
): void {
  if (sets) { for (let i = 0; i < row.length; i++) row[i] = weight * (data[from + i] as number); }
  else for (let i = 0; i < row.length; i++) row[i]! += weight * (data[from + i] as number);
}

function resampleRow(
  row: Float64Array,
  channels: number,
  { start, count, weights }: AxisWeights,
  out: Float32Array | Float64Array,
  to: number,
): void {
  let k = 0;
  for (let x = 0; x < start.length; x++) {
    const n = count[x] as number;
    const from = (start[x] as number) * channels;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let j = 0, i = from + c; j < n; j++, i += channels) {
        sum += (weights[k + j] as number) * (row[i] as number);
      }
      out[to++] = sum;
    }
    k += n;
  }
}

/** The weighted input samples of each output sample, along one axis. */
interface AxisWeights {
  /** First input sample of output sample `i`. */
  readonly start: Int32Array;
  /** Number of input samples of output sample `i`. */
  readonly count: Int32Array;
  /** Weights of all input samples in order; those of one output sample sum to 1. */
  readonly weights: Float64Array;
}

/**
 * Computes area weights for shrinking: each output sample is the mean of the input that it covers.
 * Linear weights for growing, between sample centres at half-integers, with the edge repeated.
 */
function axisWeights(from: number, to: number): AxisWeights {
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
      // Integers up to the division, so that common edges coincide exactly.
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
