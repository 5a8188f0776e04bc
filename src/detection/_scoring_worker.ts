/** A Worker of `scoreEntries`: prepares batches, and scores them if it has the model. */

import type { WorkerService } from "../workers/mod.ts";
import {
  type PreparationResult,
  prepareBatch,
  scoreBatch,
  type ScoringJob,
  type ScoringTask,
} from "./_scoring_job.ts";

/** The service. */
export const SCORING_SERVICE: WorkerService<ScoringTask, ScoringJob, PreparationResult> = {
  start: async ({ input, scoring }) => {
    const detector = scoring && await (await import("./detector.ts")).Detector.open(
      scoring.model,
      { backend: "wasm", score: scoring.score, fpr: scoring.fpr },
    );
    return async (job) => {
      const result = await prepareBatch(job, input);
      if (detector) await scoreBatch(job, detector);
      return result;
    };
  },
};
