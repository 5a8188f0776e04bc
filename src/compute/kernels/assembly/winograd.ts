// 3 x 3 convolution with stride 1 by Winograd's F(4 x 4, 3 x 3), with a quarter of the products. Tiles
// are transformed in blocks, so that intermediate values stay in the L2 cache; for each of 36 points, a
// block is one product, tiles x channels by channels x filters. An output pixel depends on its tile
// alone, not on the block.

import { zeroFloats } from "./simd";
import { Geometry } from "./geometry";
import { packBias, PANEL, wholePanels } from "./panels";
import { rowsByPanel } from "./rows";
import { listRows, WIDE } from "./tile_block";
import { wideListed } from "./wide";
import { BLOCK, inputBlock, inputImageFloats, tilesAlong } from "./winograd_blocks";
import { kernelTile, LINES, outputTile, POINTS, TILE, tileFloats } from "./winograd_tiles";

/**
 * Whether the transform is applicable, and needs less than half the products of a plain convolution.
 *
 * @param height rows of the result: y or dx
 * @param width columns of the result
 */
export function winogradFits(geometry: Geometry, height: i32, width: i32): bool {
  const channels = geometry.channels, filters = geometry.filters;
  return geometry.kernelHeight == 3 && geometry.kernelWidth == 3 && geometry.stride == 1 &&
    channels % 4 == 0 && filters % 4 == 0 && channels >= 8 && filters >= 8 &&
    2 * POINTS * tilesAlong(height) * tilesAlong(width) < 9 * height * width;
}

/** Floats of scratch that `winograd` needs. */
export function winogradScratchFloats(
  channels: i32,
  filters: i32,
  outHeight: i32,
  outWidth: i32,
): i32 {
  const columns = wholePanels(filters);
  return LINES + columns + POINTS * channels * columns +
    inputImageFloats(channels, outHeight, outWidth) +
    BLOCK * (tileFloats(channels) + tileFloats(columns));
}

/** Transforms the filters: for each point, panels of `channels` rows. */
function transformKernels(
  w: usize,
  channels: i32,
  filters: i32,
  kernels: usize,
  lines: usize,
): void {
  const columns = wholePanels(filters);
  const tap = <usize> (channels * filters) << 2, point = <usize> (channels * columns) << 2;
  for (let c: i32 = 0; c < channels; c++) {
    for (let f: i32 = 0; f < filters; f += 4) {
      const to = kernels + <usize> ((f >> 3) * channels + c) * 32 + (<usize> (f & 4) << 2);
      kernelTile(w + (<usize> (c * filters + f) << 2), tap, to, point, lines);
    }
  }
}

/**
 * y = epilogue(x * w + bias), for the shapes of conv2d.ts.
 *
 * @param block the block of the tile kernels, or 0 to do without them
 */
export function winograd(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  geometry: Geometry,
  epilogue: i32,
  scratch: usize,
  block: usize,
): void {
  const channels = geometry.channels, filters = geometry.filters, columns = wholePanels(filters);
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth;
  const across = tilesAlong(outWidth), perImage = tilesAlong(outHeight) * across;
  const imageFloats = inputImageFloats(channels, outHeight, outWidth);
  const lines = scratch, sums = packBias(bias, filters, scratch + (LINES << 2));
  const kernels = scratch + (<usize> (LINES + columns) << 2);
  const image = kernels + (<usize> (POINTS * channels * columns) << 2);
  const inputs = image + (<usize> imageFloats << 2);
  const inputBytes = <usize> tileFloats(channels) << 2,
    outputBytes = <usize> tileFloats(columns) << 2;
  const outputs = inputs + <usize> BLOCK * inputBytes;
  const pixel = <usize> channels << 2;
  const outPixel = <usize> filters << 2, outRow = <usize> outWidth * outPixel;
  const panelBytes = <usize> channels * 32, outPoint = <usize> columns << 2;

  transformKernels(w, channels, filters, kernels, lines);
  zeroFloats(image, imageFloats);
  const total = geometry.batch * perImage;
  for (let start: i32 = 0; start < total; start += BLOCK) {
    const count = min(BLOCK, total - start);
    inputBlock(x, geometry, start, count, image, inputs);
    let panel = kernels;
    if (block) listRows(count, inputs, inputBytes, block);
    for (let p: i32 = 0; p < POINTS; p++) {
      const a = inputs + <usize> p * pixel, c = outputs + <usize> p * outPoint;
      let f: i32 = 0;
      for (; block && f + WIDE <= columns; f += WIDE) {
        const to = c + (<usize> f << 2);
        wideListed(count, 1, channels, a - inputs, 0, panel, panelBytes, 0, to, outputBytes, block);
        panel += 2 * panelBytes;
      }
      for (; f < columns; f += PANEL) {
        const to = c + (<usize> f << 2);
        rowsByPanel(
          count,
          count,
          0,
          0,
          1,
          channels,
          a,
          inputBytes,
          0,
          panel,
          0,
          to,
          outputBytes,
          PANEL,
          0,
        );
        panel += panelBytes;
      }
    }
    for (let i: i32 = 0; i < count; i++) {
      const n = (start + i) / perImage, tile = (start + i) % perImage;
      const row = tile / across * TILE, column = tile % across * TILE;
      outputTile(
        outputs + <usize> i * outputBytes,
        outPoint,
        filters,
        sums,
        epilogue,
        y + <usize> (n * outHeight + row) * outRow + <usize> column * outPixel,
        outRow,
        min(TILE, outHeight - row),
        min(TILE, outWidth - column),
      );
    }
  }
}
