/** The division of images. */

import assert from "node:assert/strict";
import { Random } from "../../src/random.ts";
import { splitImages } from "../../src/training/mod.ts";

/** Numbers of images that train, validate and calibrate. */
function counts(count: number, share?: number): number[] {
  const { training, validation, calibration } = splitImages(count, new Random(1), share);
  const all = [training, validation, calibration];
  assert.equal(new Set(all.flatMap((part) => [...part])).size, count, "no image is in two parts");
  return all.map(({ length }) => length);
}

Deno.test("a tenth of the images calibrates, or the share that is asked for", () => {
  assert.deepEqual(counts(2000), [1700, 100, 200]);
  assert.deepEqual(counts(2000, 1 / 4), [1400, 100, 500]);
});

Deno.test("few images calibrate with 39 or a third, many with 5,000", () => {
  for (const share of [undefined, 1 / 4]) {
    assert.deepEqual(counts(150, share), [103, 8, 39]);
    assert.deepEqual(counts(60, share), [37, 3, 20]);
    assert.deepEqual(counts(100_000, share), [93_000, 2000, 5000]);
  }
});

Deno.test("images of a smaller share are among those of a larger one", () => {
  const [few, many] = [0.1, 1 / 4].map((share) => splitImages(1000, new Random(3), share));
  const larger = new Set(many!.calibration);
  assert.ok(few!.calibration.every((index) => larger.has(index)));
});
