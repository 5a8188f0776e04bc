/** Simulation of a series, in this thread or in Workers. */

import { Helpers } from "../helpers.ts";
import type { ImageId, SimulationSettings } from "./settings.ts";
import { simulateImage } from "./simulate_image.ts";
import type { SimulatedImage } from "./simulated_image.ts";

/** Images per message to a Worker. */
const BATCH = 8;
/** Minimum number of images for which starting Workers pays off. */
const FEW = 24;

/** Options of {@linkcode simulateAll}. */
export interface SimulateAllOptions {
  /** Number of threads. @default {all cores} */
  readonly workers?: number | undefined;
  /** Stops after the images in progress. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most once, if Workers are unavailable or one fails. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Simulates images in several threads and yields them in order.
 *
 * @param ids Images to simulate.
 * @param settings Settings of the series.
 * @param options Number of threads.
 * @returns The images, in the order of `ids`, independent of the number of threads.
 * @throws {Error} Any error of `simulateImage`, or the reason of the signal.
 */
export async function* simulateAll(
  ids: readonly ImageId[],
  settings: SimulationSettings,
  options: SimulateAllOptions = {},
): AsyncGenerator<SimulatedImage> {
  const { workers = navigator.hardwareConcurrency, signal, onWarning } = options;
  const module = new URL("./_worker.ts", import.meta.url).href;
  const helpers = new Helpers<readonly ImageId[], readonly SimulatedImage[] | undefined>(
    module,
    onWarning,
  );
  try {
    if (workers > 1 && ids.length >= FEW) await helpers.start(workers, () => settings);
    const waiting: Promise<readonly SimulatedImage[]>[] = [];
    for (let start = 0; start < ids.length;) {
      signal?.throwIfAborted();
      const helper = helpers.free;
      if (helper) {
        const batch = ids.slice(start, start + BATCH);
        start += BATCH;
        const images = helper.run(batch).then(
          (images) => images ?? makeHere(batch, settings),
          (error) => {
            helpers.warn(error);
            return makeHere(batch, settings);
          },
        );
        images.catch(() => {}); // thrown when awaited below
        waiting.push(images);
      } else if (waiting.length > 0) {
        yield* await waiting.shift()!;
      } else {
        yield await simulateImage(settings, ids[start++]!);
        await new Promise((resolve) => setTimeout(resolve)); // lets the event loop deliver signals
      }
    }
    for (const images of waiting) {
      signal?.throwIfAborted();
      yield* await images;
    }
  } finally {
    helpers.close();
  }
}

/** Repeats a failed batch of a Worker in this thread, which throws the error. */
async function makeHere(
  batch: readonly ImageId[],
  settings: SimulationSettings,
): Promise<SimulatedImage[]> {
  const images: SimulatedImage[] = [];
  for (const id of batch) images.push(await simulateImage(settings, id));
  return images;
}
