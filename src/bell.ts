/** One promise after the other, for those who wait until something has changed. */

/**
 * Wakes whoever waits; a ring that nobody waits for is not kept.
 *
 * @example
 * ```ts
 * import { Bell } from "./bell.ts";
 *
 * const bell = new Bell();
 * const woken = bell.wait();
 * bell.ring();
 * await woken;
 * ```
 */
export class Bell {
  #next = Promise.withResolvers<void>();

  /** Fulfilled at the next ring. */
  wait(): Promise<void> {
    return this.#next.promise;
  }

  /** Wakes all who wait now. */
  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
