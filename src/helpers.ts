/** Several Workers of one kind, and what to do without them. */

import { Helper } from "./helper.ts";

/** The Workers of one kind: started together, once. */
export class Helpers<Job, Reply> {
  readonly #module: string;
  readonly #onWarning: ((message: string) => void) | undefined;
  readonly #helpers: Helper<Job, Reply>[] = [];
  #state: "none" | "started" | "closed" = "none";
  #warned = false;

  /**
   * Starts nothing yet.
   *
   * @param module The entry of the Workers, a URL.
   * @param onWarning Called at most once: Workers cannot be had, or one was lost.
   */
  constructor(module: string, onWarning: ((message: string) => void) | undefined) {
    this.#module = module;
    this.#onWarning = onWarning;
  }

  /**
   * Starts Workers, unless that was done before.
   *
   * @param count How many.
   * @param task What they are told first.
   * @returns When all are ready, or have failed.
   */
  async start(count: number, task: () => unknown): Promise<void> {
    if (this.#state !== "none" || count === 0) return;
    this.#state = "started";
    const found = await isThere(this.#module);
    if (this.#isClosed()) return;
    if (!found) return this.warn(new Error(`there is no ${this.#module}`));
    const told = task();
    for (let i = 0; i < count; i++) this.#helpers.push(new Helper(this.#module, told));
    await Promise.all(this.#helpers.map(({ ready }) => ready.catch((error) => this.warn(error))));
  }

  /** The Worker with most room, if one has any. */
  get free(): Helper<Job, Reply> | undefined {
    let best: Helper<Job, Reply> | undefined, room = 0;
    for (const helper of this.#helpers) {
      if (helper.room > room) [best, room] = [helper, helper.room];
    }
    return best;
  }

  /**
   * Says, once, that there are fewer threads than asked for.
   *
   * @param error Why.
   */
  warn(error: Error): void {
    if (this.#warned || this.#isClosed()) return;
    this.#warned = true;
    const [reason] = error.message.replace(/^(Uncaught |\(in promise\) )+/, "").split("\n");
    this.#onWarning?.(`fewer threads than asked for, as Workers failed: ${reason}`);
  }

  /** Ends all Workers at once. */
  close(): void {
    this.#state = "closed";
    for (const helper of this.#helpers) helper.close();
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }
}

/** Whether the entry of a Worker can be there: a bundle has none, and Deno would print an error. */
async function isThere(module: string): Promise<boolean> {
  if (!module.startsWith("file:")) return true;
  try {
    return (await Deno.stat(new URL(module))).isFile;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
