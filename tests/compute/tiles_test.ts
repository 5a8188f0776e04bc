/** Products by tiles: the same bits as without, with and without the engine's 256-bit operations. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  largestProducts,
  matMul,
} from "../../src/compute/wasm/products.ts";
import { session } from "../../src/compute/wasm/session.ts";
import { runCode } from "../_run_code.ts";
import { TileChoice } from "../../src/compute/wasm/tile_choice.ts";
import { Random } from "../../src/random.ts";

const random = new Random(4);

/** A tensor of normal deviates. */
function normal(shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal()), [...shape]);
}

/** Checks that a computation gives the same bits by tiles, in long calls and in short ones, and without. */
function checkBits(compute: () => (tf.TensorInfo | undefined)[], what: string): void {
  const { tiles } = session();
  const bits = () =>
    compute().map((output) => {
      const values = session().values(output!).slice();
      tf.engine().backend.disposeData(output!.dataId, true);
      return new Uint32Array(values.buffer);
    });
  tiles.force(false);
  const plain = bits();
  tiles.force(true);
  for (const steps of [64, 144]) {
    session().kernels.setMostSteps(steps);
    assert.deepEqual(bits(), plain, what);
  }
}

Deno.test("products of every transposition have the same bits by tiles and without", async () => {
  await openBackend("wasm");
  for (let i = 0; i < 120; i++) {
    const [m, n, k] = [1 + random.integer(230), 1 + random.integer(230), 1 + random.integer(600)];
    const transposeA = i % 2 === 1, transposeB = (i >> 1) % 2 === 1;
    const a = normal(transposeA ? [k, m] : [m, k]), b = normal(transposeB ? [n, k] : [k, n]);
    const bias = (i >> 2) % 2 === 1 ? normal([n]) : undefined, activation = (i >> 3) % 2;
    checkBits(
      () => [matMul(a, b, transposeA, transposeB, { bias, activation })],
      `${m} x ${k} x ${n}, ${i}`,
    );
    tf.dispose([a, b, ...bias ? [bias] : []]);
  }
});

Deno.test("a product by tiles keeps NaN and infinity where they belong", async () => {
  await openBackend("wasm");
  const a = normal([37, 100]), b = normal([100, 33]);
  const values = session().values(a);
  values[5 * 100 + 7] = NaN;
  values[20 * 100 + 99] = Infinity;
  checkBits(() => [matMul(a, b, false, false)], "with NaN");
  tf.dispose([a, b]);
});

Deno.test("convolutions by Winograd and their gradients have the same bits by tiles", async () => {
  await openBackend("wasm");
  for (let i = 0; i < 20; i++) {
    const [channels, filters] = [8 + 4 * random.integer(15), 8 + 4 * random.integer(15)];
    const side = 7 + random.integer(12), batch = 1 + random.integer(5);
    const x = normal([batch, side, side, channels]), dy = normal([batch, side, side, filters]);
    const w = normal([3, 3, channels, filters]);
    const attrs = {
      strides: 1,
      pad: "same",
      dataFormat: "NHWC",
      inputShape: x.shape,
      filterShape: w.shape,
    } as const;
    checkBits(() => [
      conv2d(x, w, attrs),
      conv2dInputGradient(dy, w, attrs),
      conv2dFilterGradient(x, dy, attrs),
    ], `${side} x ${side} x ${channels} to ${filters}`);
    tf.dispose([x, dy, w]);
  }
});

Deno.test("other convolutions and their gradients have the same bits by tiles", async () => {
  await openBackend("wasm");
  for (let i = 0; i < 60; i++) {
    const [channels, filters] = [1, 1].map(() => [1, 3, 8, 16, 20, 40, 64][random.integer(7)]!);
    const kernel = 1 + random.integer(5), strides = 1 + random.integer(2);
    const side = kernel + random.integer(14), batch = 1 + random.integer(3);
    const pad = i % 2 === 0 ? "same" as const : "valid" as const;
    const x = normal([batch, side, side + 1, channels!]);
    const w = normal([kernel, kernel, channels!, filters!]);
    const bias = normal([filters!]), inputBias = normal([channels!]);
    const attrs = {
      strides,
      pad,
      dataFormat: "NHWC",
      inputShape: x.shape,
      filterShape: w.shape,
    } as const;
    const out = tf.backend_util.computeConv2DInfo(
      [batch, side, side + 1, channels!],
      [kernel, kernel, channels!, filters!],
      strides,
      1,
      pad,
    );
    const dy = normal(out.outShape);
    const what = `${side} x ${
      side + 1
    } x ${channels} to ${filters}, ${kernel} / ${strides}, ${pad}`;
    checkBits(() => [
      conv2d(x, w, attrs, { bias, activation: i % 3 === 0 ? 1 : 0 }),
      conv2dInputGradient(dy, w, attrs, { bias: inputBias, activation: i % 3 === 1 ? 1 : 0 }),
      conv2dFilterGradient(x, dy, attrs),
    ], what);
    tf.dispose([x, dy, w, bias, inputBias]);
  }
});

Deno.test("transposed convolutions to one channel have the same bits by tiles", async () => {
  await openBackend("wasm");
  for (let i = 0; i < 20; i++) {
    const [height, width, filters] = [20, 20, 70].map((most) => 1 + random.integer(most));
    const dy = normal([2, height!, width!, filters!]), w = normal([4, 4, 1, filters!]);
    const bias = normal([1]), activation = i % 2;
    const attrs = {
      ...{ strides: 2, pad: 1, dataFormat: "NHWC", dimRoundingMode: "floor" } as const,
      inputShape: [2, 2 * height!, 2 * width!, 1],
    };
    checkBits(
      () => [conv2dInputGradient(dy, w, attrs, { bias, activation })],
      `${height} x ${width} x ${filters}`,
    );
    tf.dispose([dy, w, bias]);
  }
});

Deno.test("searches have the same bits by tiles", async () => {
  await openBackend("wasm");
  for (let i = 0; i < 40; i++) {
    const [m, n, k] = [1 + random.integer(400), 1 + random.integer(300), 1 + random.integer(600)];
    const a = normal([m, k]), b = normal([n, k]), offsets = i % 2 === 0 ? normal([n]) : undefined;
    const count = Math.min(n, 1 + random.integer(12));
    checkBits(
      () => Object.values(largestProducts(a, b, offsets, count)),
      `${m} x ${k} with ${n}, ${count}`,
    );
    tf.dispose([a, b, ...offsets ? [offsets] : []]);
  }
});

Deno.test("tiles are chosen once they are faster, after a warm-up, and never asked again", () => {
  let measured = 0;
  const gains = [9, 9, 9, 9, 0.5, 1.05, 1.2];
  const choice = new TileChoice(true, () => ({ plain: 10, tiles: 10 * gains[measured++]! }));
  choice.count(1000);
  assert.equal(measured, 0, "short work is never measured");
  for (let i = 0; i < 20; i++) choice.count(1 << 28);
  assert.equal(measured, gains.length);
  assert.ok(choice.chosen && !choice.open);
});

Deno.test("tiles that gain nothing are given up", () => {
  let measured = 0;
  const choice = new TileChoice(true, () => {
    measured++;
    return { plain: 10, tiles: 9 };
  });
  for (let i = 0; i < 100; i++) choice.count(1 << 28);
  assert.ok(!choice.chosen && !choice.open);
  assert.equal(measured, 16);
  const impossible = new TileChoice(false, () => assert.fail("cannot run"));
  impossible.count(1 << 30);
  assert.ok(!impossible.chosen && !impossible.open);
});

Deno.test("the engine's 256-bit operations change no bit", async () => {
  const module = (path: string) =>
    JSON.stringify(new URL(`../../src/compute/${path}`, import.meta.url).href);
  const code = `
    import { openBackend, tf } from ${module("mod.ts")};
    import { matMul } from ${module("wasm/products.ts")};
    import { session } from ${module("wasm/session.ts")};
    await openBackend("wasm");
    session().tiles.force(true);
    const ramp = (n) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * 1.7));
    const a = tf.tensor(ramp(96 * 320), [96, 320]), b = tf.tensor(ramp(320 * 80), [320, 80]);
    let bits;
    for (let i = 0; i < 300; i++) { // until the engine has optimised the code
      const c = matMul(a, b, false, false);
      bits = new Uint32Array(session().values(c).slice().buffer);
      tf.engine().backend.disposeData(c.dataId, true);
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    let hash = 17;
    for (const word of bits) hash = Math.imul(hash, 31) + word | 0;
    await Deno.stdout.write(new TextEncoder().encode(String(hash)));`;
  const plain = await runCode(code, []);
  assert.match(plain, /^-?\d+$/);
  assert.equal(await runCode(code, ["--v8-flags=--experimental-wasm-revectorize"]), plain);
});
