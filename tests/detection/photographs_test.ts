/** Photographs get a model of their own, where nobody names one. */

import assert from "node:assert/strict";
import type { Sample } from "../../src/datasets/mod.ts";
import { arePhotographs } from "../../src/detection/photographs.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import type { Image, Samples } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";
import { photograph } from "../models/patchcore/_photographs.ts";

function sample(
  path: string,
  width: number,
  height: number,
  data: Samples = new Uint8Array(0),
): Sample {
  return { path, image: { width, height, channels: 3, data, white: 255 } };
}

Deno.test("files of images larger than 64 pixels are photographs; arrays and floats are none", () => {
  for (const name of ["a.jpg", "b/c.PNG", "d.webp", "e.tiff", "f.bmp", "g.avif"]) {
    assert.equal(arePhotographs([sample(name, 65, 200)]), true, name);
  }
  assert.equal(arePhotographs([sample("a.jpg", 100, 100, new Uint16Array(0))]), true);
  assert.equal(arePhotographs([sample("a.jpg", 64, 200)]), false);
  assert.equal(arePhotographs([sample("a.jpg", 200, 64)]), false);
  assert.equal(arePhotographs([sample("a.tiff", 100, 100, new Float32Array(0))]), false);
  for (
    const name of ["x.npz#images[3]", "digits.idx3-ubyte#5", "m.npy#0", "stack.tif#2", "noname"]
  ) {
    assert.equal(arePhotographs([sample(name, 100, 100)]), false, name);
  }
  assert.equal(arePhotographs([sample("a.jpg", 100, 100), sample("b.npy#1", 100, 100)]), false);
});

const random = new Random(1);
const LARGE = Array.from({ length: 20 }, () => photograph(random, [80, 72]));
const SMALL = Array.from({ length: 20 }, () => photograph(random, [40, 36]));

/** The model that a training takes, and its warnings. */
async function trained(images: readonly Image[], options: Partial<TrainOptions> = {}) {
  const warnings: string[] = [];
  const entries = (async function* () {
    for (const [i, image] of images.entries()) yield { path: `${i}.png`, image };
  })();
  const { model } = await trainDetector(entries, {
    ...{ backend: "wasm", version: "0.0.0", workers: 1, side: undefined, calibrate: "split" },
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  return { name: model.spec.name, input: model.input, warnings };
}

Deno.test("photographs train patchcore where no model is named", async () => {
  assert.equal((await trained(LARGE)).name, "patchcore");
  assert.equal((await trained(LARGE, { seek: "damage" })).name, "patchcore");
  const { name, input } = await trained(LARGE, { size: { width: 72, height: 72 } });
  assert.deepEqual([name, input.fit, input.width], ["patchcore", "stretch", 72]);
});

Deno.test("other images, and settings that patchcore lacks, train another model", async () => {
  assert.equal((await trained(SMALL)).name, "knn");
  assert.equal((await trained(LARGE, { mayBePhotographs: false })).name, "knn");
  assert.equal((await trained(LARGE, { features: "oriented" })).name, "knn");
  assert.equal((await trained(LARGE, { seek: "novelty" })).name, "patchcore");
});

Deno.test("a model of pixels that is named trains, and patchcore is proposed", async () => {
  const proposal = /photographs/;
  const { name, warnings } = await trained(LARGE, { architecture: "pca" });
  assert.equal(name, "pca");
  assert.ok(warnings.some((message) => proposal.test(message)), `${warnings}`);
  const small = await trained(SMALL, { architecture: "pca" });
  assert.ok(!small.warnings.some((message) => proposal.test(message)));
  const own = await trained(LARGE, { architecture: "patchcore" });
  assert.ok(!own.warnings.some((message) => proposal.test(message)));
});
