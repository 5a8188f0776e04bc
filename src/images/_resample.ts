/** The inner loops of the resize: any samples in, floats out, with a window and no copy of it. */

import type { Samples } from "./image.ts";
import { axisWeights } from "./_weights.ts";

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
 * Rows are gathered first, in double precision and one output row at a time, so that besides the
 * result only one row of memory is taken.
 *
 * @param data Samples of the whole image, `stride` of them a row.
 * @param out `width * height * channels` results, written from `offset` on.
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
      gather(data, from, down.weights[k++] as number, row, j === 0);
    }
    squeeze(row, channels, across.start, across.count, across.weights, out, to);
    to += width * channels;
  }
}

function gather(
  data: Samples,
  from: number,
  weight: number,
  row: Float64Array,
  first: boolean,
): void {
  if (first) { for (let i = 0; i < row.length; i++) row[i] = weight * (data[from + i] as number); }
  else for (let i = 0; i < row.length; i++) row[i]! += weight * (data[from + i] as number);
}

function squeeze(
  row: Float64Array,
  channels: number,
  start: Int32Array,
  count: Int32Array,
  weights: Float64Array,
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
