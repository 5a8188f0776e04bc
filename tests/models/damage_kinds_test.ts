/** Every kind of damage changes images of any size, stays in range and repeats itself for one seed. */

import assert from "node:assert/strict";
import { exampleMaker, UNDAMAGED } from "../../src/models/damage/examples.ts";
import { DAMAGE_KINDS, visiblyDamaged } from "../../src/models/damage/kinds.ts";
import { Random } from "../../src/random.ts";
import { type ImageShape, sizeOf } from "../../src/shape.ts";

/** Shapes, each with the fewest different results of 20 seeds: 8 x 8 pixels have few blurs. */
const SHAPES: readonly (readonly [ImageShape, number])[] = [
  [[8, 8, 1], 2],
  [[64, 64, 3], 10],
  [[12, 24, 2], 2],
];
const SEEDS = 20;

/** A grey disc on a dark slope, with a bright bar: smooth, flat and sharp places. */
function scene([height, width, channels]: ImageShape): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels), x = pixel % width / width, y = pixel / width / height;
    if (Math.abs(x - y) < 0.1) return 0.9;
    return Math.hypot(x - 0.5, y - 0.4) < 0.3 ? 0.5 : 0.2 * x + 0.05 * (at % channels);
  });
}

for (const [name, damage] of Object.entries(DAMAGE_KINDS)) {
  Deno.test(`${name} shows, stays in range and is the same for one seed`, () => {
    for (const [shape, fewest] of SHAPES) {
      const image = scene(shape), before = image.slice();
      const found = Array.from({ length: SEEDS }, (_, seed) => {
        const damaged = visiblyDamaged(damage, image, shape, new Random(seed));
        assert.ok(damaged, `seed ${seed} at ${shape}`);
        assert.equal(damaged.length, sizeOf(shape));
        assert.ok(damaged.every((value) => value >= 0 && value <= 1), `seed ${seed} at ${shape}`);
        assert.deepEqual(visiblyDamaged(damage, image, shape, new Random(seed)), damaged);
        return damaged.join();
      });
      assert.ok(new Set(found).size >= fewest, `${new Set(found).size} of ${SEEDS} differ`);
      assert.deepEqual(image, before);
    }
  });

  Deno.test(`${name} is in scale with the image`, () => {
    // The share of changed pixels is about the same for twice the pixels along each side.
    const changed = (shape: ImageShape) => {
      const image = scene(shape);
      let count = 0;
      for (let seed = 0; seed < 100; seed++) {
        const damaged = damage(image, shape, new Random(1000 + seed));
        damaged.forEach((value, at) => count += Math.abs(value - image[at]!) > 0.02 ? 1 : 0);
      }
      return count / image.length;
    };
    const ratio = changed([64, 64, 1]) / changed([32, 32, 1]);
    assert.ok(ratio > 0.6 && ratio < 1.6, `${ratio}`);
  });
}

Deno.test("damage that nothing shows counts as none", () => {
  const black = new Float32Array(64), shape = [8, 8, 1] as const;
  assert.equal(visiblyDamaged(DAMAGE_KINDS["cut-paste"]!, black, shape, new Random(1)), undefined);
  const make = exampleMaker(["cut-paste", "turned"], shape, { low: 0, high: 1 });
  for (let seed = 0; seed < 20; seed++) {
    const image = black.slice();
    assert.equal(make(image, -1, new Random(seed), () => {}), UNDAMAGED);
    assert.deepEqual(image, black);
  }
});

Deno.test("examples: a share is left as it is, the others are damaged within the range of samples", () => {
  const shape = [8, 8, 1] as const, kinds = Object.keys(DAMAGE_KINDS);
  const low = -3, high = 12, original = scene(shape).map((value) => low + value * (high - low));
  const make = exampleMaker(kinds, shape, { low, high });
  const counts = new Map<number, number>(), random = new Random(2);
  let augmented = 0;
  const count = 4000;
  for (let i = 0; i < count; i++) {
    const image = original.slice();
    const place = make(image, 7, random.split(), () => augmented++);
    counts.set(place, (counts.get(place) ?? 0) + 1);
    assert.equal(image.every((value, at) => value === original[at]), place === UNDAMAGED);
    assert.ok(image.every((value) => value >= low - 1e-5 && value <= high + 1e-5));
  }
  assert.deepEqual([...counts.keys()].sort((a, b) => a - b), [0, ...kinds.map((_, i) => i + 1)]);
  // Within 5 standard deviations.
  assert.ok(Math.abs(counts.get(UNDAMAGED)! / count - 1 / 3) < 0.04);
  assert.ok(Math.abs(augmented / count - 1 / 2) < 0.04);
  for (const [place, found] of counts) if (place > 0) assert.ok(found > 50, `${place}: ${found}`);
});

Deno.test("an unknown kind is refused", () => {
  assert.throws(() => exampleMaker(["rust"], [8, 8, 1], { low: 0, high: 1 }), {
    name: "TypeError",
    message: 'Cannot damage images by "rust" as there is no such kind',
  });
});
