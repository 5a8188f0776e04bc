/** The Worker that trains together with the thread that started it. */

import { enableGradients, openBackend } from "../compute/mod.ts";
import { Random } from "../random.ts";
import { groupMember } from "../training/mod.ts";
import { type TrainingJob, trainMember } from "./train_member.ts";

/** The service. */
export const TRAINING_SERVICE = groupMember<TrainingJob>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (job, group) => {
    const { model } = await trainMember(job, Random.fromState(job.random), group);
    model.dispose();
  },
);
