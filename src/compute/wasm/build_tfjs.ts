/**
 * Packs the WebAssembly file of tfjs into a module, which needs no read permission and survives
 * `deno bundle`. Run after tfjs changes its version, in the project's folder:
 *
 *     deno run --unstable-raw-imports --allow-write src/compute/wasm/build_tfjs.ts
 *
 * @module
 */

import { packBytes } from "../../packed_bytes.ts";

/**
 * The source text of the module.
 *
 * @param wasm tfjs's file for engines with SIMD and without threads.
 * @returns The text of `tfjs_wasm.generated.ts`.
 */
export function tfjsModule(wasm: Uint8Array): string {
  return `// deno-fmt-ignore-file\n// deno-lint-ignore-file\n` +
    "/**\n * Made by build_tfjs.ts from npm:@tensorflow/tfjs-backend-wasm; do not edit.\n *\n" +
    " * Its licence is Apache-2.0.\n *\n * @module\n */\n\n" +
    "/** The .wasm file, as packed bytes. */\n" +
    `export const TFJS_WASM =\n  "${packBytes(wasm)}";\n`;
}

if (import.meta.main) {
  const { default: wasm } = await import(
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
    { with: { type: "bytes" } }
  );
  await Deno.writeTextFile(new URL("tfjs_wasm.generated.ts", import.meta.url), tfjsModule(wasm));
}
