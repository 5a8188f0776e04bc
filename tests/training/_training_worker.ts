/** A Worker that trains with others. */

import { enableGradients, openBackend } from "../../src/compute/mod.ts";
import { groupMember } from "../../src/training/mod.ts";
import { serveJobs } from "../../src/workers/mod.ts";
import { type SmallTraining, trainSmall } from "./_training.ts";

serveJobs(groupMember<SmallTraining>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (training, group) => void await trainSmall(training, group),
));
