/** PNG samples: packed bits to one array element per sample, palettes and `tRNS`. */

import type { Samples } from "./image.ts";

/** One pass of an interlaced image, or the whole image. */
export interface PngPass {
  /** Offset of the first row. */
  readonly start: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes per row, without the filter byte. */
  readonly rowBytes: number;
  /** First column and row in the image, and the steps. */
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
}

/** Writes unfiltered samples to the image, scaled to 0..255 if they have less than 8 bits. */
export function placeSamples(
  raw: Uint8Array,
  { start, columns, rows, rowBytes, x0, y0, dx, dy }: PngPass,
  depth: number,
  isIndex: boolean,
  out: Samples,
  width: number,
  channels: number,
): void {
  const mask = (1 << depth) - 1;
  const factor = !isIndex && depth < 8 ? 255 / mask : 1;
  for (let row = 0; row < rows; row++) {
    const from = start + row * rowBytes;
    let to = ((y0 + row * dy) * width + x0) * channels;
    let sample = 0;
    for (let column = 0; column < columns; column++, to += dx * channels) {
      for (let c = 0; c < channels; c++, sample++) {
        if (depth === 8) {
          out[to + c] = raw[from + sample] as number;
        } else if (depth === 16) {
          const i = from + 2 * sample;
          out[to + c] = ((raw[i] as number) << 8) | (raw[i + 1] as number);
        } else {
          const bit = sample * depth;
          const byte = raw[from + (bit >> 3)] as number;
          out[to + c] = ((byte >> (8 - depth - (bit & 7))) & mask) * factor;
        }
      }
    }
  }
}

/** Colours of palette indices, with alpha if the palette has it; undefined if one is beyond it. */
export function applyPalette(
  indices: Samples,
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
): { channels: 3 | 4; data: Uint8Array } | undefined {
  const colours = Math.floor(palette.length / 3);
  const channels = alpha === undefined ? 3 : 4;
  const data = new Uint8Array(indices.length * channels);
  for (let i = 0, to = 0; i < indices.length; i++, to += channels) {
    const index = indices[i] as number;
    if (index >= colours) return undefined;
    data[to] = palette[3 * index] as number;
    data[to + 1] = palette[3 * index + 1] as number;
    data[to + 2] = palette[3 * index + 2] as number;
    if (alpha !== undefined) data[to + 3] = alpha[index] ?? 255;
  }
  return { channels, data };
}

/** Adds an alpha channel: 0 for the transparent colour, else white. */
export function applyTransparentColour(
  samples: Samples,
  channels: 1 | 3,
  depth: number,
  chunk: Uint8Array,
): Samples | undefined {
  if (chunk.length < 2 * channels) return undefined;
  const mask = (1 << depth) - 1;
  const factor = depth < 8 ? 255 / mask : 1;
  const key: number[] = [];
  for (let c = 0; c < channels; c++) {
    key.push(((((chunk[2 * c] as number) << 8) | (chunk[2 * c + 1] as number)) & mask) * factor);
  }
  const pixels = samples.length / channels;
  const size = pixels * (channels + 1);
  const data = depth === 16 ? new Uint16Array(size) : new Uint8Array(size);
  const opaque = depth === 16 ? 65535 : 255;
  for (let i = 0, to = 0; i < samples.length; i += channels, to += channels + 1) {
    let same = true;
    for (let c = 0; c < channels; c++) {
      const sample = samples[i + c] as number;
      data[to + c] = sample;
      same &&= sample === key[c];
    }
    data[to + channels] = same ? 0 : opaque;
  }
  return data;
}
