import assert from "node:assert/strict";
import { openBackend } from "../../src/compute/mod.ts";
import { Team } from "../../src/training/mod.ts";
import { exchangeAll, MOST, type Spreads } from "./_spreads.ts";

for (const workers of [1, 2, 4]) {
  Deno.test(`${workers + 1} threads exchange rows and columns of matrices`, async () => {
    await openBackend("wasm");
    const team = new Team(new URL("./_spread_worker.ts", import.meta.url));
    try {
      team.resize(workers);
      assert.equal(await team.ready(), undefined);
      const spreads: Spreads = { rounds: 200 };
      await team.run({ board: 1, lane: MOST * MOST }, spreads, (group) => {
        return Promise.resolve(exchangeAll(spreads, group));
      });
    } finally {
      team.stop();
    }
  });
}
