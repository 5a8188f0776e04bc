/** The Worker that trains together with the thread that started it. */

import { enableGradients, openBackend } from "../compute/mod.ts";
import { Random } from "../random.ts";
import { joinWorkerGroup } from "../training/mod.ts";
import { type TrainingJob, trainMember } from "./train_member.ts";

joinWorkerGroup<TrainingJob>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (job, group) => {
    const { model } = await trainMember(job, Random.fromState(job.random), group);
    model.dispose();
  },
);
