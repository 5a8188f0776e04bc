/** Turns of the event loop: long work must take some, or signals, Workers and timers are not heard. */

import { setImmediate } from "node:timers";

/** Between two turns in which signals are asked for, in ms: such a turn takes some 5 ms. */
const SIGNALS_MS = 1000;

/**
 * Lets the event loop do what else is ready to be done.
 *
 * It asks the system for signals only in one of some sixty such turns, unless it has nothing to do; see
 * {@linkcode EventLoopYielder}.
 *
 * @returns Once it has. Takes less than a millisecond.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The turns of some long work, in which Ctrl-C is heard. */
export class EventLoopYielder {
  #asked = performance.now();

  /**
   * Takes a turn, to be called as often as the work can be left.
   *
   * @returns Once all that was ready was done; at most once a second also what signals bring about.
   */
  async yield(): Promise<void> {
    const now = performance.now();
    if (now - this.#asked < SIGNALS_MS) return await yieldToEventLoop();
    this.#asked = now;
    // One wait to be told of a signal, one for its listeners.
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
