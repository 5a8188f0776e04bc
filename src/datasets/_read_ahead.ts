/** Starts tasks ahead of the one whose result is wanted, and keeps their order. */

import { Signal } from "../signal.ts";

/** How far ahead. */
export interface ReadAheadOptions<T> {
  /** The most tasks under way or waiting to be taken. */
  readonly count: number;
  /** About the most bytes of results waiting to be taken, if the tasks are much alike. */
  readonly bytes: number;
  /** The bytes of a result. */
  costOf(result: T): number;
  /** Ends the wait for a result. */
  readonly signal: AbortSignal | undefined;
}

/** A task under way, and how it ended. */
interface Started<T> {
  outcome: { readonly value: T; readonly cost: number } | { readonly error: unknown } | undefined;
}

/**
 * Yields the results of tasks in order; results that are there do not wait for later tasks.
 *
 * How many bytes a task will hold is not known before it ends: one under way counts as the largest
 * of late, and as a quarter of the budget before any has ended.
 *
 * @param tasks Functions that start the work; taken one at a time, as far ahead as allowed. When
 *   the consumer stops early its `next` must end soon: see that whatever it waits for is cancelled.
 * @param cancel Called when the consumer is done or stops early, before `tasks.return`.
 */
export async function* readAhead<T>(
  tasks: AsyncGenerator<() => Promise<T>>,
  cancel: () => void,
  options: ReadAheadOptions<T>,
): AsyncGenerator<T> {
  const { count, bytes, costOf, signal } = options;
  const queue: Started<T>[] = [];
  const room = new Signal();
  const news = new Signal();
  let held = 0;
  let underWay = 0;
  let expected: number | undefined;
  let stopped = false;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;

  async function run(task: () => Promise<T>, started: Started<T>): Promise<void> {
    underWay++;
    try {
      const value = await task();
      const cost = costOf(value);
      started.outcome = { value, cost };
      held += cost;
      expected = expected === undefined ? cost : Math.max(cost, expected * 0.95);
    } catch (error) {
      started.outcome = { error };
    }
    underWay--;
    room.notify();
    if (queue[0] === started) news.notify();
  }
  const isFull = () =>
    queue.length >= count ||
    queue.length > 0 && held + (underWay + 1) * (expected ?? bytes / 4) > bytes;

  async function pump(): Promise<void> {
    try {
      for await (const task of tasks) {
        if (stopped) break;
        const started: Started<T> = { outcome: undefined };
        queue.push(started);
        void run(task, started);
        if (queue.length === 1) news.notify();
        while (isFull() && !stopped) await room.wait();
        if (stopped) break;
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      news.notify();
    }
  }

  signal?.throwIfAborted();
  const onAbort = () => news.notify();
  signal?.addEventListener("abort", onAbort, { once: true });
  const pumping = pump();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const outcome = queue[0]?.outcome;
      if (outcome === undefined) {
        if (ended && queue.length === 0) break;
        await news.wait();
        continue;
      }
      if ("error" in outcome) throw outcome.error;
      yield outcome.value;
      queue.shift();
      held -= outcome.cost;
      room.notify();
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stopped = true;
    cancel();
    room.notify();
    await pumping;
    while (underWay > 0) await room.wait();
  }
}
