// The filter gradient of a convolution: for each kernel tap, the sum over all pixels under the tap
// times dy. Only the border is copied: taps of one kernel row are contiguous in memory and form the
// rows of one product. For a single filter (the last layer for grey images) a panel of dy would have
// one non-zero column; there the taps form the panel. Small images are summed several at a time: each
// sum over pixels is read and stored once for all of them.

import { zeroFloats } from "./simd";
import { Geometry } from "./geometry";
import { ACCUMULATE } from "./epilogue";
import { packPanels, PANEL, wholePanels } from "./panels";
import { placeImage } from "./images";
import { columnsByPanel } from "./columns";
import { WIDE } from "./tile_block";
import { packA } from "./tile_panels";
import { imagesTogether, wideColumns, wideFits } from "./wide";
import { winogradFits } from "./winograd";
import {
  winogradFilterGradient,
  winogradFilterGradientScratchFloats,
} from "./winograd_filter_gradient";

/** Floats of scratch that `conv2dFilterGradient` needs. */
export function conv2dFilterGradientScratchFloats(geometry: Geometry): i32 {
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth;
  if (winogradFits(geometry, outHeight, outWidth)) {
    return winogradFilterGradientScratchFloats(geometry);
  }
  const run = (geometry.kernelWidth * geometry.channels + 3) & ~3;
  const together = summedTogether(geometry);
  const placed = geometry.coveredRows * geometry.coveredColumns * geometry.channels;
  return together * (placed + outHeight * outWidth * (wholePanels(geometry.filters) + run));
}

/** How many images are summed together. */
// @ts-ignore: decorator
@inline
function summedTogether(geometry: Geometry): i32 {
  if (geometry.filters == 1) return 1;
  return imagesTogether(geometry.outHeight * geometry.outWidth, geometry.batch);
}

/** Computes dw from x and dy. */
export function conv2dFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: Geometry,
  scratch: usize,
  block: usize,
): void {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const kernelHeight = geometry.kernelHeight, kernelWidth = geometry.kernelWidth;
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const batch = geometry.batch, top = -geometry.padTop, left = -geometry.padLeft;
  if (winogradFits(geometry, outHeight, outWidth)) {
    winogradFilterGradient(x, dy, dw, geometry, scratch, block);
    return;
  }
  const rows = geometry.coveredRows, columns = geometry.coveredColumns, inside = geometry.inside;
  const together = summedTogether(geometry);
  if (!inside) zeroFloats(scratch, together * rows * columns * channels);
  const panels = scratch + (<usize> (together * rows * columns * channels) << 2);
  const pixels = outHeight * outWidth;
  const aligned = (filters & (PANEL - 1)) == 0;
  const pixel = <usize> channels << 2, xImage = <usize> (height * width) * pixel;
  const imageRow = <usize> (inside ? width : columns) * pixel;
  const placed = inside ? xImage : <usize> rows * imageRow;
  const step = <usize> geometry.stride * pixel;
  const run = kernelWidth * channels;
  const wRow = <usize> filters << 2;
  const down = <usize> geometry.stride * imageRow - <usize> outWidth * step;
  const packed = panels + (<usize> (together * pixels * wholePanels(filters)) << 2);
  const wide = block && aligned && wideFits(run) ? filters & ~(WIDE - 1) : 0;
  const single = filters == 1 && (run & (PANEL - 1)) == 0;
  for (let n: i32 = 0; n < batch; n += together) {
    const epilogue = n > 0 ? ACCUMULATE : 0;
    const images = min(together, batch - n), depth = images * pixels;
    const bStep: usize = aligned ? wRow : 32;
    const bPanel: usize = aligned ? 32 : <usize> depth * 32;
    for (let g: i32 = 0; !inside && g < images; g++) {
      const from = x + <usize> g * xImage, to = scratch + <usize> g * placed;
      placeImage(from, height, width, channels, top, left, to, rows, columns);
    }
    if (!aligned && !single) packPanels(dy, wRow, 4, depth, filters, panels, bPanel);
    const image = inside ? x : scratch;
    const gradient = aligned ? dy : panels;
    for (let i: i32 = 0; i < kernelHeight; i++) {
      const taps = image + <usize> i * imageRow;
      for (let t: i32 = 0; single && t < run; t += PANEL) {
        const from = taps + (<usize> t << 2), to = dw + (<usize> (i * run + t) << 2);
        columnsByPanel(1, outHeight, outWidth, dy, 4, 0, from, step, down, 0, to, 0, PANEL, epilogue);
      }
      for (let h: i32 = 0; (wide || together > 1) && h < images * outHeight; h++) {
        const row = taps + <usize> (h / outHeight) * placed +
          <usize> (h % outHeight * geometry.stride) * imageRow;
        packA(row, step, outWidth, depth, run, packed + (<usize> (h * outWidth) << 4));
      }
      for (let f: i32 = 0; f < wide; f += WIDE) {
        const to = dw + (<usize> (i * run * filters + f) << 2);
        const right = gradient + <usize> (f >> 3) * bPanel;
        wideColumns(run, depth, packed, right, bStep, to, wRow, epilogue, block);
      }
      for (let f: i32 = wide; !single && f < filters; f += PANEL) {
        const to = dw + (<usize> (i * run * filters + f) << 2), some = min(PANEL, filters - f);
        const right = gradient + <usize> (f >> 3) * bPanel;
        if (together == 1) {
          columnsByPanel(
            run,
            outHeight,
            outWidth,
            taps,
            step,
            down,
            right,
            bStep,
            0,
            0,
            to,
            wRow,
            some,
            epilogue,
          );
        }
        for (let t: i32 = 0; together > 1 && t < run; t += 4) {
          const four = packed + <usize> (t * depth) * 4, out = to + <usize> t * wRow;
          columnsByPanel(
            min(4, run - t),
            1,
            depth,
            four,
            16,
            0,
            right,
            bStep,
            0,
            0,
            out,
            wRow,
            some,
            epilogue,
          );
        }
      }
    }
    x += <usize> images * xImage;
    dy += <usize> depth * wRow;
  }
}
