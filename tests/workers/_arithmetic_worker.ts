/** A Worker that multiplies by its task. */

import { StrayError } from "../../src/errors.ts";
import { serveJobs } from "../../src/workers/mod.ts";

serveJobs<number, number, number>({
  start: (factor) => {
    if (factor === 0) throw new StrayError("value", "Cannot take 0");
    return Promise.resolve((job) => {
      if (job === Infinity) throw new Error("too much");
      if (job < 0) throw new StrayError("value", `Cannot take ${job}`, { hint: "give 0" });
      return Promise.resolve(factor * job);
    });
  },
});
