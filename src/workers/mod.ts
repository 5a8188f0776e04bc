/**
 * Workers, and the messages between them and the thread that starts them.
 *
 * @module
 */

export { receiveError, sendError, type SentError } from "./sent_error.ts";
export { serveJobs, type WorkerService } from "./serve_jobs.ts";
export { threadCount } from "./thread_count.ts";
export { WorkerClient } from "./worker_client.ts";
export { ownRole, type WorkerEntry, workerEntry, type WorkerRole } from "./worker_entry.ts";
export { WorkerPool } from "./worker_pool.ts";
