/** A Worker that scores batches, seen from this thread. */

import type { ModelInput } from "../images/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import type { Job, Outcome } from "./_job.ts";

/** What a Worker is told first. */
export interface HelperTask {
  /** What the model takes. */
  readonly input: ModelInput;
  /** The model and its score; absent if batches are only to be prepared. */
  readonly scoring?: { readonly model: ModelFile; readonly score: string };
}

/** What a Worker says: that it is ready, or what it found in a batch; in the order of the batches. */
export type HelperReply = "ready" | Outcome;

/** Batches that a Worker has at a time: one under way, and the next. */
const MOST_JOBS = 2;

/** A Worker that scores batches. */
export class Helper {
  /** Fulfilled when it can take batches; rejected if it cannot be had. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Outcome>[] = [];
  #isReady = false;

  /**
   * Starts a Worker.
   *
   * @param module Its entry.
   * @param task What it will have to do.
   */
  constructor(module: string, task: HelperTask) {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    const worker = this.#worker = new Worker(module, { type: "module", name: "stray" });
    worker.onmessage = ({ data }: MessageEvent<HelperReply>) => {
      if (data !== "ready") return this.#waiting.shift()!.resolve(data);
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

  /** How many batches it could take now. */
  get room(): number {
    return this.#isReady ? MOST_JOBS - this.#waiting.length : 0;
  }

  /**
   * Hands it a batch; leave the batch alone until it is done.
   *
   * @param job The batch.
   * @returns What was found; rejected if the Worker fails.
   */
  run(job: Job): Promise<Outcome> {
    const waiting = Promise.withResolvers<Outcome>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(job);
    return waiting.promise;
  }

  /** Ends it at once. */
  close(): void {
    this.#isReady = false;
    this.#worker.terminate();
  }
}
