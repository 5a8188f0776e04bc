import assert from "node:assert/strict";
import { budgetBytes, makeBudget, release, withMemory } from "../src/memory_budget.ts";

const MIB = 1 << 20;

Deno.test("parts of a budget never exceed it, and all work is done", async () => {
  const budget = makeBudget(100 * MIB);
  let taken = 0, most = 0, done = 0;
  const sizes = Array.from({ length: 40 }, (_, i) => 1 + (i * 37) % 100);
  await Promise.all(sizes.map((size) =>
    withMemory(budget, size * MIB, "do it", async () => {
      most = Math.max(most, taken += size);
      await new Promise((resolve) => setTimeout(resolve, 2));
      taken -= size;
      done++;
    })
  ));
  assert.equal(done, 40);
  assert.ok(most <= 100, `${most}`);
  assert.equal(budget[1], 100, "all parts are given back");
});

Deno.test("work that fails gives its part back; work that never fits is refused with its size", async () => {
  const budget = makeBudget(100 * MIB);
  const fail = () => Promise.reject(new Error("no"));
  await assert.rejects(withMemory(budget, 60 * MIB, "do it", fail), { message: "no" });
  assert.equal(budget[1], 100);
  await assert.rejects(withMemory(budget, 101 * MIB, 'decode "a"', fail), {
    code: "too_large",
    message: 'Cannot decode "a" as it must fit in 100 MB of memory: it takes about 101 MB',
    hint: "allow more with --max-memory 101M if the machine has as much",
  });
});

Deno.test("a budget is shared by threads", async () => {
  const budget = makeBudget(10 * MIB);
  const module = new URL("../src/memory_budget.ts", import.meta.url).href;
  const code = `import { withMemory } from ${JSON.stringify(module)};
    onmessage = ({ data }) => withMemory(data, 8 << 20, "do it", async () => {
      postMessage("taken");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }).then(() => postMessage("done"));`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(code)}`, {
    type: "module",
  });
  const told: string[] = [];
  const end = Promise.withResolvers<void>();
  worker.onmessage = async ({ data }) => {
    told.push(data);
    if (data === "done") return end.resolve();
    await withMemory(budget, 8 * MIB, "do it", () => Promise.resolve(void told.push("here")));
  };
  worker.postMessage(budget);
  await end.promise;
  while (!told.includes("here")) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(told.slice(0, 1), ["taken"]);
  assert.equal(budget[1], 10);
  worker.terminate();
});

Deno.test("the default is a share of the machine's memory; large arrays are freed at once", () => {
  const bytes = budgetBytes(makeBudget());
  assert.ok(bytes > 64 * MIB && bytes <= 5 * 1024 * MIB, `${bytes}`);
  const large = new Float32Array(MIB), small = new Float32Array(4);
  release(large);
  release(small);
  assert.deepEqual([large.length, small.length], [0, 4]);
});
