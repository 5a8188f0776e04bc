/** Workers that train as a group with the thread that started them. */

import { WorkerClient, type WorkerEntry, type WorkerService } from "../workers/mod.ts";
import {
  BrokenGroupError,
  type GroupCapacity,
  type GroupMemory,
  groupMemory,
  type ProcessGroup,
  SharedMemoryGroup,
  SINGLE_PROCESS,
} from "./process_group.ts";

/** The one job of a Worker: its place in the group, and the work. */
interface Assignment<Job> {
  readonly memory: GroupMemory;
  readonly rank: number;
  readonly job: Job;
}

/** Threads that work as one group: this one, with rank 0, and Workers. */
export class WorkerGroup {
  readonly #entry: WorkerEntry;
  readonly #workers: WorkerClient<Assignment<unknown>, void>[] = [];

  /** @param entry Entry of the Workers, which serve a {@linkcode groupMember}. */
  constructor(entry: WorkerEntry) {
    this.#entry = entry;
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
    while (this.#workers.length < workers) {
      const worker = new WorkerClient<Assignment<unknown>, void>(this.#entry, undefined);
      worker.ready.catch(() => {}); // no unhandled rejection where `ready` is called later
      this.#workers.push(worker);
    }
    for (const worker of this.#workers.splice(workers)) worker.close();
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
    const others = Promise.all(
      this.#workers.map((worker, i) => worker.run({ memory, rank: i + 1, job })),
    );
    others.catch(() => {}); // read only if `main` cannot go on
    try {
      return await main(group);
    } catch (error) {
      if (error instanceof BrokenGroupError) await others;
      throw error;
    } finally {
      group.fail();
    }
  }

  /** Ends the Workers, also in the middle of their work. */
  stop(): void {
    this.resize(0);
  }
}

/**
 * The service of a Worker that is a member of a {@linkcode WorkerGroup}.
 *
 * @param prepare Runs at once, before there is a job.
 * @param work Does the job, once.
 * @returns The service.
 */
export function groupMember<Job>(
  prepare: () => Promise<void>,
  work: (job: Job, group: ProcessGroup) => Promise<void>,
): WorkerService<undefined, Assignment<Job>, void> {
  return {
    start: async () => {
      await prepare();
      return async ({ memory, rank, job }) => {
        const group = new SharedMemoryGroup(memory, rank);
        try {
          await work(job, group);
        } catch (error) {
          if (error instanceof BrokenGroupError) return; // the member that failed reports it
          group.fail();
          throw error;
        }
      };
    },
  };
}
