/** The Worker of `simulateAll`: receives the settings once, then batches of image ids. */

import type { WorkerService } from "../workers/mod.ts";
import type { ImageId, SimulationSettings } from "./settings.ts";
import { simulateImage } from "./simulate_image.ts";
import type { SimulatedImage } from "./simulated_image.ts";

/** The service. */
export const SIMULATION_SERVICE: WorkerService<
  SimulationSettings,
  readonly ImageId[],
  readonly SimulatedImage[]
> = {
  start: (settings) =>
    Promise.resolve((ids) => Array.fromAsync(ids, (id) => simulateImage(settings, id))),
};
