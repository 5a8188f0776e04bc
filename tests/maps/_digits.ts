/** The shipped digits as points. */

import { gunzipSync } from "node:zlib";

const DIGITS = new URL("../../data/digits/", import.meta.url);

/** Images of 8 x 8 pixels in [0, 1], and their labels. */
export interface DigitPoints {
  readonly points: Float64Array;
  readonly labels: Uint32Array;
  readonly count: number;
}

/** Reads the digits of one part. */
export async function readDigits(part: "train" | "test"): Promise<DigitPoints> {
  const read = async (name: string) =>
    gunzipSync(await Deno.readFile(new URL(`${part}-${name}-ubyte.gz`, DIGITS)));
  const points = Float64Array.from((await read("images-idx3")).subarray(16), (v) => v / 255);
  const labels = Uint32Array.from((await read("labels-idx1")).subarray(8));
  return { points, labels, count: labels.length };
}
