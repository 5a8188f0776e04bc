import assert from "node:assert/strict";
import { BACKEND_NAMES, openBackend, tf } from "../../src/compute/mod.ts";
import { contextCodeLength } from "../../src/models/network/code_length.ts";
import { Random } from "../../src/random.ts";

/** Float32 sums of some hundred terms. */
const TOLERANCE = 1e-4;
const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

type Shape = readonly [batch: number, height: number, width: number, channels: number];

async function codeLengths(samples: readonly number[], shape: Shape): Promise<number[]> {
  const tensors = tf.memory().numTensors;
  const length = tf.tidy(() => contextCodeLength(tf.tensor4d([...samples], [...shape])));
  const values = [...await length.data()];
  length.dispose();
  assert.equal(tf.memory().numTensors, tensors);
  return values;
}

/** The code length of one image, sample by sample. */
function directLength(samples: readonly number[], [, height, width, channels]: Shape): number {
  let length = 0;
  for (let channel = 0; channel < channels; channel++) {
    const at = (y: number, x: number) =>
      y < 0 || x < 0 || x >= width ? 0 : samples[(y * width + x) * channels + channel]!;
    const seen = new Map<string, number[]>();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const neighbours = [at(y - 1, x - 1), at(y - 1, x), at(y - 1, x + 1), at(y, x - 1)];
        const context = neighbours.map((value) => value >= 0.5).join();
        seen.set(context, [...seen.get(context) ?? [], at(y, x)]);
      }
    }
    for (const values of seen.values()) {
      const p = values.reduce((sum, value) => sum + value, 0) / values.length;
      length += Math.log(values.length) / 2;
      for (const value of values) {
        if (value > 0) length -= value * Math.log(p);
        if (value < 1) length -= (1 - value) * Math.log(1 - p);
      }
    }
  }
  return length;
}

for (const backend of BACKEND_NAMES) {
  const skipped = backend === "webgpu" && noAdapter;
  Deno.test({
    name: `${backend}: code lengths are those of coding sample by sample${
      skipped ? ` (skipped: ${skipped})` : ""
    }`,
    ignore: skipped !== false,
    // The device of tfjs lives as long as the process.
    sanitizeResources: false,
    async fn() {
      await openBackend(backend);
      const random = new Random(3);
      // Values between, at both ends and at the limit; of several channels, and of one row.
      const draw = () => [0, 1, 0.5, random.uniform()][Math.floor(4 * random.uniform())]!;
      for (const shape of [[3, 9, 7, 2], [2, 1, 30, 1], [1, 28, 28, 1]] as const) {
        const size = shape[1] * shape[2] * shape[3];
        const images = Array.from({ length: shape[0] }, () => Array.from({ length: size }, draw));
        const got = await codeLengths(images.flat(), shape);
        images.forEach((image, i) => {
          const wanted = directLength(image, shape);
          assert.ok(Math.abs(got[i]! - wanted) < TOLERANCE * wanted, `${got[i]}, not ${wanted}`);
        });
      }
    },
  });
}

Deno.test("images that neighbours determine cost their parameters alone, noise costs log 2", async () => {
  await openBackend("wasm");
  const shape = [1, 30, 30, 1] as const, random = new Random(1);
  const [black] = await codeLengths(new Array(900).fill(0), shape);
  assert.ok(Math.abs(black! - Math.log(900) / 2) < 1e-4);
  const noise = Array.from({ length: 900 }, () => random.uniform() < 0.5 ? 0 : 1);
  const [length] = await codeLengths(noise, shape);
  assert.ok(Math.abs(length! / (900 * Math.log(2)) - 1) < 0.05);
});
