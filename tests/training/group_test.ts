import assert from "node:assert/strict";
import { type Group, Team } from "../../src/training/mod.ts";
import { addUp, type Sums } from "./_sums.ts";

const MODULE = new URL("./_group_worker.ts", import.meta.url);

async function run(workers: number, sums: Sums, lead = addUp): Promise<void> {
  const team = new Team(MODULE);
  try {
    team.resize(workers);
    assert.equal(await team.ready(), undefined);
    assert.equal(team.size, workers + 1);
    await team.run({ board: 1 }, sums, (group) => Promise.resolve(lead(sums, group)));
  } finally {
    team.stop();
  }
}

for (const workers of [0, 1, 2, 4]) {
  Deno.test(`sums of ${workers + 1} threads are the same to the bit on all, in any order of arrival`, async () => {
    await run(workers, { rounds: 1500 });
  });
}

Deno.test("an error in a Worker reaches the caller as it is, and nobody waits for ever", async () => {
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
  const lead = (sums: Sums, group: Group) => {
    addUp({ ...sums, rounds: 1 }, group);
    throw new RangeError("mine");
  };
  await assert.rejects(run(1, { rounds: 40 }, lead), RangeError);
});

Deno.test("where Workers cannot be started there is one thread, and a reason", async () => {
  const team = new Team(new URL("./no_such_worker.ts", import.meta.url));
  team.resize(2);
  assert.match((await team.ready())!, /^[^\n]+$/);
  assert.equal(team.size, 1);
  assert.equal(await team.run({ board: 1 }, {}, (group) => Promise.resolve(group.size)), 1);
});

Deno.test("Workers can be ended while they start", async () => {
  const team = new Team(MODULE);
  team.resize(3);
  team.resize(1);
  assert.equal(await team.ready(), undefined);
  assert.equal(team.size, 2);
  team.stop();
  team.stop();
});
