/** Examples that a model makes of images: the same for any number of threads, and when they validate. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";
import { ImageSet, type MakeExample } from "../../src/training/mod.ts";
import { Loader } from "../../src/training/loader.ts";
import { SINGLE_PROCESS } from "../../src/training/process_group.ts";

const COUNT = 7, SHAPE = [4, 4, 1] as const;
const ALL = Uint32Array.from({ length: COUNT }, (_, i) => i);

/** Images of one value each, with labels. */
function dataOf() {
  const images = new ImageSet(SHAPE);
  for (let i = 0; i < COUNT; i++) images.add(new Float32Array(16).fill(i / 10));
  return { images, classes: Int32Array.from(ALL, (i) => i % 3) };
}

/** Adds a random number, and names its tenths with the label. */
const addRandom: MakeExample = (image, label, random, augment) => {
  augment();
  const added = random.uniform();
  image.forEach((value, i) => image[i] = value + added);
  return 100 * label + Math.floor(10 * added);
};

function stepOf(rank: number, size: number, augment?: readonly string[]) {
  const group = { ...SINGLE_PROCESS, rank, size };
  const loader = new Loader(dataOf(), group, { makeExample: addRandom, augment });
  assert.ok(loader.changes);
  const { batch, input } = loader.step(ALL, new Random(1), new Random(2));
  assert.equal(input, undefined);
  const found = { x: [...batch.x.dataSync<"float32">()], classes: [...batch.classes] };
  assert.equal(batch.wholeSize, COUNT);
  batch.x.dispose();
  return found;
}

Deno.test("the examples of a step are the same for any number of threads", async () => {
  await openBackend("wasm");
  const whole = stepOf(0, 1);
  assert.ok(new Set(whole.x).size === COUNT, "each image has its own number");
  whole.classes.forEach((place, i) => {
    assert.equal(place, 100 * (i % 3) + Math.floor(10 * (whole.x[16 * i]! - Math.fround(i / 10))));
  });
  for (const size of [2, 3]) {
    const shares = Array.from({ length: size }, (_, rank) => stepOf(rank, size));
    assert.deepEqual(shares.flatMap(({ x }) => x), whole.x);
    assert.deepEqual(shares.flatMap(({ classes }) => classes), whole.classes);
  }
});

Deno.test("augmentations are the model's to apply, and none are for validation", async () => {
  await openBackend("wasm");
  assert.notDeepEqual(stepOf(0, 1, ["noise"]).x, stepOf(0, 1).x);
  const loader = new Loader(dataOf(), SINGLE_PROCESS, {
    makeExample: (image, _label, random, augment) => {
      const before = image.slice();
      augment();
      assert.deepEqual(image, before);
      return addRandom(image, 0, random, () => {});
    },
    augment: ["noise", "brightness"],
  });
  const validated = (part: Uint32Array) => {
    const randoms = Array.from(part, (i) => new Random(i).split());
    const { x, classes } = loader.validation(part, randoms);
    const values = [...x.dataSync<"float32">()];
    x.dispose();
    return { values, classes: [...classes] };
  };
  const whole = validated(ALL), parts = [validated(ALL.subarray(0, 3)), validated(ALL.subarray(3))];
  assert.deepEqual(parts.flatMap(({ values }) => values), whole.values);
  assert.deepEqual(parts.flatMap(({ classes }) => classes), whole.classes);
  assert.equal(tf.memory().numTensors, 0);
});
