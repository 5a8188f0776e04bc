/** Turns and mirrors: from the order that samples are stored in to the way that is up. */

import type { Image } from "./image.ts";

/**
 * An image turned upright by its EXIF (or TIFF) orientation.
 *
 * 1 as it is, 2 mirrored left to right, 3 turned by 180 degrees, 4 mirrored top to bottom, 5
 * transposed, 6 to be turned clockwise, 7 transposed along the other diagonal, 8 to be turned
 * counter-clockwise.
 */
export function orient(image: Image, orientation: number): Image {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { width, height, channels, data } = image;
  const turned = orientation >= 5;
  const flipX = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const flipY = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const out = data.slice();
  // Where the first pixel of the result comes from, and the steps along its row and column.
  const first = (flipY ? height - 1 : 0) * width + (flipX ? width - 1 : 0);
  const stepX = flipX ? -1 : 1;
  const stepY = flipY ? -width : width;
  const [across, down] = turned ? [stepY, stepX] : [stepX, stepY];
  for (let y = 0, to = 0; y < rows; y++) {
    let from = (first + y * down) * channels;
    for (let x = 0; x < columns; x++, from += across * channels) {
      for (let c = 0; c < channels; c++) out[to++] = data[from + c] as number;
    }
  }
  return { ...image, width: columns, height: rows, data: out };
}
