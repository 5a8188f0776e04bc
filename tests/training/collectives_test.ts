import assert from "node:assert/strict";
import { openBackend } from "../../src/compute/mod.ts";
import { WorkerGroup } from "../../src/training/mod.ts";
import { exchangeAll, type Exchanges, MOST } from "./_collectives.ts";

for (const workers of [1, 2, 4]) {
  Deno.test(`${workers + 1} threads exchange rows and columns of matrices`, async () => {
    await openBackend("wasm");
    const workerGroup = new WorkerGroup({
      module: new URL("./_collectives_worker.ts", import.meta.url).href,
    });
    try {
      workerGroup.resize(workers);
      assert.equal(await workerGroup.ready(), undefined);
      const exchanges: Exchanges = { rounds: 200 };
      const capacity = { parameters: 1, activations: MOST * MOST };
      await workerGroup.run(capacity, exchanges, (group) => {
        return Promise.resolve(exchangeAll(exchanges, group));
      });
    } finally {
      workerGroup.stop();
    }
  });
}
