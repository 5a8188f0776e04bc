// The gradient of a convolution for its filters: for each tap of the kernel, the sum over all
// pixels of the input under that tap times dy. Nothing is copied but the border: the taps of one
// row of the kernel are neighbours in memory, so that they are rows of one product. For a single
// filter (the last layer of a network of grey images) a panel of dy would be zeros but for one
// column; there the taps take the place of the panel.

import { zeroFloats } from "./simd";
import { ACCUMULATE } from "./finish";
import { packPanels, PANEL, wholePanels } from "./panels";
import { placeImage } from "./images";
import { columnsByPanel } from "./columns";
import { winogradFits } from "./winograd";
import {
  winogradFilterGradient,
  winogradFilterGradientScratchFloats,
} from "./winograd_filter_gradient";

/** Floats of scratch that `conv2dFilterGradient` needs. */
export function conv2dFilterGradientScratchFloats(
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  filters: i32,
  stride: i32,
  padTop: i32,
  padLeft: i32,
): i32 {
  if (winogradFits(kernelHeight, kernelWidth, stride, channels, filters, outHeight, outWidth)) {
    return winogradFilterGradientScratchFloats(channels, filters, outHeight, outWidth);
  }
  const rows = (outHeight - 1) * stride + kernelHeight;
  const columns = (outWidth - 1) * stride + kernelWidth;
  return rows * columns * channels + outHeight * outWidth * wholePanels(filters);
}

/** dw from x and dy. */
export function conv2dFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  filters: i32,
  stride: i32,
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  if (winogradFits(kernelHeight, kernelWidth, stride, channels, filters, outHeight, outWidth)) {
    winogradFilterGradient(
      x,
      dy,
      dw,
      batch,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      filters,
      padTop,
      padLeft,
      scratch,
    );
    return;
  }
  const rows = (outHeight - 1) * stride + kernelHeight;
  const columns = (outWidth - 1) * stride + kernelWidth;
  const inside = padTop == 0 && padLeft == 0 && rows <= height && columns <= width;
  if (!inside) zeroFloats(scratch, rows * columns * channels);
  const panels = scratch + (<usize> (rows * columns * channels) << 2);
  const pixels = outHeight * outWidth;
  const aligned = (filters & (PANEL - 1)) == 0;
  const pixel = <usize> channels << 2;
  const imageRow = <usize> (inside ? width : columns) * pixel;
  const step = <usize> stride * pixel;
  const bStep: usize = aligned ? <usize> filters << 2 : 32;
  const bPanel: usize = aligned ? 32 : <usize> pixels * 32;
  const run = kernelWidth * channels;
  const wRow = <usize> filters << 2;
  const down = <usize> stride * imageRow - <usize> outWidth * step;
  const single = filters == 1 && (run & (PANEL - 1)) == 0;
  for (let n: i32 = 0; n < batch; n++) {
    const finish = n > 0 ? ACCUMULATE : 0;
    if (!inside) placeImage(x, height, width, channels, -padTop, -padLeft, scratch, rows, columns);
    if (!aligned && !single) packPanels(dy, wRow, 4, pixels, filters, panels, bPanel);
    const image = inside ? x : scratch;
    const gradient = aligned ? dy : panels;
    for (let i: i32 = 0; i < kernelHeight; i++) {
      const taps = image + <usize> i * imageRow;
      for (let t: i32 = 0; single && t < run; t += PANEL) {
        const from = taps + (<usize> t << 2), to = dw + (<usize> (i * run + t) << 2);
        columnsByPanel(1, outHeight, outWidth, dy, 4, 0, from, step, down, 0, to, 0, PANEL, finish);
      }
      for (let f: i32 = 0; !single && f < filters; f += PANEL) {
        columnsByPanel(
          run,
          outHeight,
          outWidth,
          taps,
          step,
          down,
          gradient + <usize> (f >> 3) * bPanel,
          bStep,
          0,
          0,
          dw + (<usize> (i * run * filters + f) << 2),
          wRow,
          min(PANEL, filters - f),
          finish,
        );
      }
    }
    x += <usize> (height * width) * pixel;
    dy += <usize> pixels * wRow;
  }
}
