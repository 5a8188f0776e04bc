/** A Worker that trains with the thread that started it. */

import { enableGradients, openBackend } from "../compute/mod.ts";
import { Autoencoder } from "../models/mod.ts";
import { Random } from "../random.ts";
import { serve } from "../training/mod.ts";
import { type TrainingJob, trainTogether } from "./train_together.ts";

serve<TrainingJob>(
  async () => {
    await openBackend("wasm");
    await enableGradients();
  },
  async (job, group) => {
    const random = Random.fromState(job.random);
    const network = new Autoencoder(job.spec, random);
    await trainTogether(network, random, job, group);
  },
);
