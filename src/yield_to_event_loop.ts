/** Breaks in long work, which signals, Workers and timers need to be served. */

import { setImmediate } from "node:timers";

/** Interval between two checks for signals, in ms: a check takes some 5 ms. */
const SIGNALS_MS = 1000;

/**
 * Lets the event loop run everything that is ready.
 *
 * Signals are checked in only one of some sixty such breaks, unless the loop is idle; see
 * {@linkcode EventLoopYielder}.
 *
 * @returns Fulfilled afterwards. Takes less than a millisecond.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Breaks in long work, with a check for Ctrl-C at most once per second. */
export class EventLoopYielder {
  #asked = performance.now();

  /**
   * Takes a break; call it wherever the work can pause.
   *
   * @returns Fulfilled once everything ready has run.
   */
  async yield(): Promise<void> {
    const now = performance.now();
    if (now - this.#asked < SIGNALS_MS) return await yieldToEventLoop();
    this.#asked = now;
    // The first wait receives a signal, the second runs its listeners.
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
