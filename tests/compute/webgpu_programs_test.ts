import assert from "node:assert/strict";
import {
  Adam,
  batchNorm,
  blendStatistics,
  openBackend,
  pixelLoss,
  type Tensor,
  tf,
} from "../../src/compute/mod.ts";
import { throughActivation } from "../../src/compute/ops/activation.ts";
import { planColumns } from "../../src/compute/webgpu/columns.ts";
import { defineProgram, forEachElement } from "../../src/compute/webgpu/program.ts";
import { compilePrograms, output, run } from "../../src/compute/webgpu/run.ts";
import { StrayError } from "../../src/errors.ts";
import { Random } from "../../src/random.ts";
import { webgpuTest } from "./_adapter.ts";

function normal(random: Random, length: number, mean = 0): Float32Array {
  return Float32Array.from({ length }, () => mean + random.normal());
}

async function read(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

function near(got: number, wanted: number, allowed: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= allowed, `${what}: ${got} for ${wanted}`);
}

Deno.test("a plan reads every row once, with a valid number of workgroups", () => {
  for (const rows of [1, 2, 63, 64, 65, 511, 4097, 256 * 150 * 150, 2 ** 30]) {
    for (const columns of [1, 2, 3, 16, 20, 64, 65, 1000, 22500]) {
      const { blocks, groups, uniforms } = planColumns(rows, columns);
      assert.ok((blocks - 1) * uniforms.rowsPerBlock < rows, "no block is empty");
      assert.ok(blocks * uniforms.rowsPerBlock >= rows, "no row is left out");
      assert.ok(groups[0] * uniforms.width >= columns, "no column is left out");
      assert.ok(groups[0] <= 65535 && groups[1] <= 65535);
    }
  }
});

// Columns: less than a tile, more than a tile, one. Rows: one block, several, partial ones.
const LONG: readonly (readonly [number, number])[] = [[512, 20], [1537, 20], [5003, 70], [9001, 1]];

for (const [rows, columns] of LONG) {
  webgpuTest(
    `bias gradients through a sigmoid over ${rows} x ${columns} equal those of doubles`,
    async () => {
      await openBackend("webgpu");
      const random = new Random(1);
      const dy = normal(random, rows * columns), y = dy.map(() => random.uniform());
      const { dz, bias } = throughActivation(
        tf.tensor2d(dy, [rows, columns]),
        tf.tensor2d(y, [rows, columns]),
        "sigmoid",
      );
      const sums = new Float64Array(columns), sizes = new Float64Array(columns);
      const gradients = Float64Array.from(dy, (g, i) => g * y[i]! * (1 - y[i]!));
      gradients.forEach((gradient, i) => {
        sums[i % columns]! += gradient;
        sizes[i % columns]! += Math.abs(gradient);
      });
      const gotBias = await read(bias()), gotDz = await read(dz);
      // Rounding of float32 sums: some hundred terms per thread, then a tree.
      sums.forEach((sum, c) => near(gotBias[c]!, sum, 1e-6 * sizes[c]!, `column ${c}`));
      gradients.forEach((gradient, i) => near(gotDz[i]!, gradient, 1e-6, `value ${i}`));
    },
  );

  webgpuTest(`statistics over ${rows} x ${columns} are accurate far from 0`, async () => {
    await openBackend("webgpu");
    const x = normal(new Random(2), rows * columns, 1e4);
    const { y, mean, variance } = batchNorm(
      tf.tensor2d(x, [rows, columns]),
      tf.ones([columns]),
      tf.zeros([columns]),
      { epsilon: 1e-5 },
    );
    const gotMean = await read(mean), gotVariance = await read(variance), gotY = await read(y);
    for (let c = 0; c < columns; c++) {
      const values = Float64Array.from({ length: rows }, (_, row) => x[row * columns + c]!);
      const wanted = values.reduce((a, b) => a + b) / rows;
      const spread = values.reduce((sum, v) => sum + (v - wanted) ** 2, 0) / rows;
      // A unit in the last place of 1e4 is 1e-3. The mean of squares would put the variance off by 8.
      near(gotMean[c]!, wanted, 2e-3, `mean ${c}`);
      near(gotVariance[c]!, spread, 1e-3, `variance ${c}`);
      near(gotY[c]!, (values[0]! - wanted) / Math.sqrt(spread), 5e-3, `first value of ${c}`);
    }
  });
}

webgpuTest("the loss of thousands of good pixels survives rounding", async () => {
  await openBackend("webgpu");
  for (const logit of [-15, -6, -1, 0, 3]) {
    const x = tf.zeros([1, 5000]), logits = tf.fill([1, 5000], logit);
    const [loss] = await read(pixelLoss(x, logits, "bce"));
    const wanted = 5000 * Math.log1p(Math.exp(logit));
    // WGSL's exp may err by 3 + 2 |x| units in the last place.
    near(loss! / wanted, 1, 1e-5, `logit ${logit}`);
  }
});

webgpuTest("more images than a device has workgroups", async () => {
  await openBackend("webgpu");
  const images = 70_001;
  const x = tf.zeros([images, 1]), logits = tf.zeros([images, 1]);
  const losses = await read(pixelLoss(x, logits, "bce"));
  assert.equal(losses.length, images);
  losses.forEach((loss, i) => near(loss, Math.LN2, 1e-6, `image ${i}`));
});

webgpuTest("more values than 65,535 workgroups have threads", async () => {
  await openBackend("webgpu");
  const size = 65535 * 256 + 3;
  const fill = defineProgram({
    name: "test_fill",
    writes: ["y"],
    reads: [],
    uniforms: { size: "u32", value: "f32" },
    code: forEachElement("y[i] = u.value;"),
  });
  await compilePrograms([fill]);
  const y = tf.engine().makeTensorFromTensorInfo(output([size])) as tf.Tensor1D;
  run(fill, { writes: [y], reads: [], uniforms: { size, value: 7 }, groups: [65535, 1] });
  const last = tf.slice(y, size - 5, 5);
  assert.deepEqual([...await read(last)], [7, 7, 7, 7, 7]);
  tf.dispose([y, last]);
});

webgpuTest("a tensor larger than the device can bind is refused, with a hint", async () => {
  await openBackend("webgpu");
  const x = tf.engine().makeTensorFromTensorInfo(output([2 ** 16, 2 ** 15]));
  assert.throws(() => throughActivation(x, x, "linear").bias(), (error: unknown) => {
    assert.ok(error instanceof StrayError);
    assert.equal(error.code, "backend");
    assert.match(
      error.message,
      /^Cannot run "column_sums" as a tensor .* current value is 8589934592$/,
    );
    assert.match(error.hint!, /--batch/);
    return true;
  });
  x.dispose();
});

webgpuTest("a program that the device refuses is named, with the reason", async () => {
  await openBackend("webgpu");
  const broken = defineProgram({
    name: "test_broken",
    writes: ["y"],
    reads: [],
    uniforms: { size: "u32" },
    code: forEachElement("y[i] = nothing;"),
  });
  await assert.rejects(compilePrograms([broken]), (error: unknown) => {
    assert.ok(error instanceof StrayError);
    assert.equal(error.code, "backend");
    assert.match(error.message, /^Cannot compile the WebGPU program "test_broken" as .*nothing/);
    return true;
  });
});

webgpuTest("a batch shared over threads is refused", async () => {
  await openBackend("webgpu");
  const x = tf.ones([4, 3]), ones = tf.ones([3]);
  assert.throws(
    () => batchNorm(x, ones, ones, { epsilon: 1e-5, reduce: () => {} }),
    (error: unknown) => error instanceof StrayError && error.code === "backend",
  );
});

webgpuTest(
  "Adam on several variables per dispatch equals Adam of tfjs operations, over 10 steps",
  async () => {
    // Five variables take dispatches of four and one; sizes of one value, whole and partial workgroups.
    const sizes = [1000, 1, 256, 3, 70];
    const trained = async (backend: "cpu" | "webgpu", decay: object) => {
      await openBackend(backend);
      const random = new Random(4);
      const weights = sizes.map((size) => tf.variable(tf.tensor1d(normal(random, size))));
      const adam = await Adam.create(weights, { learningRate: 0.01, ...decay });
      for (let step = 0; step < 10; step++) {
        const gradients = sizes.map((size) => tf.tensor1d(normal(random, size)));
        adam.apply(gradients);
        tf.dispose(gradients);
      }
      const values = await Promise.all([...weights, ...adam.state].map(read));
      adam.dispose();
      tf.dispose(weights);
      return values;
    };
    for (const decay of [{}, { weightDecay: 0.3 }, { weightDecay: 0.3, decoupled: true }]) {
      const wanted = await trained("cpu", decay), got = await trained("webgpu", decay);
      // Ten roundings of numbers near 1, and a quotient that may err by 2.5 units.
      wanted.forEach((values, i) =>
        values.forEach((v, j) => near(got[i]![j]!, v, 2e-6, `${i}, ${j}`))
      );
    }
  },
);

webgpuTest(
  "running statistics in one dispatch equal those of tfjs operations",
  async () => {
    const blended = async (backend: "cpu" | "webgpu") => {
      await openBackend(backend);
      const random = new Random(6);
      const [running, variance] = [0, 1].map(() => tf.variable(tf.tensor1d(normal(random, 300))));
      for (let step = 0; step < 5; step++) {
        const batch = [0, 1].map(() => tf.tensor1d(normal(random, 300)));
        const statistics = { mean: batch[0]!, variance: batch[1]!, count: 3 };
        blendStatistics({ mean: running!, variance: variance! }, statistics, 0.1);
        tf.dispose(batch);
      }
      const values = await Promise.all([running!, variance!].map(read));
      tf.dispose([running!, variance!]);
      return values;
    };
    const wanted = await blended("cpu"), got = await blended("webgpu");
    // Five roundings of numbers near 1; a device may fuse a product and a sum.
    wanted.forEach((values, i) =>
      values.forEach((v, j) => near(got[i]![j]!, v, 1e-6, `${i}, ${j}`))
    );
  },
);

webgpuTest("tensors read or shared before a step of Adam keep their values", async () => {
  await openBackend("webgpu");
  const weight = tf.variable(tf.tensor1d([1, 2])), gradient = tf.tensor1d([1, 1]);
  const adam = await Adam.create([weight], { learningRate: 0.5 });
  const before = tf.clone(weight);
  await weight.data();
  adam.apply([gradient]);
  assert.deepEqual([...await read(before)], [1, 2]);
  const [first, second] = await read(weight);
  near(first!, 0.5, 1e-6, "first");
  near(second!, 1.5, 1e-6, "second");
  adam.dispose();
  tf.dispose([weight, gradient, before]);
});
