/** A Worker that trains with others. */

import { enableGradients, openBackend } from "../../src/compute/mod.ts";
import { joinWorkerGroup } from "../../src/training/mod.ts";
import { type SmallTraining, trainSmall } from "./_training.ts";

joinWorkerGroup<SmallTraining>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (training, group) => void await trainSmall(training, group),
);
