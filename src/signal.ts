/** A repeatable event to wait for. */

/**
 * Wakes waiting code. A notification that nothing waits for is lost.
 *
 * @example
 * ```ts
 * import { Signal } from "./signal.ts";
 *
 * const signal = new Signal();
 * const woken = signal.wait();
 * signal.notify();
 * await woken;
 * ```
 */
export class Signal {
  #next = Promise.withResolvers<void>();

  /** Fulfilled at the next notification. */
  wait(): Promise<void> {
    return this.#next.promise;
  }

  /** Wakes all code that waits now. */
  notify(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
