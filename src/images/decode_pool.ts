/** Decoding in several threads, for sources whose files take long to decode. */

import { workerEntry, WorkerPool } from "../workers/mod.ts";
import { decode, type DecodeOptions, type EncodedImage } from "./decode.ts";
import type { Image } from "./image.ts";

/** Smaller files are decoded here: a message to a Worker and back takes about as long. */
const SMALL_BYTES = 8192;

/** Options of a {@linkcode DecodePool}. */
export interface DecodePoolOptions {
  /** Maximum number of threads that decode, this one among them. @default {all cores} */
  readonly workers?: number | undefined;
  /** Called at most once with one line: Workers cannot start or one ended; this thread does more. */
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
  readonly #pool: WorkerPool<EncodedImage, Image>;

  /**
   * Starts no Worker yet.
   *
   * @param options Number of threads.
   */
  constructor({ workers = navigator.hardwareConcurrency, onWarning }: DecodePoolOptions = {}) {
    this.#pool = new WorkerPool(workerEntry("decode"), {
      workers: workers - 1,
      makeTask: () => null,
      onWarning,
    });
  }

  /**
   * Decodes an image as `decode` does; bound, so that it can be passed as a function.
   *
   * @param bytes The whole file; do not change it before it is decoded.
   * @param options Limits and choices.
   * @returns The pixels.
   * @throws {StrayError} As `decode`.
   */
  readonly decode = async (bytes: Uint8Array, options: DecodeOptions = {}): Promise<Image> => {
    const work = () => decode(bytes, options);
    if (bytes.length < SMALL_BYTES) return await work();
    return await (this.#pool.run({ bytes, options }, work) ?? this.#pool.runHere(work));
  };

  /**
   * Starts the Workers, once; `decode` does so itself when there is enough work.
   *
   * @returns When each is ready or has failed.
   */
  async start(): Promise<void> {
    await this.#pool.start();
  }

  /** Ends all Workers; call it when no image is being decoded. */
  close(): void {
    this.#pool.close();
  }
}
