import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import { receiveError, sendError, WorkerClient, WorkerPool } from "../../src/workers/mod.ts";

const ARITHMETIC = { module: new URL("./_arithmetic_worker.ts", import.meta.url).href };
const GATED = { module: new URL("./_gated_worker.ts", import.meta.url).href };

/** A pool of Workers that multiply. */
function makePool(factor: number, onWarning: (message: string) => void, workers = 1) {
  return new WorkerPool<number, number>(ARITHMETIC, { workers, makeTask: () => factor, onWarning });
}

Deno.test("an error crosses threads whole", () => {
  const cause = new TypeError("the reason");
  const error = new StrayError("decode", "Cannot decode it", { hint: "try another", cause });
  const received = receiveError(structuredClone(sendError(error)));
  assert.ok(received instanceof StrayError);
  const { code, message, hint, stack } = received;
  assert.deepEqual([code, message, hint, stack], [
    "decode",
    error.message,
    error.hint,
    error.stack,
  ]);
  assert.equal((received.cause as Error).message, "the reason");
  assert.ok(!(receiveError(sendError(cause)) instanceof StrayError));
  assert.equal(receiveError(sendError("a text")).message, "a text");
});

Deno.test("jobs are done in order, and a job that fails leaves the Worker at work", async () => {
  const pool = makePool(3, (message) => assert.fail(message));
  await pool.start();
  const here = () => assert.fail("done here");
  assert.equal(await pool.run(5, here), 15);
  const failing = pool.run(-1, here), next = pool.run(7, here);
  assert.equal(pool.run(8, here), undefined); // one under way, one waiting
  await assert.rejects(failing!, { code: "value", message: "Cannot take -1", hint: "give 0" });
  assert.equal(await next, 21);
  pool.close();
});

Deno.test("jobs of a Worker that ends are done here, with one warning", async () => {
  const warnings: string[] = [];
  const pool = makePool(3, (message) => void warnings.push(message));
  await pool.start();
  const jobs = [
    pool.run(Infinity, () => Promise.resolve(1)),
    pool.run(2, () => Promise.resolve(6)),
  ];
  assert.deepEqual(await Promise.all(jobs), [1, 6]);
  assert.equal(pool.run(4, () => Promise.resolve(0)), undefined);
  assert.deepEqual(warnings, ["fewer threads than asked for, as Workers failed: too much"]);
});

Deno.test("a Worker that cannot prepare says why", async () => {
  const warnings: string[] = [];
  const pool = makePool(0, (message) => void warnings.push(message), 2);
  await pool.start();
  assert.equal(pool.run(4, () => Promise.resolve(0)), undefined);
  assert.deepEqual(warnings, ["fewer threads than asked for, as Workers failed: Cannot take 0"]);
});

Deno.test("Workers start by themselves after enough work here", async () => {
  const pool = makePool(3, (message) => assert.fail(message));
  for (let i = 0; i < 1000; i++) {
    const slow = () => new Promise<number>((resolve) => setTimeout(() => resolve(7), 20));
    assert.equal(await pool.runHere(slow), 7);
    const reply = pool.run(2, () => assert.fail("done here"));
    if (!reply) continue;
    assert.ok(i >= 1, `started after ${i + 1} pieces of work`);
    assert.equal(await reply, 6);
    return pool.close();
  }
  assert.fail("no Worker");
});

Deno.test("a thread that computes without a break sees that its Worker has started", async () => {
  const client = new WorkerClient<number, number>(ARITHMETIC, 3);
  const clock = new Int32Array(new SharedArrayBuffer(4)), startedMs = performance.now();
  while (client.room === 0 && performance.now() - startedMs < 20_000) Atomics.wait(clock, 0, 0, 5);
  assert.equal(client.room, 2);
  assert.equal(await client.run(5), 15);
  await client.ready;
  client.close();
  assert.equal(client.room, 0);
});

Deno.test("Workers start as they are needed, not as many as there may be", async () => {
  const tasks: number[] = [], gate = new Int32Array(new SharedArrayBuffer(4));
  const pool = new WorkerPool<number, number>(GATED, {
    workers: 100,
    makeTask: () => tasks.push(1) && gate,
    onWarning: (message) => assert.fail(message),
  });
  await pool.start();
  const here = () => assert.fail("done here");
  // Behind a closed gate each Worker takes two jobs: all at once say how many Workers there are.
  const countWorkers = async () => {
    Atomics.store(gate, 0, 0);
    const taken: Promise<number>[] = [];
    for (let reply; (reply = pool.run(2, here));) taken.push(reply);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    assert.deepEqual(new Set(await Promise.all(taken)), new Set([2]));
    return taken.length / 2;
  };
  for (const expected of [4, 8, 16]) {
    let count: number;
    while ((count = await countWorkers()) < expected) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // others start
    }
    assert.equal(count, expected);
  }
  assert.deepEqual(tasks, [1]);
  pool.close();
});
