/** ONNX Runtime, on this thread. */

import * as ort from "npm:onnxruntime-web@1.30.0/wasm";
import type { Evaluate } from "../../src/export/mod.ts";

const BINARY = new URL(
  import.meta.resolve("npm:onnxruntime-web@1.30.0/ort-wasm-simd-threaded.wasm"),
);

/** Opens a file in ONNX Runtime. */
export async function openOnnx(bytes: Uint8Array): Promise<Evaluate> {
  const { wasm } = ort.env;
  wasm.numThreads = 1;
  wasm.wasmBinary ??= (await Deno.readFile(BINARY)).buffer;
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  return async (x, shape) => {
    const found = await session.run({ images: new ort.Tensor("float32", x, shape) });
    return new Map(
      Object.entries(found).map(([name, { data }]) => [name, data as Float32Array | Uint8Array]),
    );
  };
}
