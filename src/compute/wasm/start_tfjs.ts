/** Starts tfjs's wasm backend from a module, so that no file of a package is read. */

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { unpackBytes } from "../../packed_bytes.ts";
import { TFJS_WASM } from "./tfjs_wasm.generated.ts";

/** Makes tfjs's wasm backend current. */
export async function startTfjsWasm(): Promise<void> {
  const url = URL.createObjectURL(new Blob([unpackBytes(TFJS_WASM)]));
  setWasmPaths({
    "tfjs-backend-wasm.wasm": url,
    "tfjs-backend-wasm-simd.wasm": url,
    "tfjs-backend-wasm-threaded-simd.wasm": url,
  }, true);
  // tfjs looks up this name of CommonJS, which the modules of a bundle lack.
  const scope = globalThis as { __dirname?: string };
  scope.__dirname = "";
  try {
    await tf.setBackend("wasm");
  } finally {
    delete scope.__dirname;
    URL.revokeObjectURL(url);
  }
}
