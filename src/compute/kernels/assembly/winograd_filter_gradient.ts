// The gradient for the filters of a 3 x 3 convolution with stride 1, by Winograd's transforms: with
// x and dy transformed a block of tiles at a time, each of 36 points is one product, channels x
// tiles by tiles x filters, summed over the blocks; the sums are transformed back once. What is in
// the columns that fill up the last panel stays in them, so that nobody clears them; so it is in
// winograd.ts.

import { zeroFloats } from "./simd";
import { ACCUMULATE } from "./finish";
import { PANEL, wholePanels } from "./panels";
import { placeImage } from "./images";
import { columnsByPanel } from "./columns";
import { BLOCK, tilesAlong } from "./winograd";
import {
  inputTile,
  kernelGradientTile,
  LINES,
  outputGradientTile,
  POINTS,
  TILE,
  tileFloats,
} from "./winograd_tiles";

/** Floats of scratch that `winogradFilterGradient` needs. */
export function winogradFilterGradientScratchFloats(
  channels: i32,
  filters: i32,
  outHeight: i32,
  outWidth: i32,
): i32 {
  const columns = wholePanels(filters);
  const rows = tilesAlong(outHeight) * TILE, width = tilesAlong(outWidth) * TILE;
  return LINES + POINTS * channels * columns + (rows + 2) * (width + 2) * channels +
    rows * width * filters + BLOCK * (tileFloats(channels) + tileFloats(columns));
}

/** dw from x and dy; the shapes of conv2d.ts. */
export function winogradFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filters: i32,
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  const columns = wholePanels(filters);
  const down = tilesAlong(outHeight), across = tilesAlong(outWidth), perImage = down * across;
  const rows = down * TILE, rowPixels = across * TILE;
  const sums = scratch + (LINES << 2);
  const image = sums + (<usize> (POINTS * channels * columns) << 2);
  const gradient = image + (<usize> ((rows + 2) * (rowPixels + 2) * channels) << 2);
  const inputs = gradient + (<usize> (rows * rowPixels * filters) << 2);
  const inputBytes = <usize> tileFloats(channels) << 2,
    outputBytes = <usize> tileFloats(columns) << 2;
  const outputs = inputs + <usize> BLOCK * inputBytes;
  const pixel = <usize> channels << 2, imageRow = <usize> (rowPixels + 2) * pixel;
  const outPixel = <usize> filters << 2, outRow = <usize> rowPixels * outPixel;
  const outPoint = <usize> columns << 2, sumsPoint = <usize> channels * outPoint;

  zeroFloats(image, (rows + 2) * (rowPixels + 2) * channels);
  zeroFloats(gradient, rows * rowPixels * filters);
  const total = batch * perImage;
  let placed: i32 = -1;
  for (let start: i32 = 0; start < total; start += BLOCK) {
    const count = min(BLOCK, total - start);
    for (let i: i32 = 0; i < count; i++) {
      const n = (start + i) / perImage, tile = (start + i) % perImage;
      if (n != placed) {
        const source = x + <usize> (n * height * width) * pixel;
        placeImage(
          source,
          height,
          width,
          channels,
          -padTop,
          -padLeft,
          image,
          rows + 2,
          rowPixels + 2,
        );
        const from = dy + <usize> (n * outHeight * outWidth) * outPixel;
        placeImage(from, outHeight, outWidth, filters, 0, 0, gradient, rows, rowPixels);
        placed = n;
      }
      const row = <usize> (tile / across * TILE), column = <usize> (tile % across * TILE);
      const window = image + row * imageRow + column * pixel;
      inputTile(window, imageRow, channels, inputs + <usize> i * inputBytes);
      const outputs4 = gradient + row * outRow + column * outPixel;
      const to = outputs + <usize> i * outputBytes;
      outputGradientTile(outputs4, outRow, filters, outPoint, to);
    }
    const finish = start > 0 ? ACCUMULATE : 0;
    for (let p: i32 = 0; p < POINTS; p++) {
      const a = inputs + <usize> p * pixel, b = outputs + <usize> p * outPoint;
      const c = sums + <usize> p * sumsPoint;
      for (let f: i32 = 0; f < columns; f += PANEL) {
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
          finish,
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
