/** Simulation of a series, in this thread or in Workers. */

import { workerEntry, WorkerPool } from "../workers/mod.ts";
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
 * Simulates images in several threads and yields them in order.
 *
 * @param ids The images.
 * @param settings Recipe, seed and format.
 * @param options Number of threads.
 * @returns The images, in the order of `ids`, the same whatever the number of threads.
 * @throws {StrayError} As `simulateImage`; also the reason of the signal.
 */
export async function* simulateAll(
  ids: readonly ImageId[],
  settings: SimulationSettings,
  options: SimulateAllOptions = {},
): AsyncGenerator<SimulatedImage> {
  const { workers = navigator.hardwareConcurrency, signal, onWarning } = options;
  const entry = workerEntry("simulate");
  const pool = new WorkerPool<readonly ImageId[], readonly SimulatedImage[]>(entry, {
    workers,
    makeTask: () => settings,
    onWarning,
  });
  try {
    if (workers > 1 && ids.length >= FEW) await pool.start();
    const waiting: Promise<readonly SimulatedImage[]>[] = [];
    for (let start = 0; start < ids.length;) {
      signal?.throwIfAborted();
      const batch = ids.slice(start, start + BATCH);
      const makeHere = () => Array.fromAsync(batch, (id) => simulateImage(settings, id));
      const images = pool.run(batch, makeHere);
      if (images) {
        start += BATCH;
        images.catch(() => {}); // thrown when awaited below
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
    pool.close();
  }
}
