/** Products and convolutions of our networks: by our kernel, by plain tfjs, and a reference. */

import assert from "node:assert/strict";
import { tf } from "../../src/compute/mod.ts";
import type { Geometry } from "../../src/compute/wasm/session.ts";
import type { Bench } from "../compute/_kernels.ts";
import { normals, product } from "../compute/_kernels.ts";
import type { Random } from "../../src/random.ts";

/** Largest error of a sampled value, relative to the root mean square. */
const TOLERANCE = 2e-4;
const SAMPLES = 200;

/** An operation to time. */
export interface KernelCase {
  readonly kernel: string;
  readonly shape: string;
  /** Multiplications and additions of the plain algorithm per call. */
  readonly flop: number;
  readonly run: () => void;
  /** The same by tiles. */
  readonly tiled: () => void;
  /** The same operation by tfjs's own wasm kernel, if it has one. */
  readonly plain?: () => void;
  /** Asserts that sampled values are correct. */
  readonly check: () => void;
}

/** Compares values at random positions with sums in double precision. */
function sample(values: Float32Array, truth: (at: number) => number, random: Random): void {
  const scale = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  for (let i = 0; i < SAMPLES; i++) {
    const at = random.integer(values.length);
    assert.ok(Math.abs(values[at]! - truth(at)) <= TOLERANCE * scale, `value ${at} is wrong`);
  }
}

/** A layer y = x w, and its two gradients. */
export function denseCases(
  bench: Bench,
  name: string,
  [batch, from, to]: readonly [number, number, number],
  random: Random,
): KernelCase[] {
  const { kernels, block } = bench;
  bench.clear();
  const x = normals(batch * from, random), w = normals(from * to, random);
  const dy = normals(batch * to, random);
  const variants = [
    ["dense", x, w, batch, to, from, 0, 0],
    ["dense, input gradient", dy, w, batch, from, to, 0, 1],
    ["dense, weight gradient", x, dy, from, to, batch, 1, 0],
  ] as const;
  const tensors = new Map([
    [x, tf.tensor2d(x, [batch, from])],
    [w, tf.tensor2d(w, [from, to])],
    [dy, tf.tensor2d(dy, [batch, to])],
  ]);
  return variants.map(([kernel, a, b, m, n, k, transposeA, transposeB]) => {
    const [left, right, c] = [bench.put(a), bench.put(b), bench.reserve(m * n)];
    const scratch = bench.reserve(Math.max(
      kernels.matMulScratchFloats(m, n, k, transposeA, transposeB),
      kernels.wideMatMulScratchFloats(transposeA),
    ));
    const [ta, tb] = [transposeA === 1, transposeB === 1];
    return {
      kernel,
      shape: `${name}: ${batch} x ${from} -> ${to}`,
      flop: 2 * m * n * k,
      run: () => kernels.matMul(left, right, 0, c, m, n, k, transposeA, transposeB, 0, scratch),
      tiled: () =>
        kernels.wideMatMul(left, right, 0, c, m, n, k, transposeA, transposeB, 0, scratch, block),
      plain: () => tf.dispose(tf.matMul(tensors.get(a)!, tensors.get(b)!, ta, tb)),
      check: () =>
        sample(bench.take(c, m * n), (at) => {
          const i = Math.floor(at / n), j = at % n;
          let sum = 0;
          for (let l = 0; l < k; l++) {
            sum += a[ta ? l * m + i : i * k + l]! * b[tb ? j * k + l : l * n + j]!;
          }
          return sum;
        }, random),
    };
  });
}

/** A convolution, and its two gradients. */
export function convolutionCases(bench: Bench, name: string, sizes: Geometry, random: Random) {
  const { kernels, block } = bench;
  bench.clear();
  const [batch, h, w, c, kh, kw, oh, ow, f, stride, top, left] = sizes;
  const x = normals(batch * h * w * c, random), k = normals(kh * kw * c * f, random);
  const dy = normals(batch * oh * ow * f, random);
  const geometry = bench.putGeometry(sizes);
  const [xAt, kAt, dyAt] = [bench.put(x), bench.put(k), bench.put(dy)];
  const [y, dx, dk] = [dy, x, k].map((values) => bench.reserve(values.length));
  const scratch = bench.reserve(Math.max(
    kernels.conv2dScratchFloats(geometry),
    kernels.conv2dInputGradientScratchFloats(geometry),
    kernels.conv2dFilterGradientScratchFloats(geometry),
  ));
  const xTensor = tf.tensor4d(x, [batch, h, w, c]), kTensor = tf.tensor4d(k, [kh, kw, c, f]);
  const dyTensor = tf.tensor4d(dy, [batch, oh, ow, f]);
  /** x and dy under one tap of the kernel, at a pixel of the output. */
  const place = (n: number, i: number, j: number, tap: number) => {
    const row = i * stride - top + Math.floor(tap / kw), column = j * stride - left + tap % kw;
    const inside = row >= 0 && row < h && column >= 0 && column < w;
    return inside ? ((n * h + row) * w + column) * c : -1;
  };
  const forward = (at: number) => {
    const pixel = Math.floor(at / f), n = Math.floor(pixel / (oh * ow));
    let sum = 0;
    for (let tap = 0; tap < kh * kw; tap++) {
      const from = place(n, Math.floor(pixel / ow) % oh, pixel % ow, tap);
      for (let l = 0; from >= 0 && l < c; l++) sum += x[from + l]! * k[(tap * c + l) * f + at % f]!;
    }
    return sum;
  };
  const inputGradient = (at: number) => {
    const target = at - at % c, n = Math.floor(at / (h * w * c));
    let sum = 0;
    for (let p = 0; p < oh * ow * kh * kw; p++) {
      const tap = p % (kh * kw), pixel = Math.floor(p / (kh * kw));
      if (place(n, Math.floor(pixel / ow), pixel % ow, tap) !== target) continue;
      const from = (n * oh * ow + pixel) * f;
      for (let l = 0; l < f; l++) sum += dy[from + l]! * k[(tap * c + at % c) * f + l]!;
    }
    return sum;
  };
  const filterGradient = (at: number) => {
    const tap = Math.floor(at / (c * f)), channel = Math.floor(at / f) % c;
    let sum = 0;
    for (let pixel = 0; pixel < batch * oh * ow; pixel++) {
      const n = Math.floor(pixel / (oh * ow));
      const from = place(n, Math.floor(pixel / ow) % oh, pixel % ow, tap);
      if (from >= 0) sum += x[from + channel]! * dy[pixel * f + at % f]!;
    }
    return sum;
  };
  const check = (at: number, count: number, truth: (at: number) => number) => () =>
    sample(bench.take(at, count), truth, random);
  const shape = `${name}: ${h} x ${w} x ${c} -> ${f}, ${kh} x ${kw} / ${stride}, ${batch}`;
  const flop = 2 * product(batch, oh, ow, f, kh, kw, c);
  return [
    {
      kernel: "conv2d",
      shape,
      flop,
      run: () => kernels.conv2d(xAt, kAt, 0, y!, geometry, 0, scratch, 0),
      tiled: () => kernels.conv2d(xAt, kAt, 0, y!, geometry, 0, scratch, block),
      plain: () => tf.dispose(tf.conv2d(xTensor, kTensor, stride, top, "NHWC", 1, "floor")),
      check: check(y!, dy.length, forward),
    },
    {
      kernel: "conv2d, input gradient",
      shape,
      flop,
      run: () => kernels.conv2dInputGradient(dyAt, kAt, 0, dx!, geometry, 0, scratch, 0),
      tiled: () => kernels.conv2dInputGradient(dyAt, kAt, 0, dx!, geometry, 0, scratch, block),
      plain: () =>
        tf.dispose(tf.conv2dTranspose(dyTensor, kTensor, xTensor.shape, stride, top, "floor")),
      check: check(dx!, x.length, inputGradient),
    },
    {
      kernel: "conv2d, filter gradient",
      shape,
      flop,
      run: () => kernels.conv2dFilterGradient(xAt, dyAt, dk!, geometry, scratch, 0),
      tiled: () => kernels.conv2dFilterGradient(xAt, dyAt, dk!, geometry, scratch, block),
      check: check(dk!, k.length, filterGradient),
    },
  ] satisfies KernelCase[];
}
