/** A part of a stream of entries, and the files that it takes. */

import type { Span } from "../shard.ts";

/** Positions of the entries to read; files outside of it are not opened. */
export class Window {
  readonly #span: Span;
  /** Position of the next entry. */
  #at = 0;

  /** @param span Positions; `to` may be infinite. */
  constructor(span: Span) {
    this.#span = span;
  }

  /** Whether all entries before the end were offered. */
  get isPast(): boolean {
    return this.#at >= this.#span.to;
  }

  /**
   * Offers a file.
   *
   * @param count Counts its entries; called only where their number decides.
   * @returns The entries to read, by their index in the file; undefined for none.
   */
  async take(count: () => Promise<number>): Promise<Span | undefined> {
    const { from, to } = this.#span;
    const start = this.#at;
    if (start >= to) return undefined;
    if (start >= from && to === Infinity) return { from: 0, to };
    this.#at += await count();
    if (this.#at <= from || this.#at === start) return undefined;
    return {
      from: Math.max(0, from - start),
      to: this.#at <= to ? Infinity : to - start,
    };
  }
}
