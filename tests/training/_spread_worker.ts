/** A Worker that exchanges matrices with others and checks what comes. */

import { openBackend } from "../../src/compute/mod.ts";
import { serve } from "../../src/training/mod.ts";
import { exchangeAll, type Spreads } from "./_spreads.ts";

serve<Spreads>(
  async () => void await openBackend("wasm"),
  (spreads, group) => Promise.resolve(exchangeAll(spreads, group)),
);
