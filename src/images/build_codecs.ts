/**
 * Packs the WebAssembly decoders of npm packages into modules.
 *
 * Unlike a `.wasm` file in a package, a module needs no read permission and survives `deno bundle`.
 * Run after a package changes its version, in the project's folder:
 *
 *     deno run --unstable-raw-imports --allow-write src/images/build_codecs.ts
 *
 * @module
 */

import { deflateRawSync } from "node:zlib";

const CODECS = [
  {
    source: "@cwasm/jpeg-turbo/jpeg-turbo.wasm",
    load: () => import("@cwasm/jpeg-turbo/jpeg-turbo.wasm", { with: { type: "bytes" } }),
    target: "_jpeg_wasm.generated.ts",
    library: "libjpeg-turbo",
  },
  {
    source: "@cwasm/webp/webp.wasm",
    load: () => import("@cwasm/webp/webp.wasm", { with: { type: "bytes" } }),
    target: "_webp_wasm.generated.ts",
    library: "libwebp",
  },
  {
    source: "imagescript/wasm/any/gif.wasm",
    load: () => import("imagescript/wasm/any/gif.wasm", { with: { type: "bytes" } }),
    target: "_gif_wasm.generated.ts",
    library: "the Rust crate gif",
  },
];

/** The source text of a module with a .wasm file. */
function packModule(wasm: Uint8Array, about: string): string {
  const packed = deflateRawSync(wasm, { level: 9 }).toBase64();
  return `// deno-fmt-ignore-file\n// deno-lint-ignore-file\n` +
    `/**\n * ${about}\n *\n * @module\n */\n\n` +
    `/** A raw deflate stream of the .wasm file, in base64. */\n` +
    `export const WASM =\n  "${packed}";\n`;
}

if (import.meta.main) {
  for (const { source, load, target, library } of CODECS) {
    const about = `Made by build_codecs.ts from npm:${source}; do not edit.\n *\n` +
      ` * It is ${library}: its licence is in CODEC_LICENCES.md.`;
    const text = packModule((await load()).default, about);
    await Deno.writeTextFile(new URL(target, import.meta.url), text);
  }
}
