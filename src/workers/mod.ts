/**
 * Workers and the messages between threads.
 *
 * @module
 */

export { receiveError, sendError, type SentError } from "./sent_error.ts";
export { type WorkerScope, workerScope } from "./worker_scope.ts";
