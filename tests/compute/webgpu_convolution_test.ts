import assert from "node:assert/strict";
import {
  type BackendName,
  conv2d,
  conv2dTranspose,
  openBackend,
  type Padding,
  type Tensor,
  tf,
} from "../../src/compute/mod.ts";
import { runKernel } from "../../src/compute/ops/_kernel.ts";
import {
  chooseTile,
  CONVOLUTION_PROGRAMS,
  TRANSPOSE_PROGRAMS,
} from "../../src/compute/webgpu/convolution.ts";
import { KERNEL_GRADIENT_PROGRAMS, planSlices } from "../../src/compute/webgpu/kernel_gradient.ts";
import { compilePrograms } from "../../src/compute/webgpu/run.ts";
import { planTiles } from "../../src/compute/webgpu/tiles.ts";
import { Random } from "../../src/random.ts";
import { webgpuTest } from "./_adapter.ts";

/**
 * Maximum error over maximum value: float32 sums of up to some thousand terms in another order (both
 * sides err by about 1e-7 times the root of the number of terms).
 */
const TOLERANCE = 5e-6;
const SHAPES = 80;

const OPERATIONS = ["convolution", "transpose", "kernel gradient"] as const;

/** The sizes of a convolution. */
interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly pad: Padding;
}

/** Draws odd sizes, one channel, more channels than a tile has columns, strides beyond the kernel. */
function draw(random: Random): Case {
  const upTo = (most: number) => 1 + random.integer(most);
  const few = () => [1, 2, 3, 4, 5, 16, 17, 33, 70][random.integer(9)]!;
  const kernel = [upTo(7), upTo(7)] as const, stride = upTo(4);
  const most = Math.min(...kernel);
  // tfjs reads one number as the padding of a square kernel.
  const pad: Padding = kernel[0] === kernel[1]
    ? random.integer(most)
    : [random.integer(most), random.integer(most)];
  const size = [kernel[0] + random.integer(12), kernel[1] + random.integer(12)] as const;
  const channels = few();
  return {
    batch: upTo(4),
    size,
    channels,
    filters: channels > 20 ? upTo(5) : few(),
    kernel,
    stride,
    pad,
  };
}

/** Enough positions for the widest tiles, of 64 and 32 columns, forward and transposed. */
const LARGE: readonly Case[] = [[3, 64, 1], [2, 33, 1], [64, 3, 2], [32, 1, 3]].map((
  [channels, filters, stride],
) => ({
  batch: 2,
  size: [66, 65],
  channels: channels!,
  filters: filters!,
  kernel: [3, 3],
  stride: stride!,
  pad: 1,
}));

function normal(random: Random, shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal()), [...shape]);
}

function outOf(pixels: number, taps: number, { pad, stride }: Case): number {
  const padding = typeof pad === "number" ? 2 * pad : pad[0] + pad[1];
  return Math.floor((pixels + padding - taps) / stride) + 1;
}

/** Runs each operation on a case, with equal inputs on every backend. */
function compute(seed: number, given: Case): Tensor[] {
  const random = new Random(seed);
  const { batch, size: [height, width], channels, filters, kernel, stride, pad } = given;
  const x = normal(random, [batch, height, width, channels]);
  const out = [outOf(height, kernel[0], given), outOf(width, kernel[1], given)];
  const dy = normal(random, [batch, ...out, filters]);
  const shape = [...kernel, channels, filters];
  const weights = normal(random, shape);
  const options = { stride, pad, activation: "linear" } as const;
  return tf.tidy(() => [
    conv2d(x, weights, normal(random, [filters]), options),
    conv2dTranspose(dy, weights, normal(random, [channels]), options, [height, width, channels]),
    runKernel("StrayConv2DKernelGradient", { x, dy }, { stride, pad, shape }),
  ]);
}

async function results(backend: BackendName): Promise<Float32Array[][]> {
  await openBackend(backend);
  const random = new Random(11);
  const read: Float32Array[][] = [];
  const cases = [...LARGE, ...Array.from({ length: SHAPES }, () => draw(random))];
  for (const [seed, given] of cases.entries()) {
    const tensors = tf.tidy(() => compute(seed, given));
    read.push(await Promise.all(tensors.map(async (t) => Float32Array.from(await t.data()))));
    tf.dispose(tensors);
  }
  return read;
}

Deno.test("slices partition a sum into whole steps, and none is empty", () => {
  for (const positions of [1, 15, 16, 17, 129, 50_176, 256 * 150 * 150]) {
    for (const threads of [64, 200, 18_432, 2 ** 20]) {
      const { slices, slice } = planSlices(positions, threads);
      assert.ok(slices * slice >= positions, "no position is left out");
      assert.ok((slices - 1) * slice < positions, "no slice is empty");
      assert.equal(slice % 16, 0);
      assert.ok(slices <= 256);
    }
  }
  assert.deepEqual(planSlices(256 * 14 * 14, 64), { slices: 242, slice: 208 });
});

Deno.test("tiles cover a product, with a valid number of workgroups", () => {
  const tile = { rows: 64, columns: 16, rowsEach: 4, depth: 8 } as const;
  for (const rows of [1, 64, 65, 256 * 150 * 150]) {
    for (const columns of [1, 16, 17, 512]) {
      for (const parts of [1, 4, 256]) {
        const { groups, uniforms: { columnTiles, rowTiles } } = planTiles(
          tile,
          rows,
          columns,
          parts,
        );
        assert.ok(rowTiles * 64 >= rows && columnTiles * 16 >= columns);
        assert.ok(groups[0] * groups[1] >= rowTiles * columnTiles * parts);
        assert.ok(groups[0] <= 65535 && groups[1] <= 65535);
      }
    }
  }
});

Deno.test("wide products have wide tiles if these occupy a device; one channel has narrow tiles", () => {
  assert.equal(chooseTile(256 * 28 * 28, 64, 1), 0);
  assert.equal(chooseTile(256 * 28 * 28, 32, 1), 1);
  assert.equal(chooseTile(256 * 4 * 4, 64, 1), 1);
  assert.equal(chooseTile(16, 64, 1), 2);
  assert.equal(chooseTile(256 * 28 * 28, 1, 4), 3);
  assert.deepEqual([[64, 1], [33, 1], [3, 1]].map(([n]) => chooseTile(2 * 66 * 65, n!, 1)), [
    0,
    0,
    3,
  ]);
  assert.deepEqual([64, 32].map((n) => chooseTile(2 * 33 * 33, n, 4)), [0, 1]);
});

webgpuTest("the device accepts every size of the convolution programs", async () => {
  await openBackend("webgpu");
  await compilePrograms([
    ...CONVOLUTION_PROGRAMS,
    ...TRANSPOSE_PROGRAMS,
    ...KERNEL_GRADIENT_PROGRAMS,
  ]);
});

webgpuTest(
  `convolutions agree with tfjs on cpu for ${SHAPES} shapes and more, and are repeatable`,
  async () => {
    const got = await results("webgpu"), again = await results("webgpu");
    const wanted = await results("cpu");
    wanted.forEach((tensors, seed) =>
      tensors.forEach((values, i) => {
        const what = `${OPERATIONS[i]} of shape ${seed}`;
        assert.equal(got[seed]![i]!.length, values.length, what);
        const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0.1);
        const bad = values.findIndex((value, j) =>
          !(Math.abs(value - got[seed]![i]![j]!) <= TOLERANCE * largest)
        );
        assert.equal(bad, -1, `${what}, value ${bad}: ${got[seed]![i]![bad]}, not ${values[bad]}`);
        const changed = again[seed]![i]!.findIndex((value, j) =>
          !Object.is(value, got[seed]![i]![j])
        );
        assert.equal(changed, -1, `${what}, value ${changed} changed`);
      })
    );
  },
);

// Sums of many slices, in whole and partial tiles: rows are 9 and 81 weights, columns 16 and 70.
for (const [channels, filters] of [[1, 16], [9, 70]] as const) {
  webgpuTest(
    `a kernel gradient over 24,200 positions, ${channels} to ${filters}, equals that of doubles`,
    async () => {
      await openBackend("webgpu");
      const [batch, side] = [2, 110];
      const random = new Random(5);
      const images = normal(random, [batch, side, side, channels]);
      const gradients = normal(random, [batch, side, side, filters]);
      const shape = [3, 3, channels, filters];
      const gradient = () =>
        runKernel("StrayConv2DKernelGradient", { x: images, dy: gradients }, {
          stride: 1,
          pad: 1,
          shape,
        });
      const first = gradient(), second = gradient();
      const got = await first.data(), x = await images.data(), dy = await gradients.data();
      assert.deepEqual(await second.data(), got);
      // Every 37th weight covers all taps, channels and tiles.
      for (let w = 0; w < got.length; w += 37) {
        const filter = w % filters, row = Math.floor(w / filters);
        const channel = row % channels, tap = Math.floor(row / channels);
        let wanted = 0;
        for (let p = 0; p < batch * side * side; p++) {
          const column = p % side + tap % 3 - 1;
          const line = Math.floor(p / side) % side + Math.floor(tap / 3) - 1;
          if (column < 0 || line < 0 || column >= side || line >= side) continue;
          const image = Math.floor(p / (side * side));
          wanted += x[((image * side + line) * side + column) * channels + channel]! *
            dy[p * filters + filter]!;
        }
        // The sum is about 155, the root of its number of terms; float32 in slices errs by 1e-4.
        assert.ok(Math.abs(got[w]! - wanted) <= 5e-4, `weight ${w}: ${got[w]} for ${wanted}`);
      }
      tf.dispose([images, gradients, first, second]);
    },
  );
}
