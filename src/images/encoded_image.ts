/** A file whose pixels are still to be decoded. */

import type { DecodeOptions } from "./decode.ts";

/** The bytes of an image file, and how `decode` is to read them: work that another thread can do. */
export interface EncodedImage {
  /** The whole file. */
  readonly bytes: Uint8Array;
  /** Limits, choices, and the name for messages. */
  readonly options: DecodeOptions;
}
