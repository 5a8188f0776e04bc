/** Decoding in several threads, for sources whose files take long to decode. */

import { Helpers } from "../helpers.ts";
import { decode, type DecodeOptions } from "./decode.ts";
import type { EncodedImage } from "./encoded_image.ts";
import type { Image } from "./image.ts";

/** Smaller files are decoded here: a message to a Worker and back takes about as long. */
const SMALL_BYTES = 8192;
/** Milliseconds of decoding here before Workers are started: about what starting one costs. */
const ALONE_MS = 100;

/** Options of a {@linkcode DecodePool}. */
export interface DecodePoolOptions {
  /** The most threads that decode, this one among them. @default {all cores} */
  readonly workers?: number | undefined;
  /** Called at most once with one line: Workers cannot be had, and this thread does more. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Decodes images in this thread, and in Workers too once it has decoded for a while.
 *
 * @example
 * ```ts
 * import { DecodePool } from "./decode_pool.ts";
 * import { encodePng } from "./encode_png.ts";
 *
 * const pool = new DecodePool({ workers: 2 });
 * const grey = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7), white: 255 } as const;
 * const back = await pool.decode(await encodePng(grey));
 * pool.close();
 * if (back.data[0] !== 7) throw new Error("unexpected pixels");
 * ```
 */
export class DecodePool {
  readonly #workers: number;
  readonly #helpers: Helpers<EncodedImage, Image | undefined>;
  #aloneMs = 0;

  /**
   * Starts nothing yet.
   *
   * @param options How many threads.
   */
  constructor(options: DecodePoolOptions = {}) {
    this.#workers = options.workers ?? navigator.hardwareConcurrency;
    const module = new URL("./_decode_worker.ts", import.meta.url).href;
    this.#helpers = new Helpers(module, options.onWarning);
  }

  /**
   * Decodes an image, as `decode` does; may be passed on as it is.
   *
   * @param bytes The whole file; not to be changed before it is decoded.
   * @param options Limits and choices.
   * @returns The pixels.
   * @throws {StrayError} What `decode` throws.
   */
  readonly decode = async (bytes: Uint8Array, options: DecodeOptions = {}): Promise<Image> => {
    const helper = bytes.length < SMALL_BYTES ? undefined : this.#helpers.free;
    if (helper) {
      try {
        const image = await helper.run({ bytes, options });
        if (image) return image;
      } catch (error) {
        this.#helpers.warn(error as Error);
      }
      return await decode(bytes, options); // says what is wrong
    }
    const start = performance.now();
    const image = await decode(bytes, options);
    if (bytes.length >= SMALL_BYTES) this.#aloneMs += performance.now() - start;
    if (this.#aloneMs > ALONE_MS) void this.start();
    return image;
  };

  /**
   * Starts the Workers, once; `decode` does so itself when there is enough work.
   *
   * @returns When all are ready, or have failed.
   */
  async start(): Promise<void> {
    await this.#helpers.start(this.#workers - 1, () => null);
  }

  /** Ends all Workers; call it when nothing is being decoded any more. */
  close(): void {
    this.#helpers.close();
  }
}
