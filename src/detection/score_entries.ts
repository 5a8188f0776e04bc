/** A stream of images in, a stream of verdicts out: same number, same order. */

import type { AnyImage, Entry } from "../datasets/mod.ts";
import { Crew } from "./_crew.ts";
import { scoreWith } from "./_score_with.ts";
import type { Detector } from "./detector.ts";
import type { ScoredEntry } from "./scored_entry.ts";

/** Options of {@linkcode scoreEntries}. */
export interface ScoreOptions {
  /**
   * The most threads that decode and score, this one among them. The others are Workers, started
   * once this one has worked for a while; the scores are the same, to the bit.
   *
   * @default {1}
   */
  readonly workers?: number | undefined;
  /** Whether every image comes with the map of its errors, made in this thread. @default {false} */
  readonly inspect?: boolean | undefined;
  /** Called with one line if Workers cannot be had: the work goes on with fewer threads. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Scores images as they come, in batches, holding a few batches in memory.
 *
 * Entries may come decoded, or as bytes that are decoded beside other work. A batch that is not full
 * goes ahead when the source stalls, so that a slow pipe (`tail -f`) is answered at once.
 *
 * @param entries What a source yields.
 * @param detector What scores them.
 * @param options How many threads.
 * @returns One outcome an entry, in order, a batch at a time.
 */
export async function* scoreEntries(
  entries: AsyncIterable<Entry<AnyImage>>,
  detector: Detector,
  options: ScoreOptions = {},
): AsyncGenerator<readonly ScoredEntry[]> {
  const crew = new Crew(detector, {
    workers: options.workers ?? 1,
    module: new URL("./_helper_worker.ts", import.meta.url).href,
    onWarning: options.onWarning,
  });
  try {
    yield* scoreWith(crew, entries, detector, options.inspect ?? false);
  } finally {
    await crew.close();
  }
}
