/** Open-set recognition: its scores by their definition, and a digit that it never saw. */

import assert from "node:assert/strict";
import { enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { orientedFeatures } from "../../src/models/knn/oriented_features.ts";
import { MODELS, openModel, type ResnetSpec } from "../../src/models/mod.ts";
import type { OpenSetSpec } from "../../src/models/open_set/spec.ts";
import { weightsOf } from "../../src/models/network/parameters.ts";
import { Random } from "../../src/random.ts";
import { ImageSet, type LearningData } from "../../src/training/mod.ts";
import { scoresOf, STRANGE, TEST, train, trained } from "../detection/_digit_models.ts";
import { aurocOf, digits } from "./_digits.ts";
import { fitModel } from "./_models.ts";

const SHAPE = [8, 8, 1] as const;
const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

/** 60 digits of four labels, of which the last has two images that train and the third 8 that validate. */
async function someDigits(): Promise<LearningData> {
  const images = new ImageSet(SHAPE), classes: number[] = [], training: number[] = [];
  const validation: number[] = [];
  for (const { image, label } of (await digits("train")).slice(0, 250)) {
    const place = Number(label), seen = classes.filter((other) => other === place).length;
    if (place > 3 || place === 3 && seen === 2) continue;
    (place === 2 && seen < 8 ? validation : training).push(classes.length);
    classes.push(place);
    images.add(Float32Array.from(image.data, (value) => value / image.white));
  }
  const split = {
    training: Uint32Array.from(training),
    validation: Uint32Array.from(validation),
    calibration: new Uint32Array(0),
  };
  return { images, classes: Int32Array.from(classes), split };
}

/** Rows of a list of numbers. */
function rowsOf(values: Float32Array, size: number): Float32Array[] {
  return Array.from(
    { length: values.length / size },
    (_, i) => values.slice(i * size, (i + 1) * size),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(Math.max(1e-9, mean(Array.from(a, (x, i) => (x - b[i]!) ** 2)) * a.length));
}

/** Images of `SHAPE` shifted by a pixel down, up, right or left; the pixels at the edge are repeated. */
function shifted(pixels: Float32Array, [down, right]: readonly [number, number]): Float32Array {
  const [side] = SHAPE, inside = (place: number) => Math.min(side - 1, Math.max(0, place));
  return pixels.map((_, i) => {
    const image = i - i % side ** 2, row = Math.floor((i - image) / side), column = i % side;
    return pixels[image + inside(row - down) * side + inside(column - right)]!;
  });
}

/** Distances of a point to others, ascending, with the places of those. */
function nearest(point: Float32Array, others: readonly Float32Array[], count: number) {
  return others.map((other, place) => ({ place, far: distance(point, other) }))
    .sort((a, b) => a.far - b.far).slice(0, count);
}

const logMean = (found: readonly { far: number }[]) => Math.log(mean(found.map(({ far }) => far)));

/** The log of each point's mean distance to its nearest 3 others. */
function ownDistances(points: readonly Float32Array[]): number[] {
  return points.map((point, i) => logMean(nearest(point, points.toSpliced(i, 1), 3)));
}

const VIEWS = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]] as const;

const LABELS = ["0", "1", "2", "3"];

/** Models of {@linkcode fitted}. */
const FITTED = new Map<number | undefined, ReturnType<typeof fit>>();

/** A model of the digits, fitted once for all backends. */
function fitted(shift?: number): ReturnType<typeof fit> {
  const model = FITTED.get(shift) ?? fit(shift);
  FITTED.set(shift, model);
  return model;
}

async function fit(shift?: number) {
  await openBackend("wasm");
  await enableGradients();
  const data = await someDigits();
  const built = MODELS["open-set"].build({ inputShape: SHAPE, images: 60, classes: LABELS });
  const spec = { ...built, ...shift && { shift } };
  const context = { epochs: 2, batch: 16, learningRate: 3e-3, patience: 2 };
  const { model } = await fitModel(spec, data, { ...context, random: new Random(1) });
  const weights = await model.snapshot();
  model.dispose();
  return { data, spec, weights };
}

for (
  const [backend, shift] of [
    ["cpu", undefined],
    ["cpu", 1],
    ["wasm", undefined],
    ["wasm", 1],
    ["webgpu", undefined],
    ["webgpu", 1],
  ] as const
) {
  const skipped = backend === "webgpu" && noAdapter;
  Deno.test({
    name: `${backend}: scores are those of their definition${shift ? ", with shifted views" : ""}${
      skipped ? ` (skipped: ${skipped})` : ""
    }`,
    ignore: skipped !== false,
    sanitizeResources: false,
    fn: async () => {
      const { data, spec, weights } = await fitted(shift);
      const values = (name: string) => weightsOf(weights, name);

      await openBackend(backend);
      const before = tf.memory().numTensors;
      const model = await openModel(spec, weights);
      const pixels = new Float32Array(data.images.count * 64);
      data.images.gather(Uint32Array.from(data.classes, (_, i) => i), pixels);
      const x = tf.tensor4d(pixels, [data.images.count, ...SHAPE]);
      const read = (tensor: tf.Tensor) => tensor.data<"float32">().then((all) => all.slice());
      const names = ["margin", "embedding", "open-set", "max-logit"];
      const views = VIEWS.slice(0, shift ? VIEWS.length : 1)
        .map((view) => tf.tensor4d(shifted(pixels, view), x.shape));
      const computed = tf.tidy(() => [
        ...model.scores(names, x),
        orientedFeatures(x),
        ...views.map((view) => model.encode!(view)),
      ]);
      const [margin, embedding, both, logit, features, ...viewCodes] = await Promise.all(
        computed.map(read),
      ) as [
        ...[Float32Array, Float32Array, Float32Array],
        ...[Float32Array, Float32Array, Float32Array],
      ];
      const codes = viewCodes[0];

      // By the directions of edges.
      const size = values("edges/mean").length,
        components = values("edges/scales").length > 0
          ? values("edges/directions").length / size
          : 0;
      const directions = rowsOf(values("edges/directions"), size);
      const points = rowsOf(features, size).map((row) =>
        Float32Array.from(
          directions,
          (direction) =>
            direction.reduce(
              (sum, value, i) => sum + value * (row[i]! - values("edges/mean")[i]!),
              0,
            ),
        )
      );
      const { training } = data.split;
      const order = [...training].sort((a, b) => data.classes[a]! - data.classes[b]! || a - b);
      const kept = order.map((i) => points[i]!), own = ownDistances(kept);
      rowsOf(values("edges/images"), components).forEach((row, i) =>
        assert.ok(distance(row, kept[i]!) < 1e-4)
      );
      own.forEach((scale, i) => assert.ok(Math.abs(scale - values("edges/scales")[i]!) < 1e-3));
      // Kept images are 0 from themselves, whose logarithm says how exact float32 is.
      const fresh = [...data.split.validation];
      for (const i of fresh) {
        const found = nearest(points[i]!, kept, 10);
        const local = mean(found.map(({ place }) => own[place]!));
        const [first, second] = LABELS.map((_, place) =>
          logMean(nearest(points[i]!, kept.filter((_, j) => data.classes[order[j]!] === place), 3))
        ).sort((a, b) => a - b) as [number, number];
        const wanted = first - local / 2 - (second - first) / 2;
        assert.ok(Math.abs(margin[i]! - wanted) < 2e-3, `${margin[i]} not ${wanted}`);
      }

      // By the embedding: the mean over views among those of kept images.
      const unitsOfCodes = (codes: Float32Array) =>
        rowsOf(codes, codes.length / data.images.count)
          .map((code) => code.map((value) => value / Math.hypot(...code)));
      const units = unitsOfCodes(codes);
      const means = unitsOfCodes(codes.map((_, i) => mean(viewCodes.map((view) => view[i]!))));
      const embedded = order.map((i) => units[i]!), scales = ownDistances(embedded);
      for (const i of fresh) {
        const found = nearest(means[i]!, embedded, 10);
        const wanted = logMean(found.slice(0, 3)) -
          mean(found.map(({ place }) => scales[place]!)) / 2;
        assert.ok(Math.abs(embedding[i]! - wanted) < 2e-3, `${embedding[i]} not ${wanted}`);
      }

      // Both, in units of images that validate.
      const unitsOf = (scores: Float32Array, usualMedian: number, usualSpread: number) => {
        const sorted = fresh.map((i) => scores[i]!).sort((a, b) => a - b);
        const median = (sorted[3]! + sorted[4]!) / 2,
          high = sorted[6]! + 0.3 * (sorted[7]! - sorted[6]!);
        // 8 images beside the usual 100.
        const mixed = (own: number, usual: number) => (8 * own + 100 * usual) / 108;
        return (score: number) =>
          (score - mixed(median, usualMedian)) / mixed(high - median, usualSpread);
      };
      const [ofMargin, ofEmbedding] = [unitsOf(margin, -1, 0.36), unitsOf(embedding, -0.46, 0.235)];
      both.forEach((score, i) => {
        const wanted = ofMargin(margin[i]!) + ofEmbedding(embedding[i]!);
        assert.ok(
          Math.abs(score - wanted) < 2e-2 * Math.max(1, Math.abs(wanted)),
          `${score} ${wanted}`,
        );
      });
      assert.ok(new Set(logit).size > 50);
      tf.dispose([...computed, ...views, x]);
      model.dispose();
      assert.equal(tf.memory().numTensors, before, "tensors must be freed");
    },
  });
}

// The digits that neighbours without labels find worst.
Deno.test("labels help to find the digits that are hardest to find", async () => {
  for (const strange of ["3", "9"]) {
    const [labelled, blind] = [
      await train("open-set", { holdOut: [strange], epochs: 10 }),
      await train("knn", { holdOut: [strange] }),
    ];
    const [ours, theirs] = [
      aurocOf(await scoresOf(labelled), TEST, strange),
      aurocOf(await scoresOf(blind), TEST, strange),
    ];
    assert.ok(ours > theirs, `${strange}: ${ours}, without labels ${theirs}`);
  }
});

Deno.test("a classifier's embedding knows a digit never seen better than its probabilities do", async () => {
  const model = await trained("resnet");
  const [embedding, uncertainty] = [
    aurocOf(await scoresOf(model, { score: "embedding" }), TEST, STRANGE),
    aurocOf(await scoresOf(model, { score: "uncertainty" }), TEST, STRANGE),
  ];
  assert.ok(embedding > uncertainty, `${embedding}, by probabilities ${uncertainty}`);
});

Deno.test("a classifier of an earlier version has the scores that it had", () => {
  const spec = MODELS.resnet.build({ inputShape: SHAPE, classes: ["a", "b"] }) as ResnetSpec;
  const names = (spec: ResnetSpec) => MODELS.resnet.type.scores(spec).map(({ name }) => name);
  assert.deepEqual(names(spec), ["uncertainty", "embedding", "max-logit", "class:a", "class:b"]);
  const { keep: _, ...earlier } = spec;
  assert.deepEqual(names(earlier), ["uncertainty", "class:a", "class:b"]);
});

Deno.test("views are shifted by a pixel per 28, and not at all where that is less than a pixel", () => {
  const shiftOf = (height: number, width: number) =>
    (MODELS["open-set"].build({
      inputShape: [height, width, 1],
      images: 60,
      classes: ["0", "1"],
    }) as OpenSetSpec).shift;
  assert.deepEqual(
    [shiftOf(8, 8), shiftOf(27, 64), shiftOf(28, 28), shiftOf(64, 57), shiftOf(150, 150)],
    [undefined, undefined, 1, 2, 5],
  );
});

Deno.test("open-set keeps more images than neighbours without labels, or as many as are asked for", () => {
  const keepOf = (name: "open-set" | "knn" | "damage", keep?: number) =>
    (MODELS[name].build({ inputShape: [28, 28, 1], classes: ["0", "1"], keep }) as OpenSetSpec)
      .keep;
  const names = ["open-set", "knn", "damage"] as const;
  assert.deepEqual(names.map((name) => keepOf(name)), [60_000, 20_000, 20_000]);
  assert.deepEqual([keepOf("open-set", 9), keepOf("open-set", Infinity)], [9, undefined]);
});

Deno.test("a shift beyond the image is refused when the model opens", async () => {
  const { spec, weights } = await fitted();
  await openBackend("wasm");
  const before = tf.memory().numTensors;
  await assert.rejects(
    openModel({ ...spec, shift: 9 } as OpenSetSpec, weights),
    new TypeError('Cannot use "shift" as it must be at most 8: current value is 9'),
  );
  assert.equal(tf.memory().numTensors, before, "tensors must be freed");
});
