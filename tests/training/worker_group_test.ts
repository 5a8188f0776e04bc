import assert from "node:assert/strict";
import { type ProcessGroup, WorkerGroup } from "../../src/training/mod.ts";
import { sumAll, type Sums } from "./_all_reduce.ts";

const ENTRY = { module: new URL("./_all_reduce_worker.ts", import.meta.url).href };

async function run(workers: number, sums: Sums, main = sumAll): Promise<void> {
  const workerGroup = new WorkerGroup(ENTRY);
  try {
    workerGroup.resize(workers);
    assert.equal(await workerGroup.ready(), undefined);
    assert.equal(workerGroup.size, workers + 1);
    await workerGroup.run({ parameters: 1 }, sums, (group) => Promise.resolve(main(sums, group)));
  } finally {
    workerGroup.stop();
  }
}

for (const workers of [0, 1, 2, 4]) {
  Deno.test(`sums of ${workers + 1} threads are the same to the bit on all, in any order of arrival`, async () => {
    await run(workers, { rounds: 1500 });
  });
}

Deno.test("an error in a Worker reaches the caller as it is, and no thread waits for ever", async () => {
  for (const failing of [1, 2]) {
    await assert.rejects(run(2, { rounds: 40, failing }), {
      name: "StrayError",
      code: "value",
      message: `Member ${failing} fails`,
      hint: "as it was told",
    });
  }
});

Deno.test("an error in this thread ends the Workers", async () => {
  await assert.rejects(run(2, { rounds: 40, failing: 0 }), { message: "Member 0 fails" });
  const main = (sums: Sums, group: ProcessGroup) => {
    sumAll({ ...sums, rounds: 1 }, group);
    throw new RangeError("mine");
  };
  await assert.rejects(run(1, { rounds: 40 }, main), RangeError);
});

Deno.test("where Workers cannot be started there is one thread, and a reason", async () => {
  const workerGroup = new WorkerGroup({
    module: new URL("./no_such_worker.ts", import.meta.url).href,
  });
  workerGroup.resize(2);
  assert.match((await workerGroup.ready())!, /^[^\n]+$/);
  assert.equal(workerGroup.size, 1);
  assert.equal(
    await workerGroup.run({ parameters: 1 }, {}, (group) => Promise.resolve(group.size)),
    1,
  );
});

Deno.test("Workers can be ended while they start", async () => {
  const workerGroup = new WorkerGroup(ENTRY);
  workerGroup.resize(3);
  workerGroup.resize(1);
  assert.equal(await workerGroup.ready(), undefined);
  assert.equal(workerGroup.size, 2);
  workerGroup.stop();
  workerGroup.stop();
});
