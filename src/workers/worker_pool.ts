/** Workers of one module, and the work without them. */

import { StrayError } from "../errors.ts";
import { WorkerClient } from "./worker_client.ts";
import type { WorkerEntry } from "./worker_entry.ts";

/** Work in this thread before Workers start, in ms: a Worker takes some 160 ms to start, on a core of its own. */
const WORK_BEFORE_START_MS = 30;
/** Workers that start together; as long as all are busy, their number doubles. */
const FIRST_WORKERS = 4;

/** Options of a {@linkcode WorkerPool}. */
export interface WorkerPoolOptions {
  /** Maximum number of Workers. */
  readonly workers: number;
  /** Makes the first message to all Workers, once, when they start. */
  readonly makeTask: () => unknown;
  /** Called at most once: Workers cannot start, or one ended. */
  readonly onWarning: ((message: string) => void) | undefined;
}

/**
 * Workers of one module: a few at first, more while all are busy.
 *
 * @typeParam Job A message to a Worker.
 * @typeParam Reply Its answer.
 */
export class WorkerPool<Job, Reply> {
  readonly #entry: WorkerEntry;
  readonly #options: WorkerPoolOptions;
  readonly #clients: WorkerClient<Job, Reply>[] = [];
  #state: "new" | "started" | "closed" = "new";
  #task: unknown;
  #workMs = 0;
  #warned = false;

  /**
   * Starts no Worker yet.
   *
   * @param entry The Workers' module.
   * @param options Number of Workers, and their task.
   */
  constructor(entry: WorkerEntry, options: WorkerPoolOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /**
   * Starts the first Workers; later calls do nothing.
   *
   * @returns When each is ready or has failed.
   */
  async start(): Promise<void> {
    const { workers, makeTask } = this.#options;
    if (this.#state !== "new" || workers < 1) return;
    this.#state = "started";
    const fault = await moduleFault(this.#entry.module);
    if (this.#isClosed()) return;
    if (fault !== undefined) return this.#warn(new Error(fault));
    this.#task = makeTask();
    await this.#add(Math.min(FIRST_WORKERS, workers));
  }

  async #add(count: number): Promise<void> {
    const added: WorkerClient<Job, Reply>[] = [];
    for (let i = 0; i < count; i++) added.push(new WorkerClient(this.#entry, this.#task));
    this.#clients.push(...added);
    await Promise.all(added.map(({ ready }) => ready.catch((error) => this.#warn(error))));
  }

  /** Starts as many Workers again, where all are ready and none has room. */
  #grow(): void {
    const { length } = this.#clients;
    if (length === 0 || !this.#clients.every(({ isReady }) => isReady)) return;
    void this.#add(Math.min(length, this.#options.workers - length));
  }

  /**
   * Sends a job to the Worker with the most room.
   *
   * @param job The job; leave its shared memory alone until the reply.
   * @param work Does the job in this thread, if the Worker ends before its reply.
   * @returns The reply; undefined if no Worker has room.
   * @throws {StrayError} If the job failed with one.
   */
  run(job: Job, work: () => Promise<Reply>): Promise<Reply> | undefined {
    let best: WorkerClient<Job, Reply> | undefined, room = 0;
    for (const client of this.#clients) {
      if (client.room > room) [best, room] = [client, client.room];
    }
    if (!best) this.#grow();
    return best?.run(job).catch((error) => {
      if (error instanceof StrayError) throw error;
      this.#warn(error);
      return work();
    });
  }

  /**
   * Does work in this thread, and starts the Workers once there has been enough of it.
   *
   * @param work The work.
   * @returns Its result.
   */
  async runHere<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const result = await work();
    this.#workMs += performance.now() - start;
    if (this.#workMs > WORK_BEFORE_START_MS) void this.start();
    return result;
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
    const [reason] = error.message.replace(/^(Uncaught |\(in promise\) |Error: )+/, "").split("\n");
    this.#options.onWarning?.(`fewer threads than asked for, as Workers failed: ${reason}`);
  }
}

/** The reason why a module cannot start, before Deno would print an error; undefined if none. */
async function moduleFault(module: string): Promise<string | undefined> {
  if (!module.startsWith("file:")) return undefined;
  const path = new URL(module);
  const { state } = await Deno.permissions.query({ name: "read", path });
  if (state !== "granted") return `there is no permission to read ${module}`;
  try {
    return (await Deno.stat(path)).isFile ? undefined : `there is no file ${module}`;
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? `there is no ${module}` : undefined;
  }
}
