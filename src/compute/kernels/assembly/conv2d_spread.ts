// The transposed convolution that ends many decoders: 4 x 4, stride 2, padding 1, to one channel. Each
// pixel of dy times all taps is one product; a pixel of dx is the sum of the four of these that fall on it.
// Gathering them by phases, as conv2d_input_gradient.ts does, has too short sums for tiles, and a single
// column.

import { Geometry } from "./geometry";
import { epilogueOf, RELU } from "./epilogue";
import { packPanels, PANEL } from "./panels";
import { rowsByPanel } from "./rows";
import { listRows, ROWS_LISTED } from "./tile_block";
import { wideListed } from "./wide";

/** Taps of the kernel, and floats per pixel of the product. */
const TAPS: i32 = 16;
/** Bytes of the taps of one row of the kernel, and of all. */
const ROW_BYTES: usize = 16, PIXEL_BYTES: usize = 64;

/** Whether the transform is applicable. */
export function spreadFits(geometry: Geometry): bool {
  return geometry.channels == 1 && geometry.stride == 2 &&
    geometry.kernelHeight == 4 && geometry.kernelWidth == 4 &&
    geometry.padTop == 1 && geometry.padLeft == 1 &&
    geometry.height == 2 * geometry.outHeight && geometry.width == 2 * geometry.outWidth;
}

/** Floats of scratch that `conv2dSpread` needs. */
export function spreadScratchFloats(geometry: Geometry): i32 {
  return TAPS * (geometry.filters + geometry.outHeight * geometry.outWidth);
}

/** The taps of a row of the kernel for a pixel, or zeros outside. */
// @ts-ignore: decorator
@inline
function taps(at: usize, inside: bool): v128 {
  return inside ? v128.load(at) : f32x4.splat(0);
}

/**
 * A row of dx, from the products of two rows of dy.
 *
 * @param near products of the row of dy whose windows begin one row above, at the taps of this row of dx
 * @param far the same of the other row; 0 outside
 */
function spreadRow(near: usize, far: usize, width: i32, bias: v128, least: v128, dx: usize): void {
  let before = f32x4.splat(0), here = f32x4.add(v128.load(near), taps(far, far != 0));
  for (let j: i32 = 0; j < width; j++) {
    near += PIXEL_BYTES;
    if (far) far += PIXEL_BYTES;
    const inside = j + 1 < width;
    const after = f32x4.add(taps(near, inside), taps(far, inside && far != 0));
    // Column 2j has tap 1 of pixel j and tap 3 of j - 1, column 2j + 1 tap 2 of j and tap 0 of j + 1.
    const sums = f32x4.add(
      v128.shuffle<f32>(here, here, 1, 2, 1, 2),
      v128.shuffle<f32>(before, after, 3, 4, 3, 4),
    );
    v128.store64_lane(dx, f32x4.pmax(f32x4.add(sums, bias), least), 0);
    dx += 8;
    before = here;
    here = after;
  }
}

/** dx = activation(input gradient + bias), for the shapes of conv2d.ts. */
export function conv2dSpread(
  dy: usize,
  w: usize,
  bias: usize,
  dx: usize,
  geometry: Geometry,
  activation: i32,
  scratch: usize,
  block: usize,
): void {
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const pixels = outHeight * outWidth, pixel = <usize> filters << 2;
  const start = f32x4.splat(bias ? load<f32>(bias) : 0);
  const least = f32x4.splat(epilogueOf(activation) & RELU ? 0 : -Infinity);
  const panelBytes = <usize> filters * 32;
  const products = scratch + (<usize> (TAPS * filters) << 2);
  const productRow = <usize> outWidth * PIXEL_BYTES, row = <usize> geometry.width << 2;
  packPanels(w, 4, pixel, filters, TAPS, scratch, panelBytes);
  for (let n: i32 = geometry.batch; n > 0; n--) {
    for (let i: i32 = 0; i < pixels; i += ROWS_LISTED) {
      const rows = min(ROWS_LISTED, pixels - i);
      const from = dy + <usize> i * pixel, to = products + <usize> i * PIXEL_BYTES;
      if (block) {
        listRows(rows, from, pixel, block);
        wideListed(rows, 1, filters, 0, 0, scratch, panelBytes, 0, to, PIXEL_BYTES, block);
        continue;
      }
      for (let p: usize = 0; p < 2; p++) {
        const panel = scratch + p * panelBytes, half = to + 32 * p;
        rowsByPanel(rows, rows, 0, 0, 1, filters, from, pixel, 0, panel, 0, half, PIXEL_BYTES, PANEL, 0);
      }
    }
    for (let i: i32 = 0; i < outHeight; i++) {
      // Row 2i has tap 1 of row i and tap 3 of i - 1, row 2i + 1 tap 2 of i and tap 0 of i + 1.
      const at = products + <usize> i * productRow;
      const above = i > 0 ? at - productRow + 3 * ROW_BYTES : 0;
      const below = i + 1 < outHeight ? at + productRow : 0;
      spreadRow(at + ROW_BYTES, above, outWidth, start, least, dx);
      spreadRow(at + 2 * ROW_BYTES, below, outWidth, start, least, dx + row);
      dx += 2 * row;
    }
    dy += <usize> pixels * pixel;
  }
}
