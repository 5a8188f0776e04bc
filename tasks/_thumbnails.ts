/** Small images on sheets, for the table of a report. */

import { imageAddress } from "../src/figures/mod.ts";
import type { Image } from "../src/images/mod.ts";
import type { Thumbnails } from "../src/pages/mod.ts";
import { type InspectedImage, shrink } from "./_inspected_images.ts";

/** Largest widths or heights that are tried, pixels. */
const SIZES = [40, 28, 20];
const COLUMNS = 10;
const PER_SHEET = 50;
/** Bytes of all sheets, encoded. */
const SHEET_BYTES = 700_000;

/** Sheets, and where each image is. */
export interface ImageSheets {
  readonly sheets: Thumbnails;
  /** Place of the image of a row. */
  readonly places: ReadonlyMap<number, number>;
}

/**
 * Draws images on sheets in the largest size in which all fit the page, else as many of the smallest as fit.
 *
 * @param order Rows, the most important first.
 * @param images Images by row, all of one shape.
 * @returns The sheets; undefined if there is no image.
 */
export async function drawThumbnails(
  order: readonly number[],
  images: ReadonlyMap<number, InspectedImage>,
): Promise<ImageSheets | undefined> {
  const rows = order.filter((row) => images.has(row));
  if (rows.length === 0) return undefined;
  for (const size of SIZES) {
    const drawn = await drawSheets(rows, images, size);
    if (drawn.places.size === rows.length || size === SIZES.at(-1)) return drawn;
  }
  return undefined;
}

/** Draws images of at most some size until the sheets are full. */
async function drawSheets(
  rows: readonly number[],
  images: ReadonlyMap<number, InspectedImage>,
  size: number,
): Promise<ImageSheets> {
  const { width, height, channels } = shrink(images.get(rows[0]!)!.image, size);
  const sheets: string[] = [], places = new Map<number, number>();
  let bytes = 0;
  for (let start = 0; start < rows.length; start += PER_SHEET) {
    const part = rows.slice(start, start + PER_SHEET);
    const address = await imageAddress(
      tile(part.map((row) => shrink(images.get(row)!.image, size)), { width, height, channels }),
    );
    bytes += address.length;
    if (bytes > SHEET_BYTES) break;
    sheets.push(address);
    part.forEach((row, i) => places.set(row, start + i));
  }
  return { sheets: { sheets, width, height, columns: COLUMNS, perSheet: PER_SHEET }, places };
}

/** Puts images of one shape side by side without gaps. */
function tile(
  images: readonly Image[],
  { width, height, channels }: Pick<Image, "width" | "height" | "channels">,
): Image {
  const across = width * COLUMNS, down = height * Math.ceil(images.length / COLUMNS);
  const data = new Uint8Array(across * down * channels);
  for (const [i, image] of images.entries()) {
    const left = (i % COLUMNS) * width, top = Math.floor(i / COLUMNS) * height;
    for (let y = 0; y < height; y++) {
      const row = image.data.subarray(y * width * channels, (y + 1) * width * channels);
      data.set(row, ((top + y) * across + left) * channels);
    }
  }
  return { width: across, height: down, channels, data, white: 255 };
}
