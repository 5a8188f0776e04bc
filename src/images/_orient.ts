/** Rotation and mirroring by EXIF orientation. */

import type { Image } from "./image.ts";

/**
 * Turns an image upright by its EXIF (or TIFF) orientation.
 *
 * 1 unchanged, 2 mirrors left to right, 3 rotates by 180 degrees, 4 mirrors top to bottom, 5
 * transposes, 6 rotates clockwise, 7 transposes along the other diagonal, 8 rotates
 * counter-clockwise.
 */
export function orient(image: Image, orientation: number): Image {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { width, height, channels, data, missing } = image;
  const turned = orientation >= 5;
  const flipX = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const flipY = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const out = data.slice();
  // Source index of the first output pixel, and the steps along its row and column.
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
  return {
    ...{ ...image, width: columns, height: rows, data: out },
    ...missing && {
      missing: orient({ width, height, channels, data: missing, white: 1 }, orientation)
        .data as Uint8Array,
    },
  };
}
