/** The services of stray's Workers, each in the Worker whose name has its role. */

import { ownRole, serveJobs, type WorkerRole, type WorkerService } from "./workers/mod.ts";

/** Loads the service of each role. */
const SERVICES: Readonly<Record<WorkerRole, () => Promise<WorkerService<never, never, unknown>>>> =
  {
    decode: async () => (await import("./images/_decode_worker.ts")).DECODE_SERVICE,
    score: async () => (await import("./detection/_scoring_worker.ts")).SCORING_SERVICE,
    simulate: async () => (await import("./simulation/_worker.ts")).SIMULATION_SERVICE,
    train: async () => (await import("./detection/train_worker.ts")).TRAINING_SERVICE,
    vips: async () => (await import("./images/_vips_worker.ts")).VIPS_SERVICE,
  };

/**
 * Serves the role of this thread, if it is one of stray's Workers.
 *
 * @returns Whether it is; else nothing was done.
 */
export function serveOwnRole(): boolean {
  const role = ownRole();
  if (role === undefined || !Object.hasOwn(SERVICES, role)) return false;
  serveJobs(SERVICES[role as WorkerRole]());
  return true;
}
