/** Open containers, for many names of single images in them. */

import type { ImageSeries } from "./_image_series.ts";

interface Shared {
  readonly images: Promise<ImageSeries | undefined>;
  /** Fulfilled after the last requested use. */
  turn: Promise<unknown>;
}

/** Maximum number of open containers. */
const MAX_OPEN = 4;

/** A few open containers; the least recently used is closed first. */
export class SharedContainers {
  readonly #open = new Map<string, Shared>();
  #closing: Promise<void> = Promise.resolve();

  /**
   * Calls `use` with a container, after all earlier uses of it.
   *
   * @param key Identifies the container.
   * @param open Opens it, once, even if that fails; undefined if it is not a container.
   */
  async use<T>(
    key: string,
    open: () => Promise<ImageSeries | undefined>,
    use: (images: ImageSeries) => Promise<T>,
  ): Promise<T | undefined> {
    let shared = this.#open.get(key);
    if (shared === undefined) {
      shared = { images: open(), turn: Promise.resolve() };
      this.#open.set(key, shared);
      if (this.#open.size > MAX_OPEN) this.#evict();
    } else {
      this.#open.delete(key); // moves to the end of the order
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

  /** Closes all, after all requested uses. */
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
