// The input gradient of a convolution with stride 1 and no padding, by scattering (col2im): each pixel
// of dy adds its window to dx. Gathering the contributions of each pixel of dx would multiply mostly
// zeros around dy (15 x 15 pixels from 9 x 9 by a 7 x 7 kernel: 2.8 times the products). Per kernel
// row, this is a product of dy (pixels x filters) and filters x (kernel columns, channels), whose
// rows are added to dx, each offset by one pixel.

import { biasActivation } from "./activation";
import { ACCUMULATE } from "./epilogue";
import { Geometry } from "./geometry";
import { packPanels, PANEL, wholePanels } from "./panels";
import { rowsByPanel } from "./rows";
import { zeroFloats } from "./simd";

/** Whether scattering is applicable, and needs fewer products than gathering. */
export function scatterFits(geometry: Geometry): bool {
  const height = geometry.height, width = geometry.width;
  return geometry.stride == 1 && geometry.padTop == 0 && geometry.padLeft == 0 &&
    height == geometry.coveredRows && width == geometry.coveredColumns &&
    4 * height * width > 5 * geometry.outHeight * geometry.outWidth;
}

/** Floats of scratch that `conv2dScatter` needs. */
export function scatterScratchFloats(geometry: Geometry): i32 {
  return geometry.kernelHeight * geometry.filters *
    wholePanels(geometry.kernelWidth * geometry.channels);
}

/** dx = activation(input gradient + bias), for the shapes of conv2d.ts. */
export function conv2dScatter(
  dy: usize,
  w: usize,
  bias: usize,
  dx: usize,
  geometry: Geometry,
  activation: i32,
  scratch: usize,
): void {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const kernelHeight = geometry.kernelHeight, run = geometry.kernelWidth * channels;
  const pixel = <usize> channels << 2, row = <usize> width * pixel;
  const panelBytes = <usize> filters * 32, outPixel = <usize> filters << 2;
  const kernelRow = <usize> (run * filters) << 2;
  const packedRow = <usize> (wholePanels(run) * filters) << 2;
  for (let i: i32 = 0; i < kernelHeight; i++) {
    const from = w + <usize> i * kernelRow, to = scratch + <usize> i * packedRow;
    packPanels(from, 4, outPixel, filters, run, to, panelBytes);
  }
  for (let n: i32 = geometry.batch; n > 0; n--) {
    zeroFloats(dx, height * width * channels);
    for (let i: i32 = 0; i < kernelHeight; i++) {
      let panel = scratch + <usize> i * packedRow;
      for (let c: i32 = 0; c < run; c += PANEL) {
        rowsByPanel(
          outHeight * outWidth,
          outWidth,
          0,
          row - <usize> outWidth * pixel,
          1,
          filters,
          dy,
          outPixel,
          0,
          panel,
          0,
          dx + <usize> i * row + (<usize> c << 2),
          pixel,
          min(PANEL, run - c),
          ACCUMULATE,
        );
        panel += panelBytes;
      }
    }
    if (bias || activation) biasActivation(dx, bias, height * width, channels, activation);
    dy += <usize> (outHeight * outWidth) * outPixel;
    dx += <usize> height * row;
  }
}
