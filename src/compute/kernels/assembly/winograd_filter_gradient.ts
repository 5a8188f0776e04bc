// The filter gradient of a 3 x 3 convolution with stride 1, by Winograd's transforms: with x and dy
// transformed in blocks of tiles, each of 36 points is one product, channels x tiles by tiles x
// filters, summed over the blocks; the sums are transformed back once. The padding columns of the last
// panel hold unspecified values that do not affect the others; likewise in winograd.ts.

import { zeroFloats } from "./simd";
import { columnsByPanel } from "./columns";
import { ACCUMULATE } from "./epilogue";
import { Geometry } from "./geometry";
import { PANEL, wholePanels } from "./panels";
import { WIDE } from "./tile_block";
import { packA } from "./tile_panels";
import { wideColumns } from "./wide";
import {
  BLOCK,
  gradientImageFloats,
  inputBlock,
  inputImageFloats,
  outputGradientBlock,
  tilesAlong,
} from "./winograd_blocks";
import { kernelGradientTile, LINES, POINTS, tileFloats } from "./winograd_tiles";

/** Floats of scratch that `winogradFilterGradient` needs. */
export function winogradFilterGradientScratchFloats(geometry: Geometry): i32 {
  const channels = geometry.channels, filters = geometry.filters, columns = wholePanels(filters);
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth;
  return LINES + POINTS * channels * columns + inputImageFloats(channels, outHeight, outWidth) +
    gradientImageFloats(filters, outHeight, outWidth) +
    BLOCK * (tileFloats(channels) + tileFloats(columns)) + channels * BLOCK;
}

/**
 * Computes dw from x and dy, for the shapes of conv2d.ts.
 *
 * @param block the block of the tile kernels, or 0 to do without them
 */
export function winogradFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: Geometry,
  scratch: usize,
  block: usize,
): void {
  const channels = geometry.channels, filters = geometry.filters, columns = wholePanels(filters);
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth;
  const imageFloats = inputImageFloats(channels, outHeight, outWidth);
  const gradientFloats = gradientImageFloats(filters, outHeight, outWidth);
  const sums = scratch + (LINES << 2);
  const image = sums + (<usize> (POINTS * channels * columns) << 2);
  const gradient = image + (<usize> imageFloats << 2);
  const inputs = gradient + (<usize> gradientFloats << 2);
  const inputBytes = <usize> tileFloats(channels) << 2,
    outputBytes = <usize> tileFloats(columns) << 2;
  const outputs = inputs + <usize> BLOCK * inputBytes;
  const packed = outputs + <usize> BLOCK * outputBytes;
  const pixel = <usize> channels << 2;
  const outPoint = <usize> columns << 2, sumsPoint = <usize> channels * outPoint;

  zeroFloats(image, imageFloats + gradientFloats);
  const total = geometry.batch * tilesAlong(outHeight) * tilesAlong(outWidth);
  for (let start: i32 = 0; start < total; start += BLOCK) {
    const count = min(BLOCK, total - start);
    inputBlock(x, geometry, start, count, image, inputs);
    outputGradientBlock(dy, geometry, start, count, gradient, outputs);
    const epilogue = start > 0 ? ACCUMULATE : 0;
    for (let p: i32 = 0; p < POINTS; p++) {
      const a = inputs + <usize> p * pixel, b = outputs + <usize> p * outPoint;
      const c = sums + <usize> p * sumsPoint;
      let f: i32 = 0;
      if (block && columns >= WIDE) packA(a, inputBytes, count, count, channels, packed);
      for (; block && f + WIDE <= columns; f += WIDE) {
        const at = <usize> f << 2;
        wideColumns(
          channels,
          count,
          packed,
          b + at,
          outputBytes,
          c + at,
          outPoint,
          epilogue,
          block,
        );
      }
      for (; f < columns; f += PANEL) {
        const at = <usize> f << 2;
        columnsByPanel(
          channels,
          1,
          count,
          a,
          inputBytes,
          0,
          b + at,
          outputBytes,
          0,
          0,
          c + at,
          outPoint,
          PANEL,
          epilogue,
        );
      }
    }
  }
  const tap = <usize> (channels * filters) << 2;
  for (let c: i32 = 0; c < channels; c++) {
    for (let f: i32 = 0; f < filters; f += 4) {
      const from = sums + (<usize> (c * columns + f) << 2);
      kernelGradientTile(from, sumsPoint, dw + (<usize> (c * filters + f) << 2), tap, scratch);
    }
  }
}
