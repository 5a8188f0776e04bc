/** `patchcore` finds spots in photographs of any size, in every way alike. */

import assert from "node:assert/strict";
import {
  Detector,
  recalibrate,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../../src/detection/mod.ts";
import { StrayError } from "../../../src/errors.ts";
import { type Image, mapToSource } from "../../../src/images/mod.ts";
import { auroc, rank } from "../../../src/metrics/mod.ts";
import type { PatchcoreSpec } from "../../../src/models/patchcore/spec.ts";
import { Random } from "../../../src/random.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../../src/store/mod.ts";
import { entriesOf, photograph } from "./_photographs.ts";

const SIZE = [128, 96] as const;
const random = new Random(5);
const NORMAL = Array.from({ length: 24 }, () => photograph(random, SIZE));
const SPOTTED = Array.from(
  { length: 12 },
  (_, i) => photograph(random, SIZE, [20 + 8 * i, 20 + 5 * i]),
);

async function train(
  images: readonly Image[],
  options: Partial<TrainOptions> = {},
): Promise<ModelFile> {
  const { model } = await trainDetector(entriesOf(images), {
    ...{ architecture: "patchcore", backend: "wasm", version: "0.0.0", workers: 1, side: 112 },
    ...options,
  });
  return model;
}

const MODEL = train(NORMAL.slice(0, 20));

async function scoresOf(model: ModelFile, images: readonly Image[], options = {}) {
  const detector = await Detector.open(model, { backend: "wasm", ...options });
  const verdicts = await detector.detect(images);
  detector.dispose();
  return verdicts;
}

for (const score of ["peak", "max", "global", "peak+global"]) {
  Deno.test(`spots are found by ${score}`, async () => {
    const all = [...NORMAL.slice(20), ...SPOTTED];
    const scores = (await scoresOf(await MODEL, all, { score })).map((verdict) => verdict.score);
    const found = auroc(
      rank(Float64Array.from(scores), Uint8Array.from(all, (_, i) => i < 4 ? 0 : 1)),
    );
    assert.ok(found > (score === "global" ? 0.8 : 0.99), `${found}`);
  });
}

for (const features of ["network", "hog"] as const) {
  Deno.test(`${features}: the error map is highest at the spot, above the level of normal images`, async () => {
    const model = features === "network" ? await MODEL : await train(NORMAL, { features });
    const detector = await Detector.open(model, { backend: "wasm", fpr: 0.05 });
    const { writeModelInput } = await import("../../../src/images/mod.ts");
    for (const [i, image] of SPOTTED.entries()) {
      const input = new Float32Array(detector.inputSize);
      writeModelInput(image, model.input, input, 0);
      const map = mapToSource(await detector.errorMaps(input, 1), model.input, image);
      const top = map.reduce((best, value, j) => value > map[best]! ? j : best, 0);
      const [x, y] = [top % SIZE[0], Math.floor(top / SIZE[0])];
      assert.ok(Math.hypot(x - 20 - 8 * i, y - 20 - 5 * i) < 16, `${x}, ${y} in image ${i}`);
      assert.ok(map[top]! > 1, `${map[top]}`);
    }
    detector.dispose();
  });
}

Deno.test("a training is repeated to the bit, with any number of threads and through a file", async () => {
  const file = encodeModel(await MODEL);
  assert.deepEqual(encodeModel(decodeModel(file, "m")), file);
  assert.deepEqual(encodeModel(await train(NORMAL.slice(0, 20))), file);
  const two = await train(NORMAL.slice(0, 20), { workers: 2 });
  assert.deepEqual(two.weights, (await MODEL).weights);
  assert.deepEqual(two.calibrations, (await MODEL).calibrations);
  assert.deepEqual(
    await scoresOf(decodeModel(file, "m"), SPOTTED),
    await scoresOf(await MODEL, SPOTTED),
  );
});

Deno.test("photographs of several sizes keep their aspect and one scale", async () => {
  const sizes = [[128, 96], [96, 128], [120, 90], [140, 105], [64, 90]] as const;
  const images = Array.from({ length: 20 }, (_, i) => photograph(random, sizes[i % 5]!));
  const model = await train(images, { side: 110 });
  const { fit, zoom, width, height, resizes } = model.input;
  // The median area is that of 128 x 96.
  assert.deepEqual([fit, resizes], ["pad", true]);
  assert.ok(Math.abs(zoom! - 110 / Math.sqrt(128 * 96)) < 1e-12);
  assert.deepEqual([width, height], [Math.round(140 * zoom!), Math.round(128 * zoom!)]);
  const test = sizes.flatMap((size) => [
    photograph(random, size),
    photograph(random, size, [32, 40]),
  ]);
  const scores = (await scoresOf(model, test)).map(({ score }) => score);
  for (let i = 0; i < scores.length; i += 2) {
    assert.ok(scores[i + 1]! > 1.2 * scores[i]!, `${scores}`);
  }
  // One that is larger than all others is shrunk until it has room.
  const [large] = await scoresOf(model, [photograph(random, [400, 300])]);
  assert.ok(Number.isFinite(large!.score));
});

Deno.test("a panorama among photographs does not take the memory of all", async () => {
  const images = [...NORMAL.slice(0, 10), photograph(random, [4096, 64])];
  const { input: { width, height } } = await train(images, { side: 56 });
  const zoom = 56 / Math.sqrt(SIZE[0] * SIZE[1]);
  assert.deepEqual([width, height], [4 * Math.round(SIZE[0] * zoom), Math.round(SIZE[1] * zoom)]);
});

Deno.test("an image on a larger canvas has the scores that it has alone", async () => {
  const model = await MODEL, { input } = model;
  const wider = { ...input, width: input.width + 40, height: input.height + 30 };
  const inputShape = [wider.height, wider.width, 3] as const;
  const other = { ...model, input: wider, spec: { ...model.spec, inputShape } };
  assert.deepEqual(
    await scoresOf(other, SPOTTED.slice(0, 3)),
    await scoresOf(model, SPOTTED.slice(0, 3)),
  );
});

Deno.test("grey photographs train, and score as grey pixels in colour", async () => {
  const grey = Array.from({ length: 20 }, () => photograph(random, SIZE, undefined, 1));
  const model = await train(grey);
  assert.equal(model.input.channels, 1);
  const image = photograph(random, SIZE, [50, 50], 1);
  const colour: Image = {
    ...image,
    channels: 3,
    data: Uint8Array.from(
      { length: image.data.length * 3 },
      (_, i) => image.data[Math.floor(i / 3)]!,
    ),
  };
  assert.deepEqual(await scoresOf(model, [colour]), await scoresOf(model, [image]));
});

Deno.test("a remembered image is at no distance, and images are scored in a stream", async () => {
  const many = await train(NORMAL.slice(0, 3).flatMap((image) => Array(7).fill(image)));
  const detector = await Detector.open(many, { backend: "wasm", score: "global" });
  const scores: number[] = [];
  for await (const batch of scoreEntries(entriesOf(NORMAL.slice(0, 3)), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  detector.dispose();
  assert.deepEqual(scores, [0, 0, 0]);
});

Deno.test("features that synthetic damage chooses are named, and those of all threads", async () => {
  const remarks: string[] = [];
  const options = {
    features: "auto",
    onWarning: (message: string) => remarks.push(message),
  } as const;
  const one = await train(NORMAL.slice(0, 20), options);
  const two = await train(NORMAL.slice(0, 20), { ...options, workers: 2 });
  assert.notEqual((one.spec as PatchcoreSpec).features, "auto");
  assert.deepEqual([two.spec, two.weights], [one.spec, one.weights]);
  assert.match(remarks[0]!, /^patches are compared by (network|hog): .*AUROC of [01]\.\d{3}/);
});

Deno.test("neighbours among its latents are searched as among those of an autoencoder", async () => {
  const own = Array.from({ length: 20 }, () => photograph(random, SIZE)), latentsOf = await MODEL;
  const { model } = await trainDetector(entriesOf(own), {
    ...{ architecture: "knn", latentsOf, backend: "wasm", version: "0.0.0", workers: 1 },
  });
  const verdicts = await scoresOf(decodeModel(encodeModel(model), "m"), [...own, ...SPOTTED]);
  assert.ok(verdicts.slice(0, 20).every(({ score }) => score === 0));
  assert.ok(verdicts.slice(20).every(({ score }) => score > 0));
});

Deno.test("a training of few images advises more", async () => {
  const remarks: string[] = [];
  await train(NORMAL.slice(0, 20), { onWarning: (message) => remarks.push(message) });
  assert.deepEqual(remarks, [
    "there are 20 images: 20 are enough for patchcore, and 60 are better",
  ]);
});

Deno.test("no images have no scores, latents and maps", async () => {
  const detector = await Detector.open(await MODEL, { backend: "wasm" });
  const none = new Float32Array(0);
  assert.deepEqual([...await detector.scores(none, 0)], []);
  assert.deepEqual([...await detector.errorMaps(none, 0)], []);
  assert.deepEqual([...(await detector.encode(none, 0)).values], []);
  const { size } = await detector.encode(new Float32Array(detector.inputSize), 1);
  assert.equal(size, 192);
  detector.dispose();
});

Deno.test("images added to the memory are remembered, and calibrate without their own fold", async () => {
  // Images of another day are darker.
  const darker = (image: Image): Image => ({ ...image, data: image.data.map((v) => v * 0.6) });
  const day = Array.from({ length: 24 }, () => darker(photograph(random, SIZE)));
  const spots = SPOTTED.map(darker), model = await MODEL;
  const flagged = async (model: ModelFile, images: readonly Image[]) =>
    (await scoresOf(model, images)).filter(({ anomaly }) => anomaly).length;
  assert.ok(await flagged(model, day) >= 20, "another day is strange");
  const options = { backend: "wasm", version: "1" } as const, own = day.slice(0, 20);
  for (const add of [false, true]) {
    const { model: again } = await recalibrate(model, entriesOf(own), { ...options, add });
    assert.equal(again.calibration!.images, 20);
    const { means } = Object.fromEntries(again.weights);
    assert.equal(means!.shape[0], add ? 40 : 20);
    assert.ok(await flagged(again, day.slice(20)) <= 1);
    if (add) {
      assert.ok(await flagged(again, spots) >= 10);
      assert.deepEqual(encodeModel(decodeModel(encodeModel(again), "m")), encodeModel(again));
    }
  }
  const { model: other } = await trainDetector(entriesOf(NORMAL), {
    ...{ architecture: "pca", backend: "wasm", version: "0", size: { width: 16, height: 12 } },
  });
  await assert.rejects(
    recalibrate(other, entriesOf(own), { ...options, add: true }),
    /Cannot add images by "pca"/,
  );
});

Deno.test("images that are too small, and features of other models, are refused with a remedy", async () => {
  const tiny = Array.from({ length: 20 }, () => photograph(random, [40, 8]));
  const refused = async (promise: Promise<unknown>, code: string, hint: RegExp) =>
    await assert.rejects(promise, (error: StrayError) => {
      assert.ok(error instanceof StrayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.hint ?? "", hint);
      return true;
    });
  await refused(train(tiny, { size: { width: 40, height: 8 } }), "shape", /--size/);
  await refused(train(NORMAL, { features: "oriented" }), "usage", /knn/);
  await refused(train(NORMAL, { architecture: "knn", features: "hog" }), "usage", /patchcore/);
});
