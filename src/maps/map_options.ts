/** What the maps that are made round by round have in common. */

import { EventLoopYielder } from "../yield_to_event_loop.ts";

/** Options of a map that is made round by round. */
export interface RoundOptions {
  /** How many points there are. */
  readonly count: number;
  /** The same seed gives the same map. @default {0} */
  readonly seed?: number | undefined;
  /** Ends the work: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onRound?: ((round: number, of: number) => void) | undefined;
}

/** Milliseconds of work before others are given a turn. */
const TURN_MS = 50;

/** Does rounds of work, so that the rest of the program stays awake. */
export async function inTurns(
  rounds: number,
  { signal, onRound }: Pick<RoundOptions, "signal" | "onRound">,
  work: (round: number) => void,
): Promise<void> {
  const yielder = new EventLoopYielder();
  let last = performance.now();
  for (let round = 0; round < rounds; round++) {
    work(round);
    if (performance.now() - last < TURN_MS) continue;
    onRound?.(round + 1, rounds);
    await yielder.yield();
    signal?.throwIfAborted();
    last = performance.now();
  }
}

/** Throws if points cannot be mapped. */
export function checkPoints(length: number, count: number, least: number): void {
  if (count >= least && Number.isInteger(length / count) && length > 0) return;
  throw new TypeError(
    `Cannot map points as their coordinates must be a multiple of their number, at least ${least}: ` +
      `current values are ${length} and ${count}`,
  );
}
