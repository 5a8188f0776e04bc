/** Notes on single images, on stderr: the first ones, and the number of the others. */

import type { Reporter } from "../src/cli/mod.ts";

/** Notes that are printed at most. */
export const MAX_NOTES = 10;

/** Prints notes on images. */
export class ImageNotes {
  readonly #reporter: Pick<Reporter, "warn">;
  #count = 0;

  /** @param reporter Writes to stderr. */
  constructor(reporter: Pick<Reporter, "warn">) {
    this.#reporter = reporter;
  }

  /** Prints the notes on an image, if there are not too many before. */
  add(path: string, notes: readonly string[] = []): void {
    for (const note of notes) {
      if (++this.#count <= MAX_NOTES) this.#reporter.warn(`${path}: ${note}`);
    }
  }

  /** Tells how many were left out; further ones are counted anew. */
  end(): void {
    if (this.#count > MAX_NOTES) {
      this.#reporter.warn(`${this.#count - MAX_NOTES} more notes on images were left out`);
    }
    this.#count = 0;
  }
}
