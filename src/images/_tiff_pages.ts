/** The page of a TIFF to decode: the requested one, or the first that is no thumbnail. */

import { StrayError } from "../errors.ts";
import { type DecoderContext, readPartIndex } from "./_limits.ts";
import { openTiff, type TiffDirectory, type TiffFile } from "./_tiff_directory.ts";

/** A page, and notes on the choice. */
interface TiffPage {
  readonly directory: TiffDirectory;
  /** Index of the page, from 0. */
  readonly index: number;
  /** Index of the page within its parent's tag 330, from 0; undefined for a page of the file. */
  readonly child: number | undefined;
  readonly notes: readonly string[];
}

/** Later pages are not counted. */
const MAX_PAGES = 65536;

/**
 * Chooses the page.
 *
 * Cameras put a thumbnail first, and the image into a page of a page (tag 330, SubIFDs).
 */
export function choosePage(bytes: Uint8Array, context: DecoderContext): TiffPage {
  const file = openTiff(bytes, context);
  const { pages, isWhole } = readPages(file);
  const requested = readPartIndex(context, "pages", pages.length);
  if (requested !== undefined) {
    return { directory: pages[requested]!, index: requested, child: undefined, notes: [] };
  }
  const index = pages.findIndex(isImage);
  if (index >= 0) {
    const notes = index > 0
      ? [`page ${index} is read, as those before it are thumbnails or masks`]
      : [];
    const more = !isWhole || pages.slice(index + 1).some(isImage);
    if (more) notes.push("further pages are left out");
    return { directory: pages[index]!, index, child: undefined, notes };
  }
  for (const [index, page] of pages.entries()) {
    for (const [child, at] of page.tag(330).entries()) {
      const directory = file.directory(at);
      if (!isImage(directory)) continue;
      const notes = [`page ${index} is a thumbnail: the image that belongs to it is read`];
      return { directory, index, child, notes };
    }
  }
  const notes = ["its only page is marked as a thumbnail or mask"];
  return { directory: pages[0]!, index: 0, child: undefined, notes };
}

/** All pages; not whole if the list is damaged, endless or very long. */
function readPages(
  file: TiffFile,
): { readonly pages: readonly TiffDirectory[]; readonly isWhole: boolean } {
  const pages = [file.directory(file.first)];
  const seen = new Set([file.first]);
  let at = pages[0]!.next;
  for (; at !== 0 && pages.length < MAX_PAGES && !seen.has(at); at = pages.at(-1)!.next) {
    seen.add(at);
    try {
      pages.push(file.directory(at));
    } catch (error) {
      if (error instanceof StrayError) break;
      throw error;
    }
  }
  return { pages, isWhole: at === 0 };
}

/** Whether a page is neither a reduced image (tag 254 or, in old files, 255) nor a mask. */
function isImage({ tag }: TiffDirectory): boolean {
  const kind = tag(254)[0] ?? 0;
  return (kind & 0b101) === 0 && tag(255)[0] !== 2;
}
