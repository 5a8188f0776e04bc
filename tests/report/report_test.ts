import assert from "node:assert/strict";
import { contactSheet, drawHeatmap, drawMap } from "../../src/report/mod.ts";

Deno.test("a contact sheet has its images where they belong, white between them", () => {
  const tiles = Array.from({ length: 5 }, (_, i) => Float32Array.of(i / 10, 0.8));
  const { width, height, channels, data } = contactSheet(
    [...tiles.slice(0, 4), undefined, tiles[4]!],
    { width: 2, height: 1, channels: 1, columns: 3, zoom: 3 },
  );
  assert.deepEqual([width, height, channels], [3 * (6 + 2) + 2, 2 * (3 + 2) + 2, 1]);
  const at = (x: number, y: number) => data[y * width + x];
  assert.deepEqual([at(0, 0), at(1, 4), at(8, 3)], [255, 255, 255]);
  assert.deepEqual([at(2, 2), at(4, 4), at(5, 2), at(7, 4)], [0, 0, 204, 204]);
  assert.deepEqual([at(10, 2), at(18, 2), at(2, 7), at(10, 7), at(18, 7)], [26, 51, 77, 255, 102]);
});

Deno.test("a contact sheet of colour keeps channels, cuts what is too bright, zooms small images, and is grey without a sample", () => {
  const { data, width } = contactSheet([Float32Array.of(2, -1, NaN)], {
    width: 1,
    height: 1,
    channels: 3,
    columns: 1,
  });
  assert.equal(width, 60);
  assert.deepEqual([...data.subarray((2 * width + 2) * 3, (2 * width + 3) * 3)], [255, 0, 192]);
  const shape = { width: 1, height: 1, channels: 1, columns: 1, zoom: 1, range: [-2, 2] } as const;
  assert.equal(contactSheet([Float32Array.of(-1)], shape).data[2 * 5 + 2], 64);
});

Deno.test("a heatmap is grey beside an image on a larger canvas", () => {
  const pixels = Float32Array.of(1, NaN), errors = Float32Array.of(0, 0);
  const { data } = drawHeatmap(pixels, errors, { width: 2, height: 1, channels: 1 });
  assert.deepEqual([...data], [255, 255, 255, 192, 192, 192]);
});

Deno.test("a contact sheet refuses images of another shape, and none", () => {
  const shape = { width: 2, height: 2, channels: 1, columns: 1 } as const;
  assert.throws(
    () => contactSheet([new Float32Array(3)], shape),
    /must have 2 x 2 x 1 samples: .* 3/,
  );
  assert.throws(() => contactSheet([], shape), TypeError);
});

Deno.test("a map's dots have their classes' colours, and images stand where there is room", () => {
  const xy = Float64Array.of(0, 0, 10, 0, 0, 10, 10, 10, 10, 9.9);
  const values = new Float32Array(5 * 4).fill(0.5);
  const images = { values, width: 2, height: 2, channels: 1 as const };
  const options = { classes: [0, 1, 2, 3, 11], size: 400 };
  const plain = drawMap(xy, options), drawn = drawMap(xy, { ...options, images });
  const colour = (
    image: typeof plain,
    x: number,
    y: number,
  ) => [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x + 1) * 3)];
  assert.deepEqual(colour(plain, 40, 359), [31, 119, 180]);
  assert.deepEqual(colour(plain, 359, 359), [255, 127, 14]);
  assert.deepEqual(colour(plain, 40, 40), [44, 160, 44]);
  assert.deepEqual(colour(plain, 200, 200), [255, 255, 255]);
  assert.deepEqual(colour(drawn, 40, 359), [128, 128, 128]);
  assert.deepEqual(colour(drawn, 40 - 29, 359), [31, 119, 180]);
  // The fifth point is too near to the fourth for an image.
  assert.deepEqual(colour(drawn, 359 + 29, 40), [214, 39, 40]);
  assert.deepEqual(colour(drawMap(Float64Array.of(3, 3), { size: 100 }), 50, 50), [31, 119, 180]);
});
