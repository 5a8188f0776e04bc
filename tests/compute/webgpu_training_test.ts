import assert from "node:assert/strict";
import { type BackendName, tf, valueAndGradients } from "../../src/compute/mod.ts";
import { trainableOf } from "../../src/training/mod.ts";
import { NETWORKS } from "../models/_models.ts";
import { webgpuTest } from "./_adapter.ts";
import { losses, steps } from "./_steps.ts";

/**
 * Number of steps, and maximum relative difference of loss curves. Adam takes a whole step in the direction
 * of a gradient that is mere rounding, so curves of the deep network diverge on any two backends (cpu and
 * wasm by up to 3 % in 5 steps); therefore its gradients are compared too.
 */
const CURVES = {
  dense: { count: 12, tolerance: 1e-5 },
  vae: { count: 12, tolerance: 1e-5 },
  cae: { count: 2, tolerance: 3e-2 },
};

/** The smallest images of architectures that do not accept 8 x 8. */
const SIZES: Readonly<Record<string, readonly [number, number, number]>> = {
  dcae: [17, 17, 1],
  "lens-vae": [17, 17, 1],
};

/** Images per gradient of deep networks: on plain cpu, an image takes a fifth of a second. */
const BATCHES: Readonly<Record<string, number>> = { cae: 8, "cae-transposed": 8 };

/** Norm of the difference over norm: rounding through 25 layers (wasm: 2e-5, WebGPU: 1e-5). */
const GRADIENT_TOLERANCE = 1e-4;
/** Relative to the largest gradient's norm; a smaller gradient is rounding (a bias before a normalisation). */
const NOTHING = 1e-6;

/**
 * Maximum dispatches per training step. With tfjs's operations alone they were 145, 355 and 1161. Adam takes
 * one per four variables (2, 4, 15), or 8, 14 and 58 on a device that binds only eight buffers.
 */
const DISPATCHES = { dense: 23, vae: 49, cae: 158 };
/** Steps to check for leaks; those of the deep network take a second each on a software adapter. */
const STEPS = { dense: 50, vae: 50, cae: 5 };

for (const [name, { count, tolerance }] of Object.entries(CURVES)) {
  webgpuTest(`training ${name} on webgpu has the loss curve of plain cpu`, async () => {
    const wanted = await losses("cpu", name, count), got = await losses("webgpu", name, count);
    assert.ok(wanted.at(-1)! < wanted[0]!, "it learns");
    wanted.forEach((value, i) => {
      const difference = Math.abs(got[i]! - value) / value;
      assert.ok(difference <= tolerance, `step ${i}: ${got[i]} for ${value}`);
    });
  });
}

async function gradients(backend: BackendName, name: string): Promise<Float32Array[]> {
  const { model, loss, dispose } = await steps(backend, name, SIZES[name], BATCHES[name]);
  const { value, gradients } = valueAndGradients(() => loss(), trainableOf(model.parameters));
  const read = await Promise.all(gradients.map(async (g) => Float32Array.from(await g.data())));
  tf.dispose([value, ...gradients]);
  dispose();
  return read;
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

for (const name of Object.keys(NETWORKS)) {
  webgpuTest(
    `${name}: the gradient of every weight on webgpu equals that on plain cpu`,
    async () => {
      const wanted = await gradients("cpu", name), got = await gradients("webgpu", name);
      const largest = Math.max(...wanted.map(norm));
      wanted.forEach((values, i) => {
        const error = norm(values.map((value, j) => value - got[i]![j]!));
        const allowed = Math.max(GRADIENT_TOLERANCE * norm(values), NOTHING * largest);
        assert.ok(error <= allowed, `weight ${i}: off by ${error}, norm ${norm(values)}`);
      });
    },
  );
}

/** The method of tfjs's backend that runs every dispatch. */
interface Dispatching {
  runWebGPUProgram: (...args: unknown[]) => unknown;
}

/** Counts dispatches. */
function countDispatches(work: () => void): number {
  const backend = tf.backend() as unknown as Dispatching;
  const original = backend.runWebGPUProgram;
  let count = 0;
  backend.runWebGPUProgram = function (this: unknown, ...args) {
    count++;
    return original.apply(this, args);
  };
  try {
    work();
  } finally {
    backend.runWebGPUProgram = original;
  }
  return count;
}

for (const [name, bound] of Object.entries(DISPATCHES)) {
  webgpuTest(
    `a step of ${name} takes at most ${bound} dispatches and leaves no tensors`,
    async () => {
      const { step, dispose } = await steps("webgpu", name);
      step().dispose();
      const count = countDispatches(() => step().dispose());
      assert.ok(count <= bound, `${count} dispatches`);
      const { numTensors } = tf.memory();
      const buffers = tf.backend().numDataIds();
      let loss = tf.scalar(0);
      for (let i = 0; i < STEPS[name as keyof typeof STEPS]; i++) {
        loss.dispose();
        loss = step();
      }
      assert.ok(Number.isFinite((await loss.data())[0]));
      loss.dispose();
      assert.equal(tf.memory().numTensors, numTensors);
      assert.equal(tf.backend().numDataIds(), buffers);
      dispose();
    },
  );
}

webgpuTest("training on webgpu is repeatable, bit for bit", async () => {
  assert.deepEqual(await losses("webgpu", "vae", 5), await losses("webgpu", "vae", 5));
});

webgpuTest("a product with few results is repeatable, and equals that of doubles", async () => {
  const { dispose } = await steps("webgpu", "vae");
  dispose();
  const [rows, length, columns] = [20, 3000, 9];
  const a = Float32Array.from({ length: rows * length }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: length * columns }, (_, i) => Math.cos(3 * i));
  const tensors = [tf.tensor2d(a, [rows, length]), tf.tensor2d(b, [length, columns])] as const;
  const product = async () => {
    const y = tf.matMul(...tensors);
    const values = Float32Array.from(await y.data());
    y.dispose();
    return values;
  };
  const first = await product();
  for (let i = 0; i < 10; i++) assert.deepEqual(await product(), first);
  first.forEach((got, i) => {
    let wanted = 0;
    for (let k = 0; k < length; k++) {
      wanted += a[Math.floor(i / columns) * length + k]! * b[k * columns + i % columns]!;
    }
    // Some thousand roundings of sums of up to 1000.
    assert.ok(Math.abs(got - wanted) <= 1e-3, `result ${i}: ${got} for ${wanted}`);
  });
  tf.dispose([...tensors]);
});

webgpuTest("small tensors stay on the device", async () => {
  const { dispose } = await steps("webgpu", "vae");
  dispose();
  assert.equal(tf.env().getBool("WEBGPU_CPU_FORWARD"), false);
  assert.equal(countDispatches(() => tf.add(tf.scalar(1), tf.scalar(2)).dispose()), 1);
});
