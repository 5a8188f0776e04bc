/** A Worker of `DecodePool`: files in, pixels out, in order. */

import type { WorkerService } from "../workers/mod.ts";
import { decode, type EncodedImage } from "./decode.ts";
import type { Image, Samples } from "./image.ts";

/** The service. */
export const DECODE_SERVICE: WorkerService<null, EncodedImage, Image> = {
  start: () =>
    Promise.resolve(async ({ bytes, options }) => {
      const image = await decode(bytes, options);
      return { ...image, data: withOwnBuffer(image.data) };
    }),
  transferOf: ({ data }) => [data.buffer as ArrayBuffer],
};

/** Samples whose buffer can be transferred: Node's buffers share one. */
function withOwnBuffer(data: Samples): Samples {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}
