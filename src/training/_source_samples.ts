/** The range that samples of a source have, in the source's own units. */

import type { Image } from "../images/mod.ts";

/** The least and the greatest of some numbers. */
export interface SampleRange {
  /** The least. */
  readonly low: number;
  /** The greatest. */
  readonly high: number;
}

/** Part of the depth below which the range used counts as small: 14 of 16 bits are less. */
const SMALL_PART = 1 / 4;

/** Collects the range of the images of a source. */
export class SourceSamples {
  #low = Infinity;
  #high = -Infinity;
  /** The white of all images; NaN where it differs, or where there are floats. */
  #white: number | undefined;

  /** Takes the samples of an image, without alpha. */
  add({ data, channels, white }: Pick<Image, "data" | "channels" | "white">): void {
    const colours = channels === 2 || channels === 4 ? channels - 1 : channels;
    let low = this.#low, high = this.#high;
    for (let i = 0; i < data.length; i += channels) {
      for (let c = i; c < i + colours; c++) {
        const value = data[c]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    this.#low = low;
    this.#high = high;
    const depth = data instanceof Float32Array ? NaN : white;
    this.#white = this.#white === undefined || this.#white === depth ? depth : NaN;
  }

  /** The range so far. */
  get range(): SampleRange {
    return { low: this.#low, high: this.#high };
  }

  /** The white of integer images that use a small part of their depth; else undefined. */
  get unusedDepth(): number | undefined {
    const { low, high } = this.range, white = this.#white ?? NaN;
    return high > low && high - low < white * SMALL_PART ? white : undefined;
  }
}

/** The range of numbers, NaN left out; infinite the wrong way round if there are none. */
export function rangeOf(values: Float32Array): SampleRange {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** A number for a message, with up to 6 digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
