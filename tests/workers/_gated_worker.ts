/** A Worker that replies with each job once a gate in shared memory is open. */

import { serveJobs } from "../../src/workers/mod.ts";

serveJobs<Int32Array<SharedArrayBuffer>, number, number>({
  start: (gate) =>
    Promise.resolve((job) => {
      Atomics.wait(gate, 0, 0);
      return Promise.resolve(job);
    }),
});
