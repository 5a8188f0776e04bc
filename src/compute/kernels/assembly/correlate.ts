// Correlation of an image that needs no border any more with packed kernels: what forward
// convolution and the gradient for the input both come down to.

import { PANEL } from "./panels";
import { rowsByPanel } from "./rows";
import { rowsByVector } from "./dots";

/**
 * y (i, j) = sum over the window at (i, j) times the kernels, + bias, finished as asked.
 *
 * @param image the window of pixel (0, 0) of y starts here
 * @param imageRow bytes from one row of the image to the next
 * @param down bytes between the windows of pixels below one another
 * @param right bytes between the windows of pixels beside one another
 * @param runs rows of a window
 * @param run floats of one such row
 * @param kernels panels of runs * run rows; for one filter, that column alone
 * @param filters the length of y's pixels
 * @param bias packed by `packBias`, or 0
 * @param yRow bytes from one row of y to the next
 * @param yPixel bytes from one pixel of y to the next
 */
export function correlate(
  image: usize,
  imageRow: usize,
  down: usize,
  right: usize,
  runs: i32,
  run: i32,
  kernels: usize,
  filters: i32,
  bias: usize,
  y: usize,
  yRow: usize,
  yPixel: usize,
  outHeight: i32,
  outWidth: i32,
  epilogue: i32,
): void {
  const jump = imageRow - (<usize> run << 2);
  if (filters == 1) {
    const start = bias ? load<f32>(bias) : 0;
    for (let i: i32 = 0; i < outHeight; i++) {
      rowsByVector(outWidth, runs, run, image, right, jump, kernels, start, y, yPixel, epilogue);
      image += down;
      y += yRow;
    }
    return;
  }
  const panelBytes = <usize> (runs * run) * 32;
  for (let f: i32 = 0; f < filters; f += PANEL) {
    const columns = min(PANEL, filters - f);
    const sums = bias ? bias + (<usize> f << 2) : 0;
    rowsByPanel(
      outHeight * outWidth,
      outWidth,
      down - <usize> outWidth * right,
      yRow - <usize> outWidth * yPixel,
      runs,
      run,
      image,
      right,
      jump,
      kernels,
      sums,
      y + (<usize> f << 2),
      yPixel,
      columns,
      epilogue,
    );
    kernels += panelBytes;
  }
}
