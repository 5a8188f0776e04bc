/** A Worker of `DecodePool`: files in, pixels out, in order; nothing for a file that is no good. */

import { StrayError } from "../errors.ts";
import { decode } from "./decode.ts";
import type { EncodedImage } from "./encoded_image.ts";
import type { Image, Samples } from "./image.ts";

/** What a Worker sees of the thread that started it. */
interface WorkerScope {
  onmessage: (event: MessageEvent<EncodedImage>) => void;
  postMessage(reply: "ready" | Image | undefined, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let last: Promise<void> = Promise.resolve();

scope.onmessage = () => {
  scope.onmessage = ({ data: { bytes, options } }) => {
    last = last.then(async () => {
      try {
        const image = await decode(bytes, options);
        const data = own(image.data);
        scope.postMessage({ ...image, data }, [data.buffer as ArrayBuffer]);
      } catch (error) {
        if (!(error instanceof StrayError)) throw error; // ends the Worker
        scope.postMessage(undefined); // its thread decodes it again, to hear what is wrong
      }
    });
  };
  scope.postMessage("ready");
};

/** Samples with a buffer of their own, which may be given away; Node's buffers share one. */
function own(data: Samples): Samples {
  if (data.byteLength === data.buffer.byteLength) return data;
  if (data instanceof Float32Array) return new Float32Array(data);
  return data instanceof Uint16Array ? new Uint16Array(data) : new Uint8Array(data);
}
