/** The Worker's side of a `WorkerClient`: one task, then jobs in order. */

import { sendError, type SentError } from "./sent_error.ts";
import { workerScope } from "./worker_scope.ts";

/** One reply per message: to the task (`value` has no meaning), then to each job. */
export type WorkerReply<Reply> = { readonly value: Reply } | { readonly error: SentError };

/**
 * Serves a `WorkerClient`: a Worker's module calls it once.
 *
 * Errors are replies, too. The client ends a Worker after any that is no `StrayError`.
 *
 * @typeParam Task The first message.
 * @typeParam Job Every later message.
 * @typeParam Reply The answer to a job.
 * @param start Prepares for the task, and returns the function that does a job.
 * @param transferOf Buffers of a reply that move instead of being copied. Default none.
 */
export function serveJobs<Task, Job, Reply>(
  start: (task: Task) => Promise<(job: Job) => Promise<Reply>>,
  transferOf: (reply: Reply) => Transferable[] = () => [],
): void {
  const scope = workerScope<Task | Job, WorkerReply<Reply | undefined>>();
  let run: ((job: Job) => Promise<Reply>) | undefined;
  let last: Promise<void> = Promise.resolve();
  const answer = async (message: Task | Job): Promise<void> => {
    try {
      if (run) {
        const value = await run(message as Job);
        scope.postMessage({ value }, transferOf(value));
      } else {
        run = await start(message as Task);
        scope.postMessage({ value: undefined });
      }
    } catch (error) {
      scope.postMessage({ error: sendError(error) });
    }
  };
  scope.onmessage = ({ data }) => void (last = last.then(() => answer(data)));
}
