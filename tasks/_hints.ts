/** Remedies in warnings, each once: many images fail for one reason. */

/** Passes on a hint the first time that it comes. */
export class Hints {
  readonly #given = new Set<string>();

  /** The hint; undefined if it was given before. */
  first(hint: string | undefined): string | undefined {
    if (hint === undefined || this.#given.has(hint)) return undefined;
    this.#given.add(hint);
    return hint;
  }
}
