// Correlation of a padded image with packed kernels: the core of forward convolution and of the
// input gradient.

import { PANEL } from "./panels";
import { rowsByPanel } from "./rows";
import { rowsByVector } from "./dots";
import { WIDE } from "./tile_block";
import { wideFits, widePixels } from "./wide";

/**
 * y (i, j) = epilogue(sum over the window at (i, j) times the kernels + bias), of each image.
 *
 * @param images number of images
 * @param image start of the window of pixel (0, 0) of y, of the first
 * @param next bytes from an image to the next
 * @param imageRow bytes between rows of the image
 * @param down bytes between windows of vertical neighbours
 * @param right bytes between windows of horizontal neighbours
 * @param runs rows of a window
 * @param run floats per window row
 * @param kernels panels of runs * run rows; for one filter, a single column
 * @param filters floats per pixel of y
 * @param bias packed by `packBias`, or 0
 * @param yNext bytes from an image of y to the next
 * @param yRow bytes between rows of y
 * @param yPixel bytes between pixels of y
 * @param block the block of the tile kernels, or 0 to do without them
 */
export function correlate(
  images: i32,
  image: usize,
  next: usize,
  imageRow: usize,
  down: usize,
  right: usize,
  runs: i32,
  run: i32,
  kernels: usize,
  filters: i32,
  bias: usize,
  y: usize,
  yNext: usize,
  yRow: usize,
  yPixel: usize,
  outHeight: i32,
  outWidth: i32,
  epilogue: i32,
  block: usize,
): void {
  const jump = imageRow - (<usize> run << 2);
  if (filters == 1) {
    const start = bias ? load<f32>(bias) : 0;
    for (let n: i32 = 0; n < images; n++) {
      let from = image + <usize> n * next, to = y + <usize> n * yNext;
      for (let i: i32 = 0; i < outHeight; i++) {
        rowsByVector(outWidth, runs, run, from, right, jump, kernels, start, to, yPixel, epilogue);
        from += down;
        to += yRow;
      }
    }
    return;
  }
  const panelBytes = <usize> (runs * run) * 32;
  let f: i32 = 0;
  for (; block && runs && wideFits(run) && f + WIDE <= filters; f += WIDE) {
    const at = <usize> f << 2;
    widePixels(
      images,
      image,
      next,
      down,
      right,
      runs,
      run,
      imageRow,
      kernels,
      panelBytes,
      bias ? bias + at : 0,
      y + at,
      yNext,
      yRow,
      yPixel,
      outHeight,
      outWidth,
      epilogue,
      block,
    );
    kernels += 2 * panelBytes;
  }
  for (; f < filters; f += PANEL) {
    const columns = min(PANEL, filters - f);
    const sums = bias ? bias + (<usize> f << 2) : 0;
    for (let n: i32 = 0; n < images; n++) {
      rowsByPanel(
        outHeight * outWidth,
        outWidth,
        down - <usize> outWidth * right,
        yRow - <usize> outWidth * yPixel,
        runs,
        run,
        image + <usize> n * next,
        right,
        jump,
        kernels,
        sums,
        y + <usize> n * yNext + (<usize> f << 2),
        yPixel,
        columns,
        epilogue,
      );
    }
    kernels += panelBytes;
  }
}
