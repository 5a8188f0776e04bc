import assert from "node:assert/strict";
import { AUTOENCODER, type ModelDefinition, MODELS } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { chooseThreads } from "../../src/training/mod.ts";
import { batchBounds, largestGroup, panelBounds, shareOf } from "../../src/training/batches.ts";
import { NETWORKS } from "../models/_models.ts";

Deno.test("batches take every image once, none is too small, and shares take every image of a batch", () => {
  const random = new Random(2);
  for (let i = 0; i < 500; i++) {
    const count = 2 + random.integer(3000), batch = 2 + random.integer(300);
    const bounds = batchBounds(count, batch);
    assert.equal(bounds[0], 0);
    assert.equal(bounds.at(-1), count);
    const sizes = bounds.slice(1).map((end, j) => end - bounds[j]!);
    const least = Math.min(count, Math.max(2, batch / 8));
    assert.ok(sizes.every((size) => size >= least && size <= batch * 9 / 8 + 1), `${sizes}`);
    assert.ok(sizes.slice(0, -1).every((size) => size === batch));

    const size = 1 + random.integer(largestGroup(count, batch));
    for (const [j, end] of bounds.slice(1).entries()) {
      const indices = Uint32Array.from({ length: end - bounds[j]! }, (_, k) => bounds[j]! + k);
      const shares = Array.from({ length: size }, (_, rank) => shareOf(indices, { rank, size }));
      assert.deepEqual(shares.flatMap((share) => [...share]), [...indices]);
      const lengths = shares.map(({ length }) => length);
      assert.ok(Math.min(...lengths) >= 1 && Math.max(...lengths) - Math.min(...lengths) <= 1);
    }
  }
});

Deno.test("shares of rows and columns are all of them, none is empty, and those of many are whole panels", () => {
  for (let size = 1; size <= 9; size++) {
    for (let count = size; count < 1200; count++) {
      const shares = Array.from({ length: size }, (_, rank) => panelBounds(count, { rank, size }));
      assert.equal(shares[0]!.from, 0);
      assert.equal(shares.at(-1)!.to, count);
      shares.slice(1).forEach(({ from }, i) => assert.equal(from, shares[i]!.to));
      const lengths = shares.map(({ from, to }) => to - from);
      assert.ok(Math.min(...lengths) >= 1, `${lengths}`);
      if (count < 64 * size) continue;
      assert.ok(shares.every(({ from }) => from % 16 === 0), `${count}, ${size}`);
      assert.ok(Math.max(...lengths) - Math.min(...lengths) < 32, `${lengths}`);
    }
  }
});

Deno.test("threads: one for a small job, all for a large one, never more than a batch has images", () => {
  const costOf = (name: string, side: number) =>
    AUTOENCODER.learning!.multiplyAdds(NETWORKS[name]!.build({ inputShape: [side, side, 1] }));
  const job = { multiplyAdds: costOf("vae", 28), images: 50_000, batch: 128, epochs: 10 };
  assert.equal(chooseThreads(job, 8), 8);
  assert.equal(chooseThreads({ ...job, images: 200, epochs: 1 }, 8), 1);
  assert.equal(chooseThreads({ ...job, images: 5 }, 8, true), 5);
  assert.equal(chooseThreads({ ...job, batch: 2 }, 8, true), 2);
  assert.equal(chooseThreads({ ...job, images: 128 + 16 }, 64, true), 16);
  // Measured: two threads are no faster here than one.
  assert.equal(chooseThreads({ ...job, multiplyAdds: costOf("dense", 28), batch: 32 }, 8), 1);
  const tiny = { multiplyAdds: costOf("dense", 4), batch: 16, epochs: 100 };
  assert.equal(chooseThreads({ ...job, ...tiny }, 8), 1);
});

Deno.test("threads: every model that learns has a number, the recurrent one too", () => {
  const job = { images: 50_000, batch: 128, epochs: 10 }, classes = ["a", "b", "c"];
  for (const [name, model] of Object.entries<ModelDefinition>(MODELS)) {
    const { build, madeFor: inputShape = [28, 28, 1] as const, type: { learning } } = model;
    if (!learning) continue;
    const multiplyAdds = learning.multiplyAdds(build({ inputShape, classes }));
    const threads = chooseThreads({ ...job, multiplyAdds }, 8);
    assert.ok(threads >= 1 && threads <= 8, `${name}: ${threads}`);
    if (["recurrent", "conv-pool", "dcae"].includes(name)) assert.equal(threads, 8, name);
  }
});
