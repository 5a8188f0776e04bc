import assert from "node:assert/strict";
import { readAhead } from "../../src/datasets/_read_ahead.ts";
import { test } from "./_fixtures.ts";

interface Watch {
  started: number;
  returned: boolean;
}

/** Tasks that give their number after a few turns of the loop, late ones often before early ones. */
async function* tasksOf(count: number, watch: Watch) {
  try {
    for (let i = 0; i < count; i++) {
      yield async () => {
        watch.started++;
        for (let turn = (i * 7) % 5; turn > 0; turn--) await Promise.resolve();
        return i;
      };
    }
  } finally {
    watch.returned = true;
  }
}

const LIMITS = { count: 4, bytes: Infinity, costOf: () => 0, signal: undefined };

test("results keep the order of their tasks, started no further ahead than allowed", async () => {
  for (const count of [1, 2, 7, 50]) {
    const watch = { started: 0, returned: false };
    const seen: number[] = [];
    for await (const i of readAhead(tasksOf(40, watch), () => {}, { ...LIMITS, count })) {
      seen.push(i);
      assert.ok(watch.started <= i + count, `${watch.started} started at ${i}`);
    }
    assert.deepEqual(seen, [...seen.keys()]);
    assert.equal(seen.length, 40);
  }
});

test("large results are not piled up", async () => {
  const watch = { started: 0, returned: false };
  const options = { ...LIMITS, count: 100, bytes: 1000, costOf: () => 300 };
  for await (const i of readAhead(tasksOf(60, watch), () => {}, options)) {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    // Four before any size is known, three of 300 within 1000 afterwards.
    assert.ok(watch.started <= i + 4, `${watch.started} started at ${i}`);
    assert.ok(watch.started >= Math.min(i + 3, 60), `only ${watch.started} started at ${i}`);
  }
});

test("a result larger than the budget still comes", async () => {
  const watch = { started: 0, returned: false };
  const options = { ...LIMITS, bytes: 1000, costOf: () => 5000 };
  const seen = await Array.fromAsync(readAhead(tasksOf(9, watch), () => {}, options));
  assert.equal(seen.length, 9);
});

test("a task's failure comes in its place, and ends the rest", async () => {
  const watch = { started: 0, returned: false };
  async function* tasks() {
    for await (const task of tasksOf(20, watch)) {
      yield async () => {
        const i = await task();
        if (i === 5) throw new Error("fifth");
        return i;
      };
    }
  }
  const seen: number[] = [];
  let cancelled = false;
  await assert.rejects(async () => {
    for await (const i of readAhead(tasks(), () => void (cancelled = true), LIMITS)) seen.push(i);
  }, { message: "fifth" });
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  assert.deepEqual([cancelled, watch.returned], [true, true]);
});

test("a failure to find the next task comes after the results before", async () => {
  async function* tasks() {
    for (let i = 0; i < 3; i++) yield () => Promise.resolve(i);
    throw new Error("no more");
  }
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const i of readAhead(tasks(), () => {}, LIMITS)) seen.push(i);
  }, { message: "no more" });
  assert.deepEqual(seen, [0, 1, 2]);
});

test("a consumer that stops early waits for the tasks under way", async () => {
  let running = 0;
  async function* tasks() {
    for (;;) {
      yield async () => {
        running++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
      };
    }
  }
  for await (const _ of readAhead(tasks(), () => {}, LIMITS)) break;
  assert.equal(running, 0);
});

test("an abort does not wait for a read that never ends", async () => {
  const abort = new AbortController();
  async function* tasks() {
    yield () => new Promise<number>(() => {});
  }
  const entries = readAhead(tasks(), () => {}, { ...LIMITS, signal: abort.signal });
  const next = entries.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const reason = new Error("enough");
  abort.abort(reason);
  await assert.rejects(next, reason);
});
