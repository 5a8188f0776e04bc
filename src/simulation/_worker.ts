/** The Worker of `simulateAll`: receives the settings once, then batches of image ids. */

import { StrayError } from "../errors.ts";
import type { ImageId, SimulationSettings } from "./settings.ts";
import { simulateImage } from "./simulate_image.ts";
import type { SimulatedImage } from "./simulated_image.ts";

/** Global scope of the Worker. */
interface WorkerScope {
  onmessage: (event: MessageEvent<SimulationSettings>) => void;
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<readonly ImageId[]>) => void,
  ): void;
  postMessage(reply: "ready" | readonly SimulatedImage[] | undefined): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: settings }) => {
  let last: Promise<void> = Promise.resolve();
  scope.onmessage = () => {};
  scope.addEventListener("message", ({ data: ids }) => {
    last = last.then(async () => {
      try {
        const images: SimulatedImage[] = [];
        for (const id of ids) images.push(await simulateImage(settings, id));
        scope.postMessage(images);
      } catch (error) {
        if (!(error instanceof StrayError)) throw error; // terminates the Worker
        scope.postMessage(undefined); // the main thread repeats the batch to get the error
      }
    });
  });
  scope.postMessage("ready");
};
