/** A Worker that does jobs in order, as the thread that sends them sees it. */

import { StrayError } from "../errors.ts";
import { Progress, type WorkerReply, type WorkerStart } from "./serve_jobs.ts";
import { receiveError } from "./sent_error.ts";
import { type WorkerEntry, workerName } from "./worker_entry.ts";

/** Jobs in a Worker at a time: one under way, one waiting. */
const MAX_JOBS = 2;

/**
 * A Worker that takes one task, then replies to every job, in order. Its module calls `serveJobs`.
 *
 * @typeParam Job A message to the Worker.
 * @typeParam Reply Its answer.
 *
 * @example
 * ```ts
 * import { WorkerClient } from "./worker_client.ts";
 *
 * const code = `onmessage = ({ data: { task: factor } }) => {
 *   onmessage = ({ data }) => postMessage({ value: data * factor });
 *   postMessage({ value: "ready" });
 * }`;
 * const module = `data:application/javascript,${code}`;
 * const client = new WorkerClient<number, number>({ module }, 3);
 * await client.ready;
 * const product = await client.run(5);
 * client.close();
 * if (product !== 15) throw new Error("unexpected product");
 * ```
 */
export class WorkerClient<Job, Reply> {
  /** Fulfilled when the Worker takes jobs; rejected if it cannot start. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  /** How far the Worker is; its messages may still be on the way. */
  readonly #progress = new Int32Array(new SharedArrayBuffer(8));
  #sent = 0;
  /** Whether the Worker's first message, which says that it takes jobs, is here. */
  #hasStarted = false;
  #isClosed = false;

  /**
   * Starts a Worker.
   *
   * @param entry Its module.
   * @param task Its task.
   */
  constructor(entry: WorkerEntry, task: unknown) {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    const worker = this.#worker = new Worker(entry.module, {
      type: "module",
      name: workerName(entry),
    });
    const fail = (error: Error) => {
      this.close();
      ready.reject(error);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    worker.onmessage = ({ data }: MessageEvent<WorkerReply<Reply>>) => {
      if ("error" in data) {
        const error = receiveError(data.error);
        const goesOn = this.#hasStarted && error instanceof StrayError;
        return goesOn ? this.#waiting.shift()!.reject(error) : fail(error);
      }
      if (this.#hasStarted) return this.#waiting.shift()!.resolve(data.value);
      this.#hasStarted = true;
      ready.resolve();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(new Error(event.message));
    };
    worker.onmessageerror = () => fail(new Error("a message could not be read"));
    worker.postMessage({ task, progress: this.#progress } satisfies WorkerStart<unknown>);
  }

  /**
   * Whether the Worker takes jobs, now or after those that it has.
   *
   * Known before its message is here: while this thread computes, messages may take seconds.
   */
  get isReady(): boolean {
    return !this.#isClosed &&
      (this.#hasStarted || Atomics.load(this.#progress, Progress.started) > 0);
  }

  /** Number of jobs that the Worker can take now; it does not wait for replies on their way. */
  get room(): number {
    return this.isReady ? MAX_JOBS - this.#sent + Atomics.load(this.#progress, Progress.done) : 0;
  }

  /**
   * Sends a job.
   *
   * @param job The job; leave its shared memory alone until the reply.
   * @returns The reply.
   * @throws {StrayError} If the job failed with one.
   * @throws {Error} If the Worker ended, with the error that ended it: do the job elsewhere.
   */
  run(job: Job): Promise<Reply> {
    const waiting = Promise.withResolvers<Reply>();
    this.#waiting.push(waiting);
    this.#sent++;
    this.#worker.postMessage(job);
    return waiting.promise;
  }

  /** Ends the Worker at once; pending replies stay pending. */
  close(): void {
    this.#isClosed = true;
    this.#worker.terminate();
  }
}
