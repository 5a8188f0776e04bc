/** A Worker of `DecodePool`: files in, pixels out, in order; nothing for a file that is no good. */

import { StrayError } from "../errors.ts";
import { decode } from "./decode.ts";
import type { EncodedImage } from "./encoded_image.ts";
import type { Image } from "./image.ts";

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
        scope.postMessage(image, [image.data.buffer as ArrayBuffer]);
      } catch (error) {
        if (!(error instanceof StrayError)) throw error; // ends the Worker
        scope.postMessage(undefined); // its thread decodes it again, to hear what is wrong
      }
    });
  };
  scope.postMessage("ready");
};
