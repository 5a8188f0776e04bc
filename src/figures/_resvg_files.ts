/** Files of resvg and its fonts, read from their packages; the bundle has a variant that holds them. */

/** Files of the fonts, regular and bold. */
const FONTS = [
  "@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2",
  "@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2",
] as const;

/** Files that resvg needs. */
export interface ResvgFiles {
  /** The library, in WebAssembly. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Fonts, regular and bold, as WOFF2. */
  readonly fonts: Uint8Array[];
}

/**
 * Reads the files.
 *
 * @returns Their bytes.
 */
export async function resvgFiles(): Promise<ResvgFiles> {
  // Puts the package of the fonts into the module graph: only then are its files found.
  await import("@fontsource/dejavu-sans/unicode.json", { with: { type: "json" } });
  const read = (file: string) => Deno.readFile(new URL(import.meta.resolve(file)));
  return {
    wasm: await read("@resvg/resvg-wasm/index_bg.wasm"),
    fonts: await Promise.all(FONTS.map(read)),
  };
}
