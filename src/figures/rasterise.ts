/** SVG to PNG, by resvg in WebAssembly with the font DejaVu Sans. */

import { StrayError } from "../errors.ts";

/** Files of the fonts, regular and bold. */
const FONTS = [
  "@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2",
  "@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2",
] as const;

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
  // Puts the package of the fonts into the module graph: only then are its files found.
  await import("@fontsource/dejavu-sans/unicode.json", { with: { type: "json" } });
  const read = (file: string) => Deno.readFile(new URL(import.meta.resolve(file)));
  const fontBuffers = await Promise.all(FONTS.map(read));
  await initWasm(read("@resvg/resvg-wasm/index_bg.wasm")).catch((error) => {
    // The module holds one instance for the whole program.
    if (!/already/i.test(String(error))) throw error;
  });
  try {
    const resvg = new Resvg(svg, {
      fitTo: { mode: "zoom", value: ZOOM },
      font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" },
    });
    return resvg.render().asPng();
  } catch (cause) {
    throw new StrayError("decode", `Cannot draw the SVG as ${String(cause)}`, { cause });
  }
}
