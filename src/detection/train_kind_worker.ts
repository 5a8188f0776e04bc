/** A Worker that trains a model of a kind of its own with the thread that started it. */

import { enableGradients, openBackend } from "../compute/mod.ts";
import { Random } from "../random.ts";
import { serve } from "../training/mod.ts";
import { type KindJob, trainKindTogether } from "./train_kind_together.ts";

serve<KindJob>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (job, group) => {
    const { model } = await trainKindTogether(Random.fromState(job.random), job, group);
    model.dispose();
  },
);
