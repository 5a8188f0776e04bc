/** A Worker that becomes ready, and ends at its first batch. */

import { serveJobs } from "../../src/workers/mod.ts";

serveJobs({
  start: () =>
    Promise.resolve(() => {
      throw new Error("out of luck");
    }),
});
