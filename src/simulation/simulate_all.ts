/** Who makes the images: this thread, or Workers. */

import { Helpers } from "../helpers.ts";
import type { ImageId, SimulationSettings } from "./settings.ts";
import { simulateImage } from "./simulate_image.ts";
import type { SimulatedImage } from "./simulated_image.ts";

/** Images a message to a Worker. */
const BATCH = 8;
/** Fewer images than this are made here: starting Workers takes longer. */
const FEW = 24;

/** Options of {@linkcode simulateAll}. */
export interface SimulateAllOptions {
  /** Threads that make images. @default {all cores} */
  readonly workers?: number | undefined;
  /** Ends the work after the images under way. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most once: Workers cannot be had, or one was lost. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Makes images, in several threads, and yields them in order.
 *
 * @param ids Which.
 * @param settings What they are made by.
 * @param options How many threads.
 * @returns The images, in the order of `ids`, the same whatever the number of threads.
 * @throws What `simulateImage` throws, and the signal's reason.
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
        images.catch(() => {}); // told when its turn comes
        waiting.push(images);
      } else if (waiting.length > 0) {
        yield* await waiting.shift()!;
      } else {
        yield await simulateImage(settings, ids[start++]!);
        await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt be heard
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

/** What a Worker could not make, to hear what is wrong. */
async function makeHere(
  batch: readonly ImageId[],
  settings: SimulationSettings,
): Promise<SimulatedImage[]> {
  const images: SimulatedImage[] = [];
  for (const id of batch) images.push(await simulateImage(settings, id));
  return images;
}
