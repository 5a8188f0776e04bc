/** Common parts of maps computed in rounds. */

import { EventLoopYielder } from "../yield_to_event_loop.ts";

/** Options of a map computed in rounds. */
export interface RoundOptions {
  /** Number of points. */
  readonly count: number;
  /** Seed; equal seeds give equal maps. @default {0} */
  readonly seed?: number | undefined;
  /** Aborts the work; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the number of rounds done, and of all. */
  readonly onRound?: ((round: number, of: number) => void) | undefined;
}

/** Time between yields to the event loop, ms. */
const YIELD_MS = 50;

/** Runs rounds of work, yielding to the event loop in between. */
export async function runRounds(
  rounds: number,
  { signal, onRound }: Pick<RoundOptions, "signal" | "onRound">,
  work: (round: number) => void,
): Promise<void> {
  const yielder = new EventLoopYielder();
  let last = performance.now();
  for (let round = 0; round < rounds; round++) {
    work(round);
    if (performance.now() - last < YIELD_MS) continue;
    onRound?.(round + 1, rounds);
    await yielder.yield();
    signal?.throwIfAborted();
    last = performance.now();
  }
}

/**
 * Checks that coordinates belong to a number of points.
 *
 * @throws {TypeError} If there are too few points, or the length is not a multiple of their number.
 */
export function checkPoints(length: number, count: number, least: number): void {
  if (count >= least && Number.isInteger(length / count) && length > 0) return;
  throw new TypeError(
    "Cannot map points as the number of coordinates must be a multiple of the number of points, " +
      `at least ${least}: current values are ${length} and ${count}`,
  );
}
