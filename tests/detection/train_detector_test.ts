import assert from "node:assert/strict";
import { type BackendName, openBackend, tf } from "../../src/compute/mod.ts";
import {
  Detector,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import { auroc, rank } from "../../src/metrics/mod.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { crosses, failure, squares, stream } from "./_entries.ts";

const OPTIONS: TrainOptions = {
  architecture: "vae",
  backend: "wasm",
  // Folds would train each model six times.
  calibrate: "split",
  epochs: 4,
  batch: 16,
  learningRate: 3e-3,
  seed: 1,
  version: "0.0.0",
};

async function scoresOf(detector: Detector, entries = [...squares(40, 5), ...crosses(40)]) {
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(entries), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  return scores;
}

// The others are in tests/models/learning_test.ts.
for (const architecture of ["dense", "cae", "vae"]) {
  Deno.test(`${architecture} finds what it never saw, and scores the same after save and load`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const { model } = await trainDetector(stream(squares(200)), {
      ...OPTIONS,
      architecture,
      epochs: 12,
    });
    const detector = await Detector.open(model, { backend: "wasm" });
    const scores = await scoresOf(detector);
    assert.ok(new Set(scores).size > 40, "scores must differ");
    const positive = Uint8Array.from(scores, (_, i) => i < 40 ? 0 : 1);
    // Better than chance by far; what is best possible is measured elsewhere.
    assert.ok(auroc(rank(Float64Array.from(scores), positive)) > 0.9);
    const loaded = await Detector.open(encodeModel(model), { backend: "wasm" });
    assert.deepEqual(await scoresOf(loaded), scores);
    detector.dispose();
    loaded.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("one seed gives one file, another seed another", async () => {
  const train = async (seed: number) =>
    encodeModel((await trainDetector(stream(squares(60)), { ...OPTIONS, seed })).model);
  const first = await train(1);
  assert.deepEqual(await train(1), first);
  assert.notDeepEqual(await train(2), first);
});

Deno.test("a training that goes on from a checkpoint ends with the same file", async () => {
  const checkpoints: Uint8Array[] = [];
  const whole = await trainDetector(stream(squares(60)), {
    ...OPTIONS,
    onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
  });
  assert.equal(checkpoints.length, 4);
  for (const bytes of checkpoints) {
    const { model } = await trainDetector(stream(squares(60)), {
      ...OPTIONS,
      resume: { bytes, name: "c" },
    });
    assert.deepEqual(encodeModel(model), encodeModel(whole.model));
  }
  const [bytes] = checkpoints as [Uint8Array];
  const resume = { bytes, name: "c" };
  await assert.rejects(
    trainDetector(stream(squares(60)), { ...OPTIONS, batch: 8, resume }),
    { code: "usage", message: /--batch must be 16: current value is 8/ },
  );
  await assert.rejects(
    trainDetector(stream(squares(60, 9)), { ...OPTIONS, resume }),
    { code: "usage", message: /fingerprint must be sha256/ },
  );
  await assert.rejects(
    trainDetector(stream(squares(60)), {
      ...OPTIONS,
      resume: { bytes: encodeModel(whole.model), name: "m" },
    }),
    { code: "model", message: /format must be "stray checkpoint 1"/ },
  );
});

Deno.test("an interrupted training gives the model so far", async () => {
  const controller = new AbortController();
  const { model, interrupted } = await trainDetector(stream(squares(60)), {
    ...OPTIONS,
    signal: controller.signal,
    onEpoch: ({ epoch }) => epoch === 2 ? controller.abort() : undefined,
  });
  assert.equal(interrupted, true);
  assert.equal(model.training.interrupted, true);
  assert.equal(model.history.length, 2);
  (await Detector.open(decodeModel(encodeModel(model), "m"), { backend: "wasm" })).dispose();
});

Deno.test("labels choose what is normal", async () => {
  const entries = [...squares(40), ...crosses(40)];
  const seen: number[] = [];
  const train = (options: Partial<TrainOptions>) =>
    trainDetector(stream(entries), {
      ...OPTIONS,
      epochs: 1,
      calibrate: "split",
      onStart: ({ images }) => seen.push(images.training + images.validation + images.calibration),
      ...options,
    });
  assert.deepEqual((await train({ holdOut: ["cross"] })).model.labels, ["square"]);
  assert.deepEqual((await train({ normal: ["cross"] })).model.labels, ["cross"]);
  assert.deepEqual((await train({})).model.labels, ["cross", "square"]);
  assert.deepEqual(seen, [40, 40, 80]);
  await assert.rejects(train({ normal: ["squares"] }), {
    code: "label",
    message: /current value is "squares"/,
    hint: "the labels are cross, square",
  });
});

const BAD: readonly [string, Parameters<typeof stream>[0], Partial<TrainOptions>, object][] = [
  ["no images", [], {}, { code: "empty", message: /must be images: current number is 0/ }],
  ["one image", squares(1), {}, { code: "empty", message: /at least 5 images: .* is 1/ }],
  ["one damaged image", [failure("a.png")], {}, { code: "decode", message: /"a.png"/ }],
  ["only damaged ones", [failure("a.png"), failure("b.png")], {}, {
    code: "empty",
    hint: /2 could not be read; the first: Cannot decode "a.png"/,
  }],
  ["an unknown model", squares(9), { architecture: "van" }, {
    code: "usage",
    message: /dense, cae/,
  }],
  ["an unknown score", squares(9), { score: "nll" }, { code: "usage", message: /it has/ }],
  ["a label without labels", squares(9).map((entry) => ({ ...entry, label: undefined! })), {
    normal: ["a"],
  }, { code: "label" }],
];

for (const [name, entries, options, error] of BAD) {
  Deno.test(`training refuses ${name}`, async () => {
    await assert.rejects(trainDetector(stream(entries), { ...OPTIONS, ...options }), error);
  });
}

Deno.test("training refuses mixed sizes and channels, naming the image and the flag", async () => {
  const wide = {
    path: "wide.png",
    image: { width: 9, height: 8, channels: 1, data: new Uint8Array(72), white: 255 },
  } as const;
  const colour = {
    path: "colour.png",
    image: {
      width: 8,
      height: 8,
      channels: 3,
      data: Uint8Array.from({ length: 192 }, (_, i) => i),
      white: 255,
    },
  } as const;
  const train = (extra: typeof wide | typeof colour, options: Partial<TrainOptions> = {}) =>
    trainDetector(stream([...squares(20), extra]), { ...OPTIONS, epochs: 1, ...options });
  await assert.rejects(train(wide), {
    code: "shape",
    message: 'Cannot use "wide.png" as its size must be 8 x 8: current value is 9 x 8',
    hint: /--size 8x8/,
  });
  await assert.rejects(train(colour), { code: "shape", hint: /--channels grey/ });
  await train(wide, { size: { width: 8, height: 8 } });
  await train(colour, { channels: 1 });
});

Deno.test("images that are all the same train and score", async () => {
  const image = { width: 8, height: 8, channels: 1, data: new Uint8Array(64), white: 255 } as const;
  const entries = Array.from({ length: 30 }, (_, i) => ({ path: String(i), image }));
  const { model } = await trainDetector(stream(entries), { ...OPTIONS, epochs: 2 });
  const detector = await Detector.open(model, { backend: "wasm" });
  const [verdict] = await detector.detect([image]);
  detector.dispose();
  assert.ok(Number.isFinite(verdict!.score));
  assert.equal(verdict!.p, 1);
});

Deno.test("a model scores the same on every backend", async () => {
  // Float32 sums of some thousand terms in another order, through the whole network.
  const TOLERANCE = 1e-4;
  const adapter = await navigator.gpu?.requestAdapter();
  const { model } = await trainDetector(stream(squares(100)), OPTIONS);
  const entries = [...squares(10, 5), ...crosses(10)];
  const results = new Map<BackendName, number[]>();
  for (const backend of ["cpu", "wasm", ...(adapter ? ["webgpu" as const] : [])] as const) {
    const detector = await Detector.open(model, { backend });
    results.set(backend, await scoresOf(detector, entries));
    detector.dispose();
  }
  const wanted = results.get("cpu")!;
  for (const [backend, scores] of results) {
    scores.forEach((score, i) => {
      const error = Math.abs(score - wanted[i]!) / wanted[i]!;
      assert.ok(error <= TOLERANCE, `${backend}, image ${i}: ${score} against ${wanted[i]}`);
    });
  }
});

Deno.test("images of other channels have a remedy that changes them, with a size and without", async () => {
  const [first] = squares(1), others = squares(6);
  if (!first || !("image" in first)) throw new Error("squares are images");
  const { width, height } = first.image,
    data = Uint8Array.from({ length: 3 * width * height }, (_, i) => i % 3 * 90);
  const colour = {
    path: "colour",
    image: { width, height, channels: 3, white: 255, data },
  } as const;
  for (const size of [undefined, { width, height }, { width: 12, height: 12 }]) {
    const training = trainDetector(stream([...others, colour]), { ...OPTIONS, size });
    await assert.rejects(training, {
      code: "shape",
      message: /"colour" as it must be grey: current channels are RGB/,
      hint: "all must be as the first one: add --channels grey to convert every image",
    });
  }
});
