/** A Worker that exchanges matrices with others and checks the results. */

import { openBackend } from "../../src/compute/mod.ts";
import { groupMember } from "../../src/training/mod.ts";
import { serveJobs } from "../../src/workers/mod.ts";
import { exchangeAll, type Exchanges } from "./_collectives.ts";

serveJobs(groupMember<Exchanges>(
  async () => void await openBackend("wasm"),
  (exchanges, group) => Promise.resolve(exchangeAll(exchanges, group)),
));
