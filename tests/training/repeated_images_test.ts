import assert from "node:assert/strict";
import type { Sample } from "../../src/datasets/mod.ts";
import { loadImages } from "../../src/training/mod.ts";

/** Images of 3 x 1 pixels: those of equal numbers are equal. */
async function load(images: readonly (readonly [path: string, number: number])[]) {
  const warnings: string[] = [], taken: string[] = [];
  async function* entries(): AsyncGenerator<Sample> {
    for (const [path, number] of images) {
      const data = Uint8Array.of(255, number & 255, number >> 8);
      yield { path, image: { width: 3, height: 1, channels: 1, data, white: 255 } };
    }
  }
  const { images: { count } } = await loadImages(entries(), {
    onWarning: (message) => void warnings.push(message),
    onImage: ({ path }) => void taken.push(path),
  });
  return { count, warnings, taken };
}

const named = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => [`${from + i}.png`, from + i] as const);

Deno.test("a file that is given again counts once, with a warning", async () => {
  const { count, warnings, taken } = await load([...named(40), ...named(40), ...named(20)]);
  assert.equal(count, 40);
  assert.deepEqual(taken, named(40).map(([path]) => path));
  assert.deepEqual(warnings, ["images given again, which count once: 60"]);
});

Deno.test("images that equal others stay, and are told if they are many", async () => {
  const copies = named(3).map(([path, number]) => [`copy of ${path}`, number] as const);
  assert.deepEqual(
    await load([...named(100), ...copies]).then(({ count, warnings }) => ({
      count,
      warnings,
    })),
    {
      count: 103,
      warnings: ['images that equal others: 3 of 103, "copy of 0.png" as "0.png"'],
    },
  );
  const few = await load([...named(1000), ...copies]);
  assert.deepEqual([few.count, few.warnings], [1003, []]);
});

Deno.test("images of one path that differ are images of their own", async () => {
  const { count, warnings } = await load(named(50).map(([, number]) => ["stack.npy", number]));
  assert.deepEqual([count, warnings], [50, []]);
});
