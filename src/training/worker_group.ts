/** Workers that train as a group with the thread that started them. */

import { receiveError, sendError, type SentError, workerScope } from "../workers/mod.ts";
import {
  BrokenGroupError,
  type GroupCapacity,
  type GroupMemory,
  groupMemory,
  type ProcessGroup,
  SharedMemoryGroup,
  SINGLE_PROCESS,
} from "./process_group.ts";

/** The one message to a Worker: its place in the group, and its job. */
interface Assignment<Job> {
  readonly memory: GroupMemory;
  readonly rank: number;
  readonly job: Job;
}

/** A message from a Worker: it can begin, or it has failed. */
type WorkerReport =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly error: SentError };

/** A Worker and its state. */
interface GroupWorker {
  readonly worker: Worker;
  /** Rejected if the Worker cannot start. */
  readonly ready: Promise<void>;
  /** The error that ended the Worker; pending for ever if there is none. */
  readonly failure: Promise<Error>;
}

/** Threads that work as one group: this one, with rank 0, and Workers. */
export class WorkerGroup {
  readonly #module: URL;
  readonly #workers: GroupWorker[] = [];

  /** @param module Entry of the Workers: a module that calls {@linkcode joinWorkerGroup}. */
  constructor(module: URL) {
    this.#module = module;
  }

  /** Number of threads: this one and the Workers. */
  get size(): number {
    return this.#workers.length + 1;
  }

  /**
   * Starts or ends Workers. New ones prepare themselves while this thread goes on.
   *
   * @param workers Number of Workers to keep.
   */
  resize(workers: number): void {
    while (this.#workers.length < workers) this.#workers.push(startWorker(this.#module));
    for (const { worker } of this.#workers.splice(workers)) worker.terminate();
  }

  /**
   * Waits until the Workers can begin. If one cannot start, ends all.
   *
   * @returns The reason why there are none, in words; undefined if all have started.
   */
  async ready(): Promise<string | undefined> {
    try {
      await Promise.all(this.#workers.map(({ ready }) => ready));
      return undefined;
    } catch (error) {
      this.stop();
      return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
    }
  }

  /**
   * Works as a group. The Workers must be ready.
   *
   * @param capacity Sizes of the shared buffers.
   * @param job Job of the Workers; must fit in a message.
   * @param main Work of this thread.
   * @returns The result of `main`.
   * @throws {Error} The error of `main` or of a Worker.
   */
  async run<Result>(
    capacity: GroupCapacity,
    job: unknown,
    main: (group: ProcessGroup) => Promise<Result>,
  ): Promise<Result> {
    if (this.size === 1) return await main(SINGLE_PROCESS);
    const memory = groupMemory(this.size, capacity);
    const group = new SharedMemoryGroup(memory, 0);
    this.#workers.forEach(({ worker }, i) => {
      worker.postMessage({ memory, rank: i + 1, job } satisfies Assignment<unknown>);
    });
    try {
      return await main(group);
    } catch (error) {
      if (!(error instanceof BrokenGroupError)) throw error;
      throw await Promise.race(this.#workers.map(({ failure }) => failure));
    } finally {
      group.fail();
    }
  }

  /** Ends the Workers, also in the middle of their work. */
  stop(): void {
    this.resize(0);
  }
}

function startWorker(module: URL): GroupWorker {
  const worker = new Worker(module.href, { type: "module" });
  const failure = Promise.withResolvers<Error>(), ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {}); // no unhandled rejection where `ready` is called later
  const fail = (error: Error) => {
    ready.reject(error);
    failure.resolve(error);
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
    if (data.kind === "ready") ready.resolve();
    else fail(receiveError(data.error));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new Error(event.message));
  };
  return { worker, ready: ready.promise, failure: failure.promise };
}

/**
 * Makes this Worker a member of a {@linkcode WorkerGroup}.
 *
 * @param prepare Runs at once, before there is a job.
 * @param work Does the job, once.
 */
export function joinWorkerGroup<Job>(
  prepare: () => Promise<void>,
  work: (job: Job, group: ProcessGroup) => Promise<void>,
): void {
  const scope = workerScope<Assignment<Job>, WorkerReport>();
  const reportFailure = (error: unknown) =>
    scope.postMessage({ kind: "failed", error: sendError(error) });
  scope.onmessage = async ({ data }) => {
    const group = new SharedMemoryGroup(data.memory, data.rank);
    try {
      await work(data.job, group);
    } catch (error) {
      if (error instanceof BrokenGroupError) return; // the member that failed reports it
      reportFailure(error);
      group.fail();
    }
  };
  prepare().then(() => scope.postMessage({ kind: "ready" }), reportFailure);
}
