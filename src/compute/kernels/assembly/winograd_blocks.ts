// The tiles of Winograd's convolutions, in blocks: the tiles of all images are numbered row by row. An
// image is padded when its first tile is requested, so that tiles must be requested in order.

import { Geometry } from "./geometry";
import { placeImage } from "./images";
import { wholePanels } from "./panels";
import { inputTile, outputGradientTile, TILE, tileFloats } from "./winograd_tiles";

/** Tiles per block: a multiple of the six rows of a product; fewer or more are not faster. */
export const BLOCK: i32 = 48;

/** Tiles along an axis. */
// @ts-ignore: decorator
@inline
export function tilesAlong(size: i32): i32 {
  return (size + TILE - 1) / TILE;
}

/** Floats of a padded image of x that covers whole tiles of y. */
// @ts-ignore: decorator
@inline
export function inputImageFloats(channels: i32, outHeight: i32, outWidth: i32): i32 {
  return (tilesAlong(outHeight) * TILE + 2) * (tilesAlong(outWidth) * TILE + 2) * channels;
}

/** Floats of an image of dy, padded to whole tiles. */
// @ts-ignore: decorator
@inline
export function gradientImageFloats(filters: i32, outHeight: i32, outWidth: i32): i32 {
  return tilesAlong(outHeight) * TILE * tilesAlong(outWidth) * TILE * filters;
}

/** Transforms `count` tiles of x from tile `start`; `image` receives padded images. */
export function inputBlock(
  x: usize,
  geometry: Geometry,
  start: i32,
  count: i32,
  image: usize,
  inputs: usize,
): void {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const top = -geometry.padTop, left = -geometry.padLeft;
  const down = tilesAlong(geometry.outHeight), across = tilesAlong(geometry.outWidth);
  const perImage = down * across;
  const rows = down * TILE + 2, columns = across * TILE + 2;
  const pixel = <usize> channels << 2, imageRow = <usize> columns * pixel;
  const tileBytes = <usize> tileFloats(channels) << 2;
  let tile = start % perImage;
  for (let i = start; i < start + count; i++) {
    if (tile == 0) {
      const source = x + <usize> (i / perImage * height * width) * pixel;
      placeImage(source, height, width, channels, top, left, image, rows, columns);
    }
    const row = tile / across, column = tile - row * across;
    const window = image + <usize> (row * TILE) * imageRow + <usize> (column * TILE) * pixel;
    inputTile(window, imageRow, channels, inputs);
    inputs += tileBytes;
    if (++tile == perImage) tile = 0;
  }
}

/** Transforms `count` tiles of dy from tile `start`; `image` receives padded images. */
export function outputGradientBlock(
  dy: usize,
  geometry: Geometry,
  start: i32,
  count: i32,
  image: usize,
  outputs: usize,
): void {
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const down = tilesAlong(outHeight), across = tilesAlong(outWidth);
  const perImage = down * across;
  const rows = down * TILE, columns = across * TILE;
  const pixel = <usize> filters << 2, imageRow = <usize> columns * pixel;
  const point = <usize> wholePanels(filters) << 2;
  const tileBytes = <usize> tileFloats(wholePanels(filters)) << 2;
  let tile = start % perImage;
  for (let i = start; i < start + count; i++) {
    if (tile == 0) {
      const source = dy + <usize> (i / perImage * outHeight * outWidth) * pixel;
      placeImage(source, outHeight, outWidth, filters, 0, 0, image, rows, columns);
    }
    const row = tile / across, column = tile - row * across;
    const window = image + <usize> (row * TILE) * imageRow + <usize> (column * TILE) * pixel;
    outputGradientTile(window, imageRow, filters, point, outputs);
    outputs += tileBytes;
    if (++tile == perImage) tile = 0;
  }
}
