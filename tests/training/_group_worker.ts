/** A Worker that adds up with others and checks every sum. */

import { serve } from "../../src/training/mod.ts";
import { addUp, type Sums } from "./_sums.ts";

serve<Sums>(
  async () => {},
  (sums, group) => Promise.resolve(addUp(sums, group)),
);
