import assert from "node:assert/strict";
import type { Geometry } from "../../src/compute/wasm/session.ts";
import { Random } from "../../src/random.ts";
import {
  applyEpilogue,
  assertNear,
  type Bench,
  BENCHES,
  emptyReference,
  normals,
  type Reference,
} from "./_kernels.ts";

/**
 * Relative to the largest sum of magnitudes of a value's terms. A float32 sum of n terms errs by about
 * sqrt(n) * 6e-8 of their root mean square; measured here: up to 1.8e-7 of their sum.
 */
const TOLERANCE = 5e-7;
/**
 * The same for Winograd's transforms, which combine a tile with constants of up to 3.4 along two axes.
 * Measured: up to 6.3e-7.
 */
const WINOGRAD_TOLERANCE = 1.5e-6;
const SHAPES = 300;

interface Case {
  readonly geometry: Geometry;
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly dy: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly channelBias: Float32Array | undefined;
  readonly relu: boolean;
}

/** Draws tensors for a geometry; its output size implies the padding at the far side. */
function fill(geometry: Geometry, random: Random): Case {
  const [n, h, w, c, kh, kw, oh, ow, f] = geometry;
  const bias = random.integer(2) === 1;
  return {
    geometry,
    x: normals(n * h * w * c, random),
    w: normals(kh * kw * c * f, random),
    dy: normals(n * oh * ow * f, random),
    bias: bias ? normals(f, random) : undefined,
    channelBias: bias ? normals(c, random) : undefined,
    relu: random.integer(2) === 1,
  };
}

/** Any kernel of 1 to 7, any stride of 1 to 3, few or many channels. */
function anyCase(
  random: Random,
  [c, f] = [1 + random.integer(10), 1 + random.integer(18)],
): Case {
  const size = (below: number) => 1 + random.integer(below);
  const [kh, kw, stride] = [size(7), size(7), size(3)];
  const [top, left, bottom, right] = [kh, kw, kh, kw].map((k) => random.integer(k));
  const h = Math.max(kh - top! - bottom!, 0) + size(9);
  const w = Math.max(kw - left! - right!, 0) + size(9);
  const oh = Math.floor((h + top! + bottom! - kh) / stride) + 1;
  const ow = Math.floor((w + left! + right! - kw) / stride) + 1;
  const geometry = [size(3), h, w, c, kh, kw, oh, ow, f, stride, top!, left!] as const;
  return fill(geometry, random);
}

/** Stride 1 and no padding, where the input gradient is scattered. */
function unpaddedCase(random: Random): Case {
  const size = (below: number) => 1 + random.integer(below);
  const [kh, kw, oh, ow] = [size(7), size(7), size(9), size(9)];
  const [h, w, c, f] = [oh + kh - 1, ow + kw - 1, size(10), size(18)];
  return fill([size(3), h, w, c, kh, kw, oh, ow, f, 1, 0, 0], random);
}

/** 4 x 4 with stride 2 and one channel, where the input gradient is the sum of products of pixels. */
function spreadCase(random: Random): Case {
  const [oh, ow, f] = [1 + random.integer(20), 1 + random.integer(20), 1 + random.integer(40)];
  return fill([1 + random.integer(3), 2 * oh, 2 * ow, 1, 4, 4, oh, ow, f, 2, 1, 1], random);
}

/** Channels and filters for Winograd's transforms, which are specialised for 16, 32 and 64. */
const WINOGRAD_CHANNELS = [8, 12, 16, 20, 24, 32, 64] as const;

/** 3 x 3 with stride 1 and enough channels for Winograd's transforms. */
function winogradCase(random: Random, batch = 1 + random.integer(3)): Case {
  const [top, left, bottom, right] = [0, 0, 0, 0].map(() => random.integer(3));
  const [h, w] = [6 + random.integer(10), 6 + random.integer(10)];
  const channels = () => WINOGRAD_CHANNELS[random.integer(WINOGRAD_CHANNELS.length)]!;
  const [c, f] = [channels(), channels()];
  const [oh, ow] = [h + top! + bottom! - 2, w + left! + right! - 2];
  return fill([batch, h, w, c, 3, 3, oh, ow, f, 1, top!, left!], random);
}

/** A case of each kind. */
const DRAWS = [
  (random: Random) => anyCase(random),
  unpaddedCase,
  (random: Random) => winogradCase(random),
  spreadCase,
];

/** Calls `visit` with the indices in x, w and y of every product of a convolution. */
function visitTerms(geometry: Geometry, visit: (x: number, w: number, y: number) => void): void {
  const [n, h, w, c, kh, kw, oh, ow, f, stride, top, left] = geometry;
  for (let pixel = 0; pixel < n * oh * ow; pixel++) {
    const image = Math.floor(pixel / (oh * ow)), i = Math.floor(pixel / ow) % oh, j = pixel % ow;
    for (let tap = 0; tap < kh * kw; tap++) {
      const row = i * stride - top + Math.floor(tap / kw), column = j * stride - left + tap % kw;
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      for (let k = 0; k < c; k++) {
        const x = ((image * h + row) * w + column) * c + k;
        for (let l = 0; l < f; l++) visit(x, (tap * c + k) * f + l, pixel * f + l);
      }
    }
  }
}

/** y, dx and dw in double precision. */
function references({ geometry, x, w, dy, bias, channelBias, relu }: Case): Reference[] {
  const y = emptyReference(dy.length), dx = emptyReference(x.length);
  const dw = emptyReference(w.length);
  visitTerms(geometry, (i, j, k) => {
    const forward = x[i]! * w[j]!, toInput = dy[k]! * w[j]!, toFilter = x[i]! * dy[k]!;
    y.values[k]! += forward;
    y.magnitudes[k]! += Math.abs(forward);
    dx.values[i]! += toInput;
    dx.magnitudes[i]! += Math.abs(toInput);
    dw.values[j]! += toFilter;
    dw.magnitudes[j]! += Math.abs(toFilter);
  });
  applyEpilogue(y, bias, relu);
  applyEpilogue(dx, channelBias, relu);
  return [y, dx, dw];
}

/** The results of a build's kernels, with scratch memory filled with NaN. */
function results(bench: Bench, test: Case): Float32Array[] {
  const { bias, channelBias } = test;
  const { kernels } = bench;
  bench.clear();
  const geometry = bench.putGeometry(test.geometry);
  const [x, w, dy] = [bench.put(test.x), bench.put(test.w), bench.put(test.dy)];
  const y = bench.reserve(test.dy.length), dx = bench.reserve(test.x.length);
  const dw = bench.reserve(test.w.length);
  const withScratch = (floats: number, run: (scratch: number) => void) => {
    const scratch = bench.reserve(floats);
    run(scratch);
    bench.take(scratch, floats);
  };
  const activation = test.relu ? 1 : 0;
  const yBias = bias ? bench.put(bias) : 0, dxBias = channelBias ? bench.put(channelBias) : 0;
  withScratch(
    kernels.conv2dScratchFloats(geometry),
    (scratch) => kernels.conv2d(x, w, yBias, y, geometry, activation, scratch),
  );
  withScratch(
    kernels.conv2dInputGradientScratchFloats(geometry),
    (scratch) => kernels.conv2dInputGradient(dy, w, dxBias, dx, geometry, activation, scratch),
  );
  withScratch(
    kernels.conv2dFilterGradientScratchFloats(geometry),
    (scratch) => kernels.conv2dFilterGradient(x, dy, dw, geometry, scratch),
  );
  return [
    bench.take(y, test.dy.length),
    bench.take(dx, test.x.length),
    bench.take(dw, test.w.length),
  ];
}

for (const bench of BENCHES) {
  Deno.test(`${bench.name}: convolutions and gradients equal those in double precision`, () => {
    const random = new Random(1);
    for (let i = 0; i < SHAPES; i++) {
      // One in ten has one channel or one filter.
      const grey = i % 20 === 0 ? [8, 1] as const : [1, 16] as const;
      const test = i % 10 === 0
        ? anyCase(random, [...grey])
        : i % 3 === 0
        ? unpaddedCase(random)
        : i % 7 === 0
        ? spreadCase(random)
        : anyCase(random);
      const wanted = references(test);
      results(bench, test).forEach((got, kind) =>
        assertNear(got, wanted[kind]!, TOLERANCE, `${["y", "dx", "dw"][kind]} of ${test.geometry}`)
      );
    }
  });

  Deno.test(`${bench.name}: Winograd's convolutions equal those in double precision`, () => {
    const random = new Random(2);
    for (let i = 0; i < SHAPES; i++) {
      // One in 25 has more tiles than a block.
      const test = winogradCase(random, i % 25 === 0 ? 13 : undefined);
      const wanted = references(test);
      results(bench, test).forEach((got, kind) =>
        assertNear(
          got,
          wanted[kind]!,
          WINOGRAD_TOLERANCE,
          `${["y", "dx", "dw"][kind]} of ${test.geometry}`,
        )
      );
    }
  });

  Deno.test(`${bench.name}: a repeated convolution gives equal bits`, () => {
    const random = new Random(3);
    for (const draw of DRAWS) {
      const test = draw(random);
      assert.deepEqual(results(bench, test), results(bench, test));
    }
  });

  Deno.test(`${bench.name}: results of an image are independent of its batch`, () => {
    const random = new Random(4);
    for (let i = 0; i < 40; i++) {
      const drawn = DRAWS[i % DRAWS.length]!(random);
      const batch = 5 + random.integer(20);
      const [, ...rest] = drawn.geometry;
      const whole = fill([batch, ...rest], random);
      const [y, dx] = results(bench, whole);
      const n = random.integer(batch);
      const part = (values: Float32Array) => {
        const size = values.length / batch;
        return values.slice(n * size, (n + 1) * size);
      };
      const alone = {
        ...whole,
        geometry: [1, ...rest] as const,
        x: part(whole.x),
        dy: part(whole.dy),
      };
      const [yAlone, dxAlone] = results(bench, alone);
      assert.deepEqual(part(y!), yAlone, `y of ${whole.geometry}`);
      assert.deepEqual(part(dx!), dxAlone, `dx of ${whole.geometry}`);
    }
  });
}
