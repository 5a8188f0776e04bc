/** The Worker's side of a `WorkerClient`: one task, then jobs in order. */

import { sendError, type SentError } from "./sent_error.ts";
import { workerScope } from "./worker_scope.ts";

/** One reply per message: to the task (`value` has no meaning), then to each job. */
export type WorkerReply<Reply> = { readonly value: Reply } | { readonly error: SentError };

/** Places of the numbers that a Worker counts up in shared memory. */
export const Progress = {
  /** 1 once the Worker takes jobs. */
  started: 0,
  /** Jobs that it has done. */
  done: 1,
} as const;

/** The first message. */
export interface WorkerStart<Task> {
  readonly task: Task;
  /** Two numbers (see {@linkcode Progress}), which the client sees before it receives the replies. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

/**
 * The work of a Worker.
 *
 * @typeParam Task The content of the first message.
 * @typeParam Job Every later message.
 * @typeParam Reply The answer to a job.
 */
export interface WorkerService<Task, Job, Reply> {
  /** Prepares for the task, and returns the function that does a job. */
  start(task: Task): Promise<(job: Job) => Promise<Reply>>;
  /** Buffers of a reply that move instead of being copied. @default none */
  transferOf?(reply: Reply): Transferable[];
}

/**
 * Serves a `WorkerClient`: a Worker's module calls it once, before it awaits anything.
 *
 * Errors are replies, too. The client ends a Worker after any that is no `StrayError`.
 *
 * @param service The work; messages wait until it is loaded.
 */
export function serveJobs<Task, Job, Reply>(
  service: WorkerService<Task, Job, Reply> | Promise<WorkerService<Task, Job, Reply>>,
): void {
  const scope = workerScope<WorkerStart<Task> | Job, WorkerReply<Reply | undefined>>();
  let transferOf: WorkerService<Task, Job, Reply>["transferOf"];
  let run: ((job: Job) => Promise<Reply>) | undefined;
  let progress: WorkerStart<Task>["progress"];
  let last: Promise<void> = Promise.resolve();
  const begin = async (first: WorkerStart<Task>): Promise<void> => {
    const loaded = await service;
    progress = first.progress;
    transferOf = loaded.transferOf;
    run = await loaded.start(first.task);
    Atomics.store(progress, Progress.started, 1);
    scope.postMessage({ value: undefined });
  };
  const doJob = async (job: Job): Promise<void> => {
    const value = await run!(job).finally(() => Atomics.add(progress, Progress.done, 1));
    scope.postMessage({ value }, transferOf?.(value) ?? []);
  };
  const answer = async (message: WorkerStart<Task> | Job): Promise<void> => {
    try {
      await (run ? doJob(message as Job) : begin(message as WorkerStart<Task>));
    } catch (error) {
      scope.postMessage({ error: sendError(error) });
    }
  };
  scope.onmessage = ({ data }) => void (last = last.then(() => answer(data)));
}
