/** Containers that many names of single images point into: opened once, read in turn. */

import type { Series } from "./_series.ts";

interface Shared {
  readonly images: Promise<Series | undefined>;
  /** Ends when the last read that was asked for has ended. */
  turn: Promise<unknown>;
}

/** Containers kept open at a time. */
const MOST = 4;

/** A few open containers, the least recently used closed first. */
export class SharedContainers {
  readonly #open = new Map<string, Shared>();
  #closing: Promise<void> = Promise.resolve();

  /**
   * Calls `use` with a container when all earlier uses of it have ended.
   *
   * @param key What makes the container the same.
   * @param open Opens it, if it is not open; its failure stays. `undefined` if it is none.
   * @param use What to do with it.
   */
  async use<T>(
    key: string,
    open: () => Promise<Series | undefined>,
    use: (images: Series) => Promise<T>,
  ): Promise<T | undefined> {
    let shared = this.#open.get(key);
    if (shared === undefined) {
      shared = { images: open(), turn: Promise.resolve() };
      this.#open.set(key, shared);
      if (this.#open.size > MOST) this.#evict();
    } else {
      this.#open.delete(key); // to the end of the order
      this.#open.set(key, shared);
    }
    const { images, turn } = shared;
    const result = turn.then(async () => {
      const opened = await images;
      return opened && await use(opened);
    });
    shared.turn = result.catch(() => {});
    return await result;
  }

  /** Closes all, after the uses that were asked for. */
  async close(): Promise<void> {
    while (this.#open.size > 0) this.#evict();
    await this.#closing;
  }

  #evict(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    const [key, { images, turn }] = oldest;
    this.#open.delete(key);
    this.#closing = Promise.all([this.#closing, turn]).then(async () => {
      const opened = await images.catch(() => undefined);
      await opened?.close();
    });
  }
}
