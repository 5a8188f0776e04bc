/** A stream of images in, a stream of verdicts out, in the same order. */

import type { AnyImage, Entry } from "../datasets/mod.ts";
import { scoreBatches } from "./_score_batches.ts";
import { workerEntry } from "../workers/mod.ts";
import { ScoringPool } from "./_scoring_pool.ts";
import type { Detector } from "./detector.ts";
import type { ScoredEntry } from "./scored_entry.ts";

/** Options of {@linkcode scoreEntries}. */
export interface ScoreOptions {
  /**
   * Maximum number of threads that decode and score, this one among them. The others are Workers,
   * started once this one has worked for a while; the scores are the same, to the bit.
   *
   * @default {1}
   */
  readonly workers?: number | undefined;
  /** Whether to add the map of its errors to each image. @default {false} */
  readonly inspect?: boolean | undefined;
  /** Whether to add the maps of its mass to each lens. @default {false} */
  readonly massMaps?: boolean | undefined;
  /** Called with one line if Workers cannot start or one ends: the work goes on without them. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Scores images as they come, in batches, holding a few batches in memory.
 *
 * Images may come decoded, or as bytes that are decoded beside other work. A batch that is not full
 * is sent when the source stalls, so that a slow pipe (`tail -f`) is answered at once.
 *
 * @param entries Entries of a source.
 * @param detector The model.
 * @param options Number of threads.
 * @returns One result per entry, in order, a batch at a time.
 */
export async function* scoreEntries(
  entries: AsyncIterable<Entry<AnyImage>>,
  detector: Detector,
  options: ScoreOptions = {},
): AsyncGenerator<readonly ScoredEntry[]> {
  const pool = new ScoringPool(detector, {
    workers: options.workers ?? 1,
    entry: workerEntry("score"),
    onWarning: options.onWarning,
  });
  try {
    yield* scoreBatches(pool, entries, detector, {
      errors: options.inspect ?? false,
      mass: options.massMaps ?? false,
    });
  } finally {
    await pool.close();
  }
}
