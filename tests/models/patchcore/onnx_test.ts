/** `patchcore` by a graph that a user brings: it computes as by hand, and is the model file's in every way. */

import assert from "node:assert/strict";
import {
  Detector,
  readGraph,
  recalibrate,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../../src/detection/mod.ts";
import { StrayError } from "../../../src/errors.ts";
import type { Image } from "../../../src/images/mod.ts";
import { auroc, rank } from "../../../src/metrics/mod.ts";
import { GraphFeatures } from "../../../src/models/patchcore/graph/graph_features.ts";
import { OnnxGraph } from "../../../src/models/patchcore/graph/onnx_graph.ts";
import type { PatchcoreSpec } from "../../../src/models/patchcore/spec.ts";
import { Random } from "../../../src/random.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../../src/store/mod.ts";
import { type MadeLayer, madeLayers, madeOnnx } from "./_onnx.ts";
import { entriesOf, photograph } from "./_photographs.ts";

const SIZE = [128, 96] as const;
const random = new Random(3);
const NORMAL = Array.from({ length: 24 }, () => photograph(random, SIZE));
const SPOTTED = Array.from(
  { length: 10 },
  (_, i) => photograph(random, SIZE, [20 + 8 * i, 20 + 5 * i]),
);
const NAME = "made.onnx";
const read = (bytes: Uint8Array, options = {}) =>
  readGraph(bytes, { name: NAME, backend: "wasm", ...options });

async function train(options: Partial<TrainOptions> = {}): Promise<ModelFile> {
  const { model } = await trainDetector(entriesOf(NORMAL.slice(0, 20)), {
    ...{ architecture: "patchcore", backend: "wasm", version: "0.0.0", workers: 1, side: 112 },
    graph: await read(madeOnnx()),
    ...options,
  });
  return model;
}

const MODEL = train();

async function verdictsOf(model: ModelFile, images: readonly Image[]) {
  const detector = await Detector.open(model, { backend: "wasm" });
  const verdicts = await detector.detect(images);
  detector.dispose();
  return verdicts;
}

/** A layer as it is defined: row by row and channel by channel. */
function byHand(
  { inputs, outputs, stride, kernel, biases }: MadeLayer,
  image: Float64Array,
  [height, width]: readonly [number, number],
) {
  const rows = Math.ceil(height / stride), columns = Math.ceil(width / stride);
  const values = new Float64Array(outputs * rows * columns);
  for (let out = 0, at = 0; out < outputs; out++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        let sum = biases[out]!;
        for (let input = 0; input < inputs; input++) {
          for (let i = 0; i < 9; i++) {
            const y = row * stride + Math.floor(i / 3) - 1, x = column * stride + i % 3 - 1;
            if (y < 0 || x < 0 || y >= height || x >= width) continue;
            sum += kernel[(out * inputs + input) * 9 + i]! *
              image[(input * height + y) * width + x]!;
          }
        }
        values[at] = Math.max(0, sum);
      }
    }
  }
  return { values, size: [rows, columns] as const };
}

Deno.test("outputs of the graph are those of the network by hand, of its tokens too", async () => {
  const size = [21, 30] as const, [first, second] = madeLayers();
  const image = Float32Array.from({ length: 3 * 21 * 30 }, () => random.normal());
  const fine = byHand(first, Float64Array.from(image), size);
  const coarse = byHand(second, fine.values, fine.size), graph = await OnnxGraph.open(madeOnnx());
  const names = ["coarse", "fine", "tokens"];
  const [a, b, tokens] = await graph.run(image, [1, 3, ...size], names);
  for (const [found, wanted] of [[a!, coarse], [b!, fine]] as const) {
    assert.deepEqual(found.dims.slice(2), wanted.size);
    const worst = Math.max(...wanted.values.map((value, i) => Math.abs(value - found.data[i]!)));
    assert.ok(worst < 1e-5, `${worst}`);
  }
  assert.deepEqual(tokens!.dims, [1, 2 + coarse.size[0] * coarse.size[1], 10]);
  graph.dispose();
});

Deno.test("features are normalised, averaged over 3 x 3 cells, and divided by the graph's constants", async () => {
  const { spec, file } = await read(madeOnnx(), {
    layers: ["coarse"],
    normalisation: { mean: [0.25], deviation: [0.5] },
  });
  assert.deepEqual([spec.layers, spec.mean, spec.size], [["coarse"], [0.25, 0.25, 0.25], 10]);
  const size = [16, 24] as const, area = size[0] * size[1], [first, second] = madeLayers();
  const data = Float32Array.from({ length: 3 * area }, () => random.uniform());
  const planes = Float64Array.from(
    data,
    (_, i) => (data[(i % area) * 3 + Math.floor(i / area)]! - 0.25) / 0.5,
  );
  const fine = byHand(first, planes, size), coarse = byHand(second, fine.values, fine.size);
  const features = await GraphFeatures.open(spec, file);
  const found = await features.extract({ data, shape: [...size, 3] });
  assert.deepEqual([found.rows, found.columns], coarse.size);
  const [rows, columns] = coarse.size;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < 10; channel++) {
        let sum = 0, count = 0;
        for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
          for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
            sum += coarse.values[(channel * rows + y) * columns + x]!;
            count++;
          }
        }
        const got = found.features[(row * columns + column) * 10 + channel]!;
        assert.ok(Math.abs(got - sum / count / spec.deviations[0]!) < 1e-5);
      }
    }
  }
  features.dispose();
});

Deno.test("tokens are cells without those before them, by any stride", async () => {
  const fromGrid = await read(madeOnnx(), { layers: ["coarse"] });
  const fromTokens = await read(madeOnnx(), { layers: ["tokens"] });
  const image = photograph(random, [64, 40]);
  const shape: [number, number, number] = [40, 64, 3];
  const data = Float32Array.from(image.data, (value) => value / 255);
  const found = await Promise.all([fromGrid, fromTokens].map(async ({ spec, file }) => {
    const features = await GraphFeatures.open(spec, file);
    const patches = await features.extract({ data, shape });
    features.dispose();
    return patches;
  }));
  assert.deepEqual(found[1], found[0]);
});

Deno.test("spots are found, p-values are those of leave-one-out, and the file holds the graph", async () => {
  const model = await MODEL, { features, graph } = model.spec as PatchcoreSpec;
  assert.deepEqual([features, graph!.layers, graph!.size], ["graph", ["fine", "coarse"], 16]);
  assert.deepEqual(model.weights.get("graph")!.data, madeOnnx());
  assert.equal(model.calibration!.method, "loo");
  const verdicts = await verdictsOf(model, [...NORMAL.slice(20), ...SPOTTED]);
  const scores = Float64Array.from(verdicts, ({ score }) => score);
  assert.ok(auroc(rank(scores, Uint8Array.from(scores, (_, i) => i < 4 ? 0 : 1))) > 0.95);
  assert.ok(verdicts.slice(4).filter(({ p }) => p === 1 / 21).length >= 8);
});

Deno.test("a file gives the same scores again, and any number of threads the same file", async () => {
  const model = await MODEL, file = encodeModel(model), again = decodeModel(file, "m");
  assert.deepEqual(encodeModel(again), file);
  assert.deepEqual(await verdictsOf(again, SPOTTED), await verdictsOf(model, SPOTTED));
  const two = await train({ workers: 2 });
  assert.deepEqual([two.weights, two.calibrations], [model.weights, model.calibrations]);
});

Deno.test("Workers score with the graph that they are sent", async () => {
  const detector = await Detector.open(await MODEL, { backend: "wasm" });
  const images = Array.from({ length: 60 }, (_, i) => SPOTTED[i % SPOTTED.length]!);
  const alone = await detector.detect(images.slice(0, SPOTTED.length));
  const found: number[] = [], warnings: string[] = [];
  const options = { workers: 2, onWarning: (message: string) => warnings.push(message) };
  for await (const batch of scoreEntries(entriesOf(images), detector, options)) {
    for (const entry of batch) found.push("error" in entry ? NaN : entry.verdict.score);
  }
  assert.deepEqual(warnings, []);
  assert.deepEqual(found, images.map((_, i) => alone[i % SPOTTED.length]!.score));
  detector.dispose();
});

Deno.test("a graph is calibrated again, remembers further images, and is still in the file", async () => {
  const model = await MODEL, own = Array.from({ length: 19 }, () => photograph(random, SIZE));
  for (const add of [false, true]) {
    const options = { backend: "wasm", version: "1", add } as const;
    const { model: again } = await recalibrate(model, entriesOf(own), options);
    assert.deepEqual(again.weights.get("graph"), model.weights.get("graph"));
    assert.equal(again.weights.get("means")!.shape[0], add ? 39 : 20);
    const verdicts = await verdictsOf(decodeModel(encodeModel(again), "m"), SPOTTED);
    assert.ok(verdicts.filter(({ anomaly }) => anomaly).length >= 8);
  }
});

async function refused(promise: Promise<unknown>, code: string, message: RegExp, hint: RegExp) {
  await assert.rejects(promise, (error: StrayError) => {
    assert.ok(error instanceof StrayError, String(error));
    assert.deepEqual([error.code, message.test(error.message), hint.test(error.hint ?? "")], [
      ...[code, true, true],
    ], `${error.message} ${error.hint}`);
    return true;
  });
}

Deno.test("graphs that are damaged or compute no cells are refused with the reason", async () => {
  const help = /docs\/photographs\.md/;
  for (const bytes of [new Uint8Array(0), madeOnnx().slice(0, 900), new Uint8Array(500).fill(7)]) {
    await refused(read(bytes), "model", /must be able to open its graph: .+/, help);
  }
  await refused(read(madeOnnx({ channels: 4 })), "model", /\[1,4,height,width\]/, help);
  await refused(
    read(madeOnnx(), { layers: ["fine", "none"] }),
    "usage",
    /it has no "none"$/,
    /^its outputs are fine, coarse, tokens$/,
  );
  await refused(
    read(madeOnnx(), { normalisation: { mean: [0, 0], deviation: [1, 1] } }),
    "usage",
    /--normalize .*: current number is 2/,
    /0\.5/,
  );
});

Deno.test("a graph of one size takes images of this size alone", async () => {
  const graph = await read(madeOnnx({ size: [64, 96] }));
  assert.deepEqual(graph.size, { width: 96, height: 64 });
  await refused(train({ graph }), "shape", /must be 96 x 64/, /--size 96x64/);
  const model = await train({ graph, side: undefined, size: { width: 96, height: 64 } });
  assert.ok((await verdictsOf(model, SPOTTED)).every(({ score }) => score > 0));
});

Deno.test("a graph of one channel takes grey images, and one of three takes grey in each", async () => {
  const graph = await read(madeOnnx({ channels: 1 }));
  await refused(train({ graph }), "shape", /must be grey/, /--channels grey/);
  const grey = await train({ graph, channels: 1 });
  assert.deepEqual((grey.spec as PatchcoreSpec).graph!.mean, [0.5]);
  const three = await train({ channels: 1 });
  assert.ok((await verdictsOf(three, SPOTTED)).every(({ score }) => score > 0));
});

Deno.test("a model file with a damaged graph, or none, is refused; other models take no graph", async () => {
  const model = await MODEL, spec = model.spec as PatchcoreSpec;
  const opened = (changed: Partial<ModelFile>) =>
    Detector.open({ ...model, ...changed }, { backend: "wasm" });
  const with_ = (data?: Uint8Array) => {
    const weights = new Map(model.weights);
    if (data) weights.set("graph", { shape: [data.length], data });
    else weights.delete("graph");
    return weights;
  };
  const again = /train it again/;
  await refused(opened({ weights: with_() }), "model", /must be a graph/, again);
  await refused(
    opened({ weights: with_(madeOnnx().slice(0, 700)) }),
    "model",
    /be able to open its graph/,
    again,
  );
  for (
    const [graph, message] of [
      [{ layers: ["fine", "none"] }, /must have the output "none"/],
      [{ layers: ["coarse", "coarse"] }, /must have 16 numbers: current number is 20/],
    ] as const
  ) {
    const changed = { ...spec, graph: { ...spec.graph!, ...graph } };
    await assert.rejects(async () => {
      const detector = await opened({ spec: changed });
      await detector.detect(SPOTTED.slice(0, 1)).finally(() => detector.dispose());
    }, { message });
  }
  await refused(
    train({ architecture: "pca", side: undefined, size: { width: 16, height: 12 } }),
    "usage",
    /--features FILE\.onnx as only --model patchcore/,
    /omit it/,
  );
});

Deno.test("where the package cannot be had, the remedy is named", async () => {
  const runtime = new URL("../../../src/models/patchcore/graph/runtime.ts", import.meta.url);
  const code = `const { loadRuntime } = await import("${runtime.href}");
    await loadRuntime().catch(({ code, message, hint }) => console.log(code, message, hint));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-npm", "--no-check", code],
  }).output();
  assert.match(
    new TextDecoder().decode(stdout),
    /^backend Cannot compute .* onnxruntime-web must be there: .* run stray from its source tree/,
  );
});
