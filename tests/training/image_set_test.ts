import assert from "node:assert/strict";
import { ImageSet } from "../../src/training/image_set.ts";

Deno.test("images are gathered as they were added, over several chunks, in another thread too", () => {
  for (const side of [1, 2, 1500]) {
    const images = new ImageSet([side, side, 2]);
    const count = side > 2 ? 5 : 600;
    const image = new Float32Array(images.imageSize);
    for (let i = 0; i < count; i++) images.add(image.fill(i));
    const out = new Float32Array(2 * images.imageSize);
    for (const set of [images, ImageSet.from(images.share())]) {
      assert.equal(set.count, count);
      set.gather(Uint32Array.of(count - 1, 1), out);
      assert.deepEqual([out[0], out[images.imageSize - 1]], [count - 1, count - 1]);
      assert.deepEqual([out[images.imageSize], out.at(-1)], [1, 1]);
    }
  }
});

Deno.test("a few large images take no room for many", () => {
  const images = new ImageSet([4000, 4000, 1]);
  images.add(new Float32Array(images.imageSize));
  const room = images.share().chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(room <= 64 << 20, `${room} bytes`);
});

Deno.test("images that no network can take are refused before memory is taken", () => {
  assert.throws(() => new ImageSet([100_000, 100_000, 1]), {
    code: "too_large",
    message: /at most 268435456 samples: current size is 100000 x 100000 x 1$/,
  });
});
