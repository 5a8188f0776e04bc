import assert from "node:assert/strict";
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

/** Relative to the largest sum of magnitudes, as for convolutions; measured: up to 1.8e-7. */
const TOLERANCE = 5e-7;
const SHAPES = 220;

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly relu: boolean;
}

/** Mostly small matrices; one in ten exceeds a block of the kernel along some axis. */
function anyCase(i: number, random: Random): Case {
  const sizes = [1, 2, 3].map(() => 1 + random.integer(40));
  if (i % 10 === 0) sizes[i / 10 % 3] = [200 + random.integer(200), 600, 1100][i / 10 % 3]!;
  const [m, n, k] = sizes as [number, number, number];
  const flip = () => random.integer(2) === 1;
  return {
    m,
    n,
    k,
    transposeA: flip(),
    transposeB: flip(),
    a: normals(m * k, random),
    b: normals(k * n, random),
    bias: flip() ? normals(n, random) : undefined,
    relu: flip(),
  };
}

function reference({ m, n, k, transposeA, transposeB, a, b, bias, relu }: Case): Reference {
  const result = emptyReference(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) {
        const term = a[transposeA ? l * m + i : i * k + l]! *
          b[transposeB ? j * k + l : l * n + j]!;
        result.values[i * n + j]! += term;
        result.magnitudes[i * n + j]! += Math.abs(term);
      }
    }
  }
  applyEpilogue(result, bias, relu);
  return result;
}

function result(bench: Bench, { m, n, k, transposeA, transposeB, a, b, bias, relu }: Case) {
  bench.clear();
  const flags = [transposeA, transposeB].map(Number);
  const floats = bench.kernels.matMulScratchFloats(m, n, k, ...flags);
  const scratch = bench.reserve(floats), c = bench.reserve(m * n);
  bench.kernels.matMul(
    bench.put(a),
    bench.put(b),
    bias ? bench.put(bias) : 0,
    c,
    m,
    n,
    k,
    ...flags,
    relu ? 1 : 0,
    scratch,
  );
  bench.take(scratch, floats);
  return bench.take(c, m * n);
}

for (const bench of BENCHES) {
  Deno.test(`${bench.name}: matrix products equal those in double precision`, () => {
    const random = new Random(1);
    for (let i = 0; i < SHAPES; i++) {
      const test = anyCase(i, random);
      const { m, n, k, transposeA, transposeB } = test;
      const what = `${m} x ${k} x ${n}, transposed ${transposeA}, ${transposeB}`;
      assertNear(result(bench, test), reference(test), TOLERANCE, what);
    }
  });

  Deno.test(`${bench.name}: a row of a product is independent of the others`, () => {
    const random = new Random(2);
    for (let i = 0; i < 40; i++) {
      const test = { ...anyCase(i, random), transposeA: false };
      const whole = result(bench, test);
      assert.deepEqual(result(bench, test), whole);
      const row = random.integer(test.m);
      const a = test.a.slice(row * test.k, (row + 1) * test.k);
      const alone = result(bench, { ...test, m: 1, a });
      assert.deepEqual(whole.slice(row * test.n, (row + 1) * test.n), alone);
    }
  });

  Deno.test(`${bench.name}: relu preserves NaN`, () => {
    const a = new Float32Array(8).fill(NaN), b = new Float32Array(8).fill(1);
    const shape = { m: 1, k: 1, transposeA: false, transposeB: false, bias: undefined, relu: true };
    for (const n of [3, 8]) {
      const got = result(bench, { ...shape, n, a: a.slice(0, 1), b: b.slice(0, n) });
      assert.ok(got.every(Number.isNaN));
    }
  });
}
