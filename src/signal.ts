/** One promise after the other, for those who wait until something has changed. */

/**
 * Wakes whoever waits; a ring that nobody waits for is not kept.
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

  /** Fulfilled at the next ring. */
  wait(): Promise<void> {
    return this.#next.promise;
  }

  /** Wakes all who wait now. */
  notify(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
