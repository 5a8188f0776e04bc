/** Tasks started ahead, with results in order. */

import { Signal } from "../signal.ts";

/** Options of {@linkcode readAhead}. */
export interface ReadAheadOptions<T> {
  /** Maximum number of tasks that run or wait with their results. */
  readonly count: number;
  /** Approximate maximum size of waiting results, in bytes, for similar tasks. */
  readonly bytes: number;
  /** Size of a result, in bytes. */
  costOf(result: T): number;
  /** Ends the wait for a result. */
  readonly signal: AbortSignal | undefined;
}

/** Waits until no earlier result waits for the consumer: large results take turns. */
export type Turn = () => Promise<void>;

/** A function that starts work. */
export type Task<T> = (turn: Turn) => Promise<T>;

/** A started task, and how it ended. */
interface StartedTask<T> {
  outcome: { readonly value: T; readonly cost: number } | { readonly error: unknown } | undefined;
}

/**
 * Yields the results of tasks in order, each without waiting for later tasks.
 *
 * The size of a result is unknown before the task ends: a running task counts as the largest recent
 * result, or as a quarter of the budget before any result.
 *
 * @param tasks Functions that start the work, taken one at a time as far ahead as allowed.
 * @param cancel Called when the consumer stops, before `tasks.return`; it must end a wait of `tasks`.
 */
export async function* readAhead<T>(
  tasks: AsyncGenerator<Task<T>>,
  cancel: () => void,
  options: ReadAheadOptions<T>,
): AsyncGenerator<T> {
  const { count, bytes, costOf, signal } = options;
  const queue: StartedTask<T>[] = [];
  const room = new Signal();
  const progress = new Signal();
  const taken = new Signal();
  let held = 0;
  let underWay = 0;
  let expected: number | undefined;
  let stopped = false;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;

  async function run(task: Task<T>, started: StartedTask<T>): Promise<void> {
    underWay++;
    const turn = async () => {
      while (queue[0] !== started && !stopped) await taken.wait();
    };
    try {
      const value = await task(turn);
      const cost = costOf(value);
      started.outcome = { value, cost };
      held += cost;
      expected = expected === undefined ? cost : Math.max(cost, expected * 0.95);
    } catch (error) {
      started.outcome = { error };
    }
    underWay--;
    room.notify();
    if (queue[0] === started) progress.notify();
  }
  const isFull = () =>
    queue.length >= count ||
    queue.length > 0 && held + (underWay + 1) * (expected ?? bytes / 4) > bytes;

  async function pump(): Promise<void> {
    try {
      for await (const task of tasks) {
        if (stopped) break;
        const started: StartedTask<T> = { outcome: undefined };
        queue.push(started);
        void run(task, started);
        if (queue.length === 1) progress.notify();
        while (isFull() && !stopped) await room.wait();
        if (stopped) break;
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      progress.notify();
    }
  }

  signal?.throwIfAborted();
  const onAbort = () => {
    progress.notify();
    room.notify();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const pumping = pump();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const outcome = queue[0]?.outcome;
      if (outcome === undefined) {
        if (ended && queue.length === 0) break;
        await progress.wait();
        continue;
      }
      if ("error" in outcome) throw outcome.error;
      yield outcome.value;
      queue.shift();
      taken.notify();
      held -= outcome.cost;
      room.notify();
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    stopped = true;
    cancel();
    taken.notify();
    room.notify();
    await pumping;
    // A named pipe that nobody writes to would be read for ever.
    while (underWay > 0 && !signal?.aborted) await room.wait();
    signal?.removeEventListener("abort", onAbort);
  }
}
