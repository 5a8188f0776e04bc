/** The scores of `damage` are those of their definition, on every backend. */

import assert from "node:assert/strict";
import { BACKEND_NAMES, enableGradients, openBackend, tf } from "../../src/compute/mod.ts";
import { DamageClassifier } from "../../src/models/damage/damage_classifier.ts";
import { orientedFeatures } from "../../src/models/knn/oriented_features.ts";
import { type DamageSpec, MODELS, openModel } from "../../src/models/mod.ts";
import { weightsOf } from "../../src/models/network/parameters.ts";
import { Random } from "../../src/random.ts";
import { ImageSet, type LearningData } from "../../src/training/mod.ts";
import { digits } from "./_digits.ts";
import { fitModel } from "./_models.ts";

const SHAPE = [8, 8, 1] as const, COUNT = 60, TRAINING = 45;
/** Float32 logarithms of small distances, whose terms cancel. */
const TOLERANCE = 2e-3;
const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

/** Digits of which the last validate. */
async function someDigits(): Promise<LearningData> {
  const images = new ImageSet(SHAPE), all = Uint32Array.from({ length: COUNT }, (_, i) => i);
  for (const { image } of (await digits("train")).slice(0, COUNT)) {
    images.add(Float32Array.from(image.data, (value) => value / image.white));
  }
  const split = {
    training: all.slice(0, TRAINING),
    validation: all.slice(TRAINING),
    calibration: new Uint32Array(0),
  };
  return { images, classes: new Int32Array(COUNT).fill(-1), split };
}

/** The definition of `whole` in float64. */
function wholeOf(
  features: Float32Array,
  values: (name: string) => Float32Array,
  { components }: DamageSpec,
): number {
  const mean = values("mean"), directions = values("directions"), kept = values("images");
  const centred = Array.from(features, (value, i) => value - mean[i]!);
  const own = Array.from(
    { length: components },
    (_, k) => centred.reduce((sum, value, i) => sum + value * directions[k * mean.length + i]!, 0),
  );
  const square = (all: readonly number[]) => all.reduce((sum, value) => sum + value * value, 0);
  const nearest = Array.from(values("scales"), (scale, row) => ({
    scale,
    square: square(own.map((value, k) => value - kept[row * components + k]!)),
  })).sort((a, b) => a.square - b.square);
  const average = (all: readonly number[]) => all.reduce((sum, x) => sum + x, 0) / all.length;
  const far = average(nearest.slice(0, 3).map(({ square }) => Math.max(square, 1e-9))) +
    square(centred) - square(own);
  return Math.log(far) / 2 - average(nearest.slice(0, 10).map(({ scale }) => scale)) / 2;
}

/** Fitted once for all backends. */
let fitted: ReturnType<typeof fit> | undefined;

async function fit() {
  await openBackend("wasm");
  await enableGradients();
  const data = await someDigits();
  const spec = MODELS.damage.build({ inputShape: SHAPE, images: COUNT }) as DamageSpec;
  const context = { epochs: 2, batch: 15, learningRate: 3e-3, patience: 2 };
  const { model } = await fitModel(spec, data, { ...context, random: new Random(1) });
  const weights = await model.snapshot();
  model.dispose();
  return { data, spec, weights };
}

for (const backend of BACKEND_NAMES) {
  const skipped = backend === "webgpu" && noAdapter;
  Deno.test({
    name: `${backend}: scores are those of their definition${
      skipped ? ` (skipped: ${skipped})` : ""
    }`,
    ignore: skipped !== false,
    // The device of tfjs lives as long as the process.
    sanitizeResources: false,
    fn: async () => {
      const { data, spec, weights } = await (fitted ??= fit());
      const values = (name: string) => weightsOf(weights, `edges/${name}`);
      const ofClassifier = [...weights].filter(([name]) => /^(body|head)\//.test(name));

      await openBackend(backend);
      const before = tf.memory().numTensors;
      const model = await openModel(spec, weights);
      const classifier = new DamageClassifier(spec, new Random(0));
      classifier.restore(new Map(ofClassifier));
      const pixels = new Float32Array(COUNT * 64);
      data.images.gather(Uint32Array.from({ length: COUNT }, (_, i) => i), pixels);
      const x = tf.tensor4d(pixels, [COUNT, ...SHAPE]);
      const names = ["odds", "whole", "damage"];
      const tensors = tf.tidy(() => [
        ...model.scores(names, x),
        classifier.logits(classifier.embed(x)),
        orientedFeatures(x),
      ]);
      const [odds, whole, sum, logits, features] = await Promise.all(
        tensors.map(async (tensor) => Float32Array.from(await tensor.data())),
      ) as [Float32Array, ...Float32Array[]];
      tf.dispose([x, ...tensors]);
      model.dispose();
      classifier.dispose();
      assert.equal(tf.memory().numTensors, before);

      const close = (got: number, wanted: number, what: string) =>
        assert.ok(
          Math.abs(got - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)),
          `${what}: ${got} ${wanted}`,
        );
      const size = features!.length / COUNT, classes = 1 + spec.kinds.length;
      const [oddsMedian, oddsSpread, wholeMedian, wholeSpread] = weights.get("units")!.data;
      for (let i = 0; i < COUNT; i++) {
        const [none, ...kinds] = logits!.subarray(i * classes, (i + 1) * classes);
        close(odds[i]!, Math.log(kinds.reduce((a, b) => a + Math.exp(b), 0)) - none!, "odds");
        const own = features!.subarray(i * size, (i + 1) * size);
        // The distance of a kept image from itself is rounding.
        if (i >= TRAINING) close(whole![i]!, wholeOf(own, values, spec), "whole");
        const wanted = (odds[i]! - oddsMedian!) / oddsSpread! +
          (whole![i]! - wholeMedian!) / wholeSpread!;
        close(sum![i]!, wanted, "damage");
      }
    },
  });
}
