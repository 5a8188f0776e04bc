import assert from "node:assert/strict";
import { Detector, scoreEntries, trainDetector } from "../../src/detection/mod.ts";
import { failure, squares, stream } from "./_entries.ts";

async function makeDetector(): Promise<Detector> {
  const { model } = await trainDetector(stream(squares(40)), {
    architecture: "vae",
    backend: "wasm",
    epochs: 1,
    version: "0.0.0",
  });
  return await Detector.open(model, { backend: "wasm" });
}

Deno.test("as many outcomes as entries, in order, and scores that no neighbour changes", async () => {
  const detector = await makeDetector();
  const entries = squares(600, 6);
  entries.splice(0, 0, failure("first.png"));
  entries.splice(300, 0, failure("middle.png"), failure("middle2.png"));
  entries.push(failure("last.png"));
  const paths: string[] = [], scores: (number | string)[] = [];
  for await (const batch of scoreEntries(stream(entries), detector)) {
    for (const entry of batch) {
      paths.push(entry.path);
      scores.push("error" in entry ? entry.error.code : entry.verdict.score);
    }
  }
  assert.deepEqual(paths, entries.map(({ path }) => path));
  for (const [i, entry] of entries.entries()) {
    if (i % 50 !== 7) continue;
    assert.ok("image" in entry);
    const [alone] = await detector.detect([entry.image]);
    assert.equal(scores[i], alone!.score);
  }
  detector.dispose();
});

Deno.test("an image that does not fit becomes a failed one, with what was wanted", async () => {
  const detector = await makeDetector();
  const data = Uint8Array.from({ length: 12 }, (_, i) => i);
  const image = { width: 2, height: 2, channels: 3, data, white: 255 } as const;
  const [first] = squares(1);
  const outcomes = [];
  for await (const batch of scoreEntries(stream([{ path: "a", image }, first!]), detector)) {
    outcomes.push(...batch);
  }
  const [bad, good] = outcomes;
  assert.ok("error" in bad!);
  assert.match(bad.error.message, /size must be 8 x 8: current value is 2 x 2/);
  assert.ok("verdict" in good!);
  detector.dispose();
});

Deno.test("a source that stalls is answered before it goes on", async () => {
  const detector = await makeDetector();
  const slow = stream(squares(3), 200);
  let outcomes = 0, batches = 0;
  for await (const batch of scoreEntries(slow, detector)) {
    batches++;
    outcomes += batch.length;
  }
  assert.deepEqual([outcomes, batches], [3, 3]);
  detector.dispose();
});
