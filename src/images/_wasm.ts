/** WebAssembly decoders, shipped as text. */

import { inflateRawSync } from "node:zlib";

/** Common exports of decoders in C. */
export interface CodecExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (size: number) => number;
  readonly free: (pointer: number) => void;
}

/** Maximum memory of a decoder between images. */
const KEPT_BYTES = 64 << 20;

/**
 * A decoder, compiled once, with one instance for many images.
 *
 * An instance that threw may leak, and one that grew never shrinks: both are replaced before the
 * next image.
 */
export class WasmCodec<T extends Pick<CodecExports, "memory">> {
  readonly #module: WebAssembly.Module;
  readonly #imports: WebAssembly.Imports;
  #exports: T | undefined;

  /**
   * Compiles a decoder.
   *
   * @param packed A raw deflate stream of the .wasm file, in base64.
   * @param imports Functions that the decoder calls.
   */
  constructor(packed: string, imports: WebAssembly.Imports) {
    const wasm = inflateRawSync(Uint8Array.fromBase64(packed));
    this.#module = new WebAssembly.Module(new Uint8Array(wasm));
    this.#imports = imports;
  }

  /** Runs `use` on the decoder. */
  run<R>(use: (codec: T) => R): R {
    const codec = this.#exports ??= new WebAssembly.Instance(this.#module, this.#imports)
      .exports as unknown as T;
    this.#exports = undefined; // until it succeeds
    const result = use(codec);
    if (codec.memory.buffer.byteLength <= KEPT_BYTES) this.#exports = codec;
    return result;
  }
}

/** Runs `use` on a decoder in C, with `bytes` in its memory. */
export function runOn<T extends CodecExports, R>(
  decoder: WasmCodec<T>,
  bytes: Uint8Array,
  use: (codec: T, pointer: number) => R,
): R {
  return decoder.run((codec) => {
    const pointer = allocate(codec, bytes.length);
    new Uint8Array(codec.memory.buffer).set(bytes, pointer);
    const result = use(codec, pointer);
    codec.free(pointer);
    return result;
  });
}

/** Allocates memory inside a decoder. */
export function allocate(codec: CodecExports, size: number): number {
  const pointer = codec.malloc(size);
  if (pointer === 0) throw new RangeError("the decoder has no memory left");
  return pointer >>> 0;
}

/** An import that no valid run calls. */
export function never(name: string): () => never {
  return () => {
    throw new Error(`the decoder called ${name}`);
  };
}
