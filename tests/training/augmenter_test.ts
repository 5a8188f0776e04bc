import assert from "node:assert/strict";
import { Random } from "../../src/random.ts";
import { AUGMENTATION_NAMES } from "../../src/training/augmentations.ts";
import { Augmenter } from "../../src/training/augmenter.ts";

const SHAPE = [6, 5, 2] as const;
const SIZE = 60;

function image(seed = 1): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: SIZE }, () => random.uniform());
}

/** As a training gives each image one. */
function generator(index: number): Random {
  const random = new Random(5);
  for (let i = 0; i < index; i++) random.split();
  return random.split();
}

/** An image after some augmentations: the target, and the input. */
function change(augment: readonly string[], seed: number, shape = SHAPE, from = image()) {
  const augmenter = new Augmenter(augment, [...shape]);
  const random = generator(seed);
  const out = from.slice();
  augmenter.alter(out, random);
  const input = out.slice();
  if (augmenter.corrupts) augmenter.corrupt(input, random);
  return { out, input };
}

/** The image with columns, rows or both in the other order. */
function mirror(data: Float32Array, x: boolean, y: boolean): Float32Array {
  const [height, width, channels] = SHAPE;
  return data.map((_, i) => {
    const c = i % channels, column = Math.floor(i / channels) % width;
    const row = Math.floor(i / channels / width);
    const from = (y ? height - 1 - row : row) * width + (x ? width - 1 - column : column);
    return data[from * channels + c]!;
  });
}

Deno.test("flips are mirror images to the bit, in half of the images each", () => {
  const data = image();
  const wanted = [false, true].flatMap((x) => [false, true].map((y) => mirror(data, x, y).join()));
  const counts = wanted.map(() => 0);
  for (let seed = 0; seed < 400; seed++) {
    const found = wanted.indexOf(change(["flip-x", "flip-y"], seed).out.join());
    assert.notEqual(found, -1);
    counts[found]!++;
  }
  // 100 of 400 each, with a standard deviation of 8.7.
  for (const count of counts) assert.ok(Math.abs(count - 100) < 44, counts.join());
});

Deno.test("strengths of nothing change nothing", () => {
  const none = ["rotate:0", "shift:0", "crop:1", "brightness:0", "contrast:0", "noise:0"];
  for (let seed = 0; seed < 20; seed++) {
    const { out, input } = change(none, seed);
    assert.deepEqual(out, image());
    assert.deepEqual(input, image());
  }
});

Deno.test("resampling is exact on planes, and within the image's range everywhere", () => {
  const [height, width] = [31, 33];
  const plane = Float32Array.from(
    { length: height * width },
    (_, i) => 0.2 + 0.01 * (i % width) + 0.005 * Math.floor(i / width),
  );
  for (const name of ["rotate:30", "shift:3", "crop:0.6"]) {
    for (let seed = 0; seed < 20; seed++) {
      const { out } = change([name], seed, [height, width, 1] as never, plane);
      const at = (x: number, y: number) => out[y * width + x]!;
      // An affine map of a plane is a plane, away from what comes from outside.
      for (let y = 12; y < 18; y++) {
        for (let x = 12; x < 20; x++) {
          const bend = at(x - 1, y) + at(x + 1, y) - 2 * at(x, y);
          const twist = at(x, y - 1) + at(x, y + 1) - 2 * at(x, y);
          assert.ok(Math.abs(bend) < 1e-6 && Math.abs(twist) < 1e-6, `${name}: ${bend} ${twist}`);
        }
      }
      const [least, most] = [Math.min(...plane), Math.max(...plane)];
      assert.ok(out.every((value) => value >= least - 1e-6 && value <= most + 1e-6));
      assert.notDeepEqual(out, plane);
    }
  }
});

Deno.test("a crop and a rotation keep the middle near the middle, a shift moves it by at most its pixels", () => {
  const side = 41, middle = 20;
  const spot = Float32Array.from({ length: side * side }, (_, i) => {
    const x = i % side - middle, y = Math.floor(i / side) - middle;
    return Math.exp(-(x * x + y * y) / 18);
  });
  const centre = (data: Float32Array): [number, number] => {
    let sum = 0, x = 0, y = 0;
    data.forEach((value, i) => {
      sum += value;
      x += value * (i % side);
      y += value * Math.floor(i / side);
    });
    return [x / sum - middle, y / sum - middle];
  };
  const far = { "rotate:90": 0.01, "shift:4": 4.01, "crop:0.8": 0.1 * side / 0.8 + 0.01 };
  for (const [name, most] of Object.entries(far)) {
    let largest = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { out } = change([name], seed, [side, side, 1] as never, spot);
      for (const distance of centre(out).map(Math.abs)) largest = Math.max(largest, distance);
    }
    assert.ok(largest <= most, `${name}: ${largest}`);
    if (most > 1) assert.ok(largest > most / 3, `${name} moves by ${largest} only`);
  }
});

Deno.test("contrast keeps the mean, brightness moves it, and [0, 1] is not left", () => {
  const mean = (data: Float32Array) => data.reduce((a, b) => a + b, 0) / data.length;
  const soft = image().map((value) => 0.4 + 0.2 * value);
  for (let seed = 0; seed < 50; seed++) {
    const { out: contrasted } = change(["contrast:0.5"], seed, SHAPE, soft);
    assert.ok(Math.abs(mean(contrasted) - mean(soft)) < 1e-6);
    const { out: brightened } = change(["brightness:0.3"], seed, SHAPE, soft);
    const moved = brightened.map((value, i) => value - soft[i]!);
    assert.ok(Math.max(...moved) - Math.min(...moved) < 1e-6 && Math.abs(moved[0]!) <= 0.3);
    const { out } = change(["contrast:1", "brightness:0.9"], seed);
    assert.ok(out.every((value) => value >= 0 && value <= 1));
    // Numbers that were never bounded stay unbounded.
    const wide = image().map((value) => 10 * value);
    const { out: free } = change(["brightness:0.9"], seed, SHAPE, wide);
    assert.ok(Math.abs(mean(free) - mean(wide)) <= 0.9 && Math.max(...free) > 5);
  }
});

Deno.test("noise, cut-out and dropout are of what goes in only", () => {
  let squares = 0, count = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { out, input } = change(["noise:0.2"], seed);
    assert.deepEqual(out, image());
    input.forEach((value, i) => squares += (value - out[i]!) ** 2);
    count += input.length;
  }
  // 6000 deviates: their variance is known to 2 %.
  assert.ok(Math.abs(Math.sqrt(squares / count) / 0.2 - 1) < 0.04);

  const places = new Set<number>();
  for (let seed = 0; seed < 300; seed++) {
    const { out, input } = change(["cutout:3"], seed);
    assert.deepEqual(out, image());
    const cut = [...input.keys()].filter((i) => input[i] !== out[i]);
    assert.ok(cut.every((i) => input[i] === 0));
    const columns = cut.map((i) => (i >> 1) % SHAPE[1]), rows = cut.map((i) => Math.floor(i / 10));
    assert.ok(Math.max(...columns) - Math.min(...columns) < 3);
    assert.ok(Math.max(...rows) - Math.min(...rows) < 3);
    cut.forEach((i) => places.add(i));
  }
  assert.equal(places.size, SIZE);

  let dropped = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { out, input } = change(["dropout:0.3"], seed);
    assert.deepEqual(out, image());
    for (let i = 0; i < SIZE; i += 2) {
      const kept = input[i] === out[i] && input[i + 1] === out[i + 1];
      assert.ok(kept || input[i] === 0 && input[i + 1] === 0); // all channels of a pixel
      if (!kept) dropped++;
    }
  }
  // Expected are 900 of 3000 pixels, with a standard deviation of 25.
  assert.ok(Math.abs(dropped - 900) < 125, `${dropped}`);
});

Deno.test("each augmentation changes images, the same for the same generator", () => {
  for (const name of AUGMENTATION_NAMES) {
    const all = Array.from({ length: 20 }, (_, seed) => change([name], seed).input.join());
    assert.ok(new Set(all).size > 1, name);
    assert.equal(change([name], 1).input.join(), all[1]);
  }
});
