import assert from "node:assert/strict";
import { openBackend } from "../../src/compute/mod.ts";
import { WorkerGroup } from "../../src/training/mod.ts";
import { exchangeAll, MOST, type Spreads } from "./_spreads.ts";

for (const workers of [1, 2, 4]) {
  Deno.test(`${workers + 1} threads exchange rows and columns of matrices`, async () => {
    await openBackend("wasm");
    const workerGroup = new WorkerGroup(new URL("./_spread_worker.ts", import.meta.url));
    try {
      workerGroup.resize(workers);
      assert.equal(await workerGroup.ready(), undefined);
      const spreads: Spreads = { rounds: 200 };
      await workerGroup.run({ board: 1, lane: MOST * MOST }, spreads, (group) => {
        return Promise.resolve(exchangeAll(spreads, group));
      });
    } finally {
      workerGroup.stop();
    }
  });
}
