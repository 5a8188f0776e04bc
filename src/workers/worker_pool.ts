/** Workers of one module, and how to go on without them. */

import { StrayError } from "../errors.ts";
import { WorkerClient } from "./worker_client.ts";

/**
 * Workers of one module, started together, once.
 *
 * @typeParam Job A message to a Worker.
 * @typeParam Reply Its answer.
 */
export class WorkerPool<Job, Reply> {
  readonly #module: string;
  readonly #onWarning: ((message: string) => void) | undefined;
  readonly #clients: WorkerClient<Job, Reply>[] = [];
  #state: "new" | "started" | "closed" = "new";
  #warned = false;

  /**
   * Starts no Worker yet.
   *
   * @param module URL of the Workers' module.
   * @param onWarning Called at most once: Workers cannot start, or one ended.
   */
  constructor(module: string, onWarning: ((message: string) => void) | undefined) {
    this.#module = module;
    this.#onWarning = onWarning;
  }

  /**
   * Starts the Workers; later calls do nothing.
   *
   * @param count Number of Workers.
   * @param makeTask Makes their first message.
   * @returns When each is ready or has failed.
   */
  async start(count: number, makeTask: () => unknown): Promise<void> {
    if (this.#state !== "new" || count === 0) return;
    this.#state = "started";
    const exists = await moduleExists(this.#module);
    if (this.#isClosed()) return;
    if (!exists) return this.#warn(new Error(`there is no ${this.#module}`));
    const task = makeTask();
    for (let i = 0; i < count; i++) this.#clients.push(new WorkerClient(this.#module, task));
    await Promise.all(this.#clients.map(({ ready }) => ready.catch((error) => this.#warn(error))));
  }

  /**
   * Sends a job to the Worker with the most room.
   *
   * @param job The job; leave its shared memory alone until the reply.
   * @param runHere Does the job in this thread, if the Worker ends before its reply.
   * @returns The reply; undefined if no Worker has room.
   * @throws {StrayError} If the job failed with one.
   */
  run(job: Job, runHere: () => Promise<Reply>): Promise<Reply> | undefined {
    let best: WorkerClient<Job, Reply> | undefined, room = 0;
    for (const client of this.#clients) {
      if (client.room > room) [best, room] = [client, client.room];
    }
    return best?.run(job).catch((error) => {
      if (error instanceof StrayError) throw error;
      this.#warn(error);
      return runHere();
    });
  }

  /** Ends all Workers at once. */
  close(): void {
    this.#state = "closed";
    for (const client of this.#clients) client.close();
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #warn(error: Error): void {
    if (this.#warned || this.#isClosed()) return;
    this.#warned = true;
    const [reason] = error.message.replace(/^(Uncaught |\(in promise\) )+/, "").split("\n");
    this.#onWarning?.(`fewer threads than asked for, as Workers failed: ${reason}`);
  }
}

/** Whether a module can be there: a bundle has none, and Deno would print an error. */
async function moduleExists(module: string): Promise<boolean> {
  if (!module.startsWith("file:")) return true;
  try {
    return (await Deno.stat(new URL(module))).isFile;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
