/** A Worker that does jobs in order, seen from the thread that gives them. */

/** Jobs that a Worker has at a time: one under way, and the next. */
const MOST_JOBS = 2;

/**
 * A Worker that is told once what it will have to do, says "ready", and then answers every job, in
 * order. One that fails says nothing: the caller does its jobs elsewhere.
 *
 * @typeParam Job What it is given; must fit in a message.
 * @typeParam Reply What it answers.
 *
 * @example
 * ```ts
 * import { Helper } from "./helper.ts";
 *
 * const code = `onmessage = ({ data: factor }) => {
 *   onmessage = ({ data }) => postMessage(data * factor);
 *   postMessage("ready");
 * }`;
 * const helper = new Helper<number, number>(`data:application/javascript,${code}`, 3);
 * await helper.ready;
 * const product = await helper.run(5);
 * helper.close();
 * if (product !== 15) throw new Error("unexpected product");
 * ```
 */
export class Helper<Job, Reply> {
  /** Fulfilled when it can take jobs; rejected if it cannot be had. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  #isReady = false;

  /**
   * Starts a Worker.
   *
   * @param module Its entry, a URL.
   * @param task What it is told first.
   */
  constructor(module: string, task: unknown) {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    const worker = this.#worker = new Worker(module, { type: "module", name: "stray" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (this.#isReady) return this.#waiting.shift()!.resolve(data);
      this.#isReady = true;
      ready.resolve();
    };
    const fail = (event: Event, reason: string) => {
      event.preventDefault();
      this.close();
      const error = new Error(reason);
      ready.reject(error);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    worker.onerror = (event) => fail(event, event.message);
    worker.onmessageerror = (event) => fail(event, "a message could not be read");
    worker.postMessage(task);
  }

  /** How many jobs it could take now. */
  get room(): number {
    return this.#isReady ? MOST_JOBS - this.#waiting.length : 0;
  }

  /**
   * Gives it a job.
   *
   * @param job The job; shared memory in it is to be left alone until it is done.
   * @returns The answer; rejected if the Worker fails.
   */
  run(job: Job): Promise<Reply> {
    const waiting = Promise.withResolvers<Reply>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(job);
    return waiting.promise;
  }

  /** Ends it at once; what it has not answered is never answered. */
  close(): void {
    this.#isReady = false;
    this.#worker.terminate();
  }
}
