/** A Worker that sums with others and checks every sum. */

import { joinWorkerGroup } from "../../src/training/mod.ts";
import { sumAll, type Sums } from "./_all_reduce.ts";

joinWorkerGroup<Sums>(
  async () => {},
  (sums, group) => Promise.resolve(sumAll(sums, group)),
);
