// Padded images, so that every window of a convolution lies within. Few images at a time are copied to
// scratch, where they stay in cache while their windows are read.

import { copyFloats } from "./simd";

/**
 * Copies an image [height, width, channels] into a larger or smaller one whose pixel (0, 0) is pixel
 * (top, left) of the source. Pixels outside the source keep their values: zeros, set once.
 */
export function placeImage(
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  target: usize,
  targetHeight: i32,
  targetWidth: i32,
): void {
  const from = max(0, left), to = min(width, left + targetWidth);
  if (to <= from) return;
  const last = min(height, top + targetHeight);
  for (let row = max(0, top); row < last; row++) {
    copyFloats(
      target + (<usize> (((row - top) * targetWidth + from - left) * channels) << 2),
      source + (<usize> ((row * width + from) * channels) << 2),
      (to - from) * channels,
    );
  }
}
