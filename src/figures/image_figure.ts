/** Rows of images with their names. */

import { encodePng, type Image } from "../images/mod.ts";
import { escapeXml } from "./_svg.ts";
import type { Figure } from "./figure.ts";
import { visibleText } from "./visible_text.ts";

/** A column of images, one under the other. */
export interface ImageColumn {
  /** The images, as many as there are names of rows; undefined leaves a place empty. */
  readonly images: readonly (Image | undefined)[];
  /** Words above the column; empty for none. @default {""} */
  readonly caption?: string;
}

/** Options of {@linkcode imageFigure}. */
export interface ImageFigureOptions {
  readonly title: string;
  /** @default {""} */
  readonly note?: string;
  /** The names of the rows; empty names take no room. */
  readonly rows: readonly string[];
  /** Width of an image, pixels. @default {64} */
  readonly width?: number;
  /** Columns side by side; more start a new band of rows. @default {8} */
  readonly columns?: number;
}

const GAP = 4;
const BAND = 14;
const CAPTION = 16;
const ROW_NAME = 108;

/**
 * Encodes an image as an address that a page or a drawing can hold.
 *
 * @param image An image of 8 or 16 bits.
 * @returns A `data:` address of a PNG.
 */
export async function imageAddress(image: Image): Promise<string> {
  return `data:image/png;base64,${(await encodePng(image)).toBase64()}`;
}

/**
 * Draws images in rows.
 *
 * @param drawn The columns, at least one; all images of one shape.
 * @param options Title, names of the rows and layout.
 * @returns The figure.
 */
export async function imageFigure(
  drawn: readonly ImageColumn[],
  { title, note = "", rows, width = 64, columns = 8 }: ImageFigureOptions,
): Promise<Figure> {
  const first = drawn.flatMap(({ images }) => images).find((image) => image !== undefined)!;
  const height = Math.max(1, Math.round(width * first.height / first.width));
  const names = rows.some((name) => name !== "") ? ROW_NAME : 0;
  const captions = drawn.some(({ caption = "" }) => caption !== "") ? CAPTION : 0;
  const bandHeight = captions + rows.length * (height + GAP) + (rows.length > 1 ? BAND : 0);
  const parts: string[] = [];
  const bands = Math.ceil(drawn.length / columns);
  for (let band = 0; band < bands; band++) {
    rows.forEach((name, row) => {
      const y = band * bandHeight + captions + row * (height + GAP) + height / 2 + 4;
      if (names > 0) parts.push(`<text x="0" y="${y}">${escapeXml(name)}</text>`);
    });
  }
  for (const [i, { images, caption = "" }] of drawn.entries()) {
    const x = names + (i % columns) * (width + GAP), top = Math.floor(i / columns) * bandHeight;
    if (caption !== "") {
      const most = Math.max(3, Math.floor(width / 6.5));
      parts.push(
        `<text x="${x + width / 2}" y="${top + 11}" text-anchor="middle" font-size="11">` +
          `${escapeXml(visibleText(caption, most))}</text>`,
      );
    }
    for (const [row, image] of images.entries()) {
      if (!image) continue;
      const y = top + captions + row * (height + GAP);
      const smooth = image.width > width ? "" : ' image-rendering="pixelated"';
      parts.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}"${smooth} ` +
          `href="${await imageAddress(image)}"/>`,
      );
    }
  }
  const size = {
    width: names + Math.min(columns, drawn.length) * (width + GAP),
    height: bands * bandHeight,
  };
  const svg =
    `<svg width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" ` +
    `font-size="12" fill="currentColor" role="img" aria-label="${escapeXml(title)}">${
      parts.join("")
    }</svg>`;
  return { ...size, title, note, legend: [], svg };
}
