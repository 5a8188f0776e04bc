/** A Worker that exchanges matrices with others and checks the results. */

import { openBackend } from "../../src/compute/mod.ts";
import { joinWorkerGroup } from "../../src/training/mod.ts";
import { exchangeAll, type Exchanges } from "./_collectives.ts";

joinWorkerGroup<Exchanges>(
  async () => void await openBackend("wasm"),
  (exchanges, group) => Promise.resolve(exchangeAll(exchanges, group)),
);
