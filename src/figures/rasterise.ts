/** SVG to PNG, by resvg in WebAssembly with the font DejaVu Sans. */

import { StrayError } from "../errors.ts";
import { resvgFiles } from "./_resvg_files.ts";

/** Pixels of the picture per pixel of the drawing. */
const ZOOM = 2;

/**
 * Draws an SVG file as pixels, twice its size. Needs permission to read the packages' files.
 *
 * @param svg An SVG file that names no other file.
 * @returns A PNG file.
 * @throws {StrayError} `decode` If it cannot be drawn.
 */
export async function rasterise(svg: string): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const { wasm, fonts } = await resvgFiles();
  await initWasm(wasm).catch((error) => {
    // The module holds one instance for the whole program.
    if (!/already/i.test(String(error))) throw error;
  });
  try {
    const resvg = new Resvg(svg, {
      fitTo: { mode: "zoom", value: ZOOM },
      font: { fontBuffers: fonts, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" },
    });
    return resvg.render().asPng();
  } catch (cause) {
    throw new StrayError("decode", `Cannot draw the SVG as ${String(cause)}`, { cause });
  }
}
