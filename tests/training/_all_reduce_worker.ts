/** A Worker that sums with others and checks every sum. */

import { groupMember } from "../../src/training/mod.ts";
import { serveJobs } from "../../src/workers/mod.ts";
import { sumAll, type Sums } from "./_all_reduce.ts";

serveJobs(groupMember<Sums>(
  async () => {},
  (sums, group) => Promise.resolve(sumAll(sums, group)),
));
