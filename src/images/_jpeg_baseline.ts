/**
 * Baseline JPEG, the usual kind, by a SIMD kernel of ours. Needs no permission.
 *
 * Its pixels are those of libjpeg-turbo to the bit. It is strict: whatever is damaged or not as
 * usual is left to libjpeg-turbo, which has the last word.
 */

import { WASM } from "./_jpeg_baseline_wasm.generated.ts";
import type { JpegHeader } from "./_jpeg_header.ts";
import { allocate, type CodecExports, never, WasmCodec } from "./_wasm.ts";

interface BaselineJpeg extends CodecExports {
  readonly zigzagAt: () => number;
  readonly decode: (
    bytes: number,
    length: number,
    planes: number,
    scratch: number,
    out: number,
    width: number,
    height: number,
    components: number,
  ) => number;
}

/** Natural order of the coefficients (ITU-T T.81, figure A.6). */
// deno-fmt-ignore
const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
);

const CODEC = new WasmCodec<BaselineJpeg>(WASM, { env: { abort: never("abort") } });

/** Grey or RGB samples as they are stored; `undefined` if another decoder should have a look. */
export function decodeBaseline(bytes: Uint8Array, header: JpegHeader): Uint8Array | undefined {
  const { width, height, components } = header;
  if (components === 4) return undefined;
  const padded = (n: number) => Math.ceil(n / 16) * 16;
  const size = width * height * components;
  try {
    return CODEC.run(bytes, (codec, pointer) => {
      const planes = allocate(codec, padded(width) * padded(height) * components + 64);
      const scratch = allocate(codec, 4 * padded(width) + 256);
      const out = allocate(codec, size + 64);
      new Uint8Array(codec.memory.buffer).set(ZIGZAG, codec.zigzagAt());
      const { length } = bytes;
      const code = codec.decode(pointer, length, planes, scratch, out, width, height, components);
      return code === 0 ? new Uint8Array(codec.memory.buffer, out, size).slice() : undefined;
    });
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}
