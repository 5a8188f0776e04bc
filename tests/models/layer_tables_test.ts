/** Output shapes and parameter counts of the exercises' networks, worked out from their code by hand. */

import assert from "node:assert/strict";
import { openBackend } from "../../src/compute/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { describeNetwork } from "../../src/models/autoencoder/describe.ts";
import type { ModelOptions } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { NETWORKS } from "./_models.ts";

/** Output and number of parameters of a layer, including two running ones per normalised channel. */
type Row = readonly [type: string, shape: readonly number[], parameters: number];

/** Three dense layers around a code, without the two that only change shapes. */
function denseRows(pixels: number, hidden: number, code: number): readonly Row[] {
  return [
    ["dense", [hidden], (pixels + 1) * hidden],
    ["dense", [code], (hidden + 1) * code],
    ["dense", [hidden], (code + 1) * hidden],
    ["dense", [pixels], (hidden + 1) * pixels],
  ];
}

/** The encoder and the dense layers of the VGG-like network: BatchNorm2d and BatchNorm1d have 4 per channel. */
const VGG: readonly Row[] = [
  ["conv2d", [28, 28, 16], 160],
  ["conv2d", [28, 28, 16], 2320],
  ["conv2d", [14, 14, 16], 2320],
  ["batchNorm", [14, 14, 16], 64],
  ["conv2d", [14, 14, 32], 4640],
  ["conv2d", [14, 14, 32], 9248],
  ["conv2d", [7, 7, 32], 9248],
  ["batchNorm", [7, 7, 32], 128],
  ["conv2d", [7, 7, 64], 18496],
  ["conv2d", [7, 7, 64], 36928],
  ["conv2d", [7, 7, 64], 36928],
  ["batchNorm", [7, 7, 64], 256],
  ["dense", [1024], 3212288],
  ["dense", [256], 262400],
  ["batchNorm", [256], 1024],
  ["dense", [1024], 263168],
  ["dense", [3136], 3214400],
  ["conv2d", [7, 7, 64], 36928],
  ["conv2d", [7, 7, 64], 36928],
  ["conv2d", [7, 7, 32], 18464],
  ["batchNorm", [7, 7, 32], 128],
];

const VGG_MIDDLE: readonly Row[] = [
  ["conv2d", [14, 14, 32], 9248],
  ["conv2d", [14, 14, 32], 9248],
  ["conv2d", [14, 14, 16], 4624],
  ["batchNorm", [14, 14, 16], 64],
];

const VGG_END: readonly Row[] = [
  ["conv2d", [28, 28, 16], 2320],
  ["conv2d", [28, 28, 16], 2320],
  ["batchNorm", [28, 28, 16], 64],
  ["conv2d", [28, 28, 1], 17],
];

/** Layers of arXiv 2008.12731, tables IV and V; all but the last kernel, 7 x 7 here and 6 x 6 there. */
const LENS_DOWN: readonly Row[] = [
  ["conv2d", [49, 49, 16], 800],
  ["conv2d", [15, 15, 32], 25120],
  ["conv2d", [9, 9, 64], 100416],
];
const LENS_UP: readonly Row[] = [
  ["dense", [5184], 5189184],
  ["conv2dTranspose", [15, 15, 32], 100384],
  ["conv2dTranspose", [49, 49, 16], 25104],
  ["conv2dTranspose", [150, 150, 1], 7 * 7 * 16 + 1],
];

const TABLES: readonly [string, Partial<ModelOptions>, readonly Row[]][] = [
  ["linear", {}, [["dense", [2], 8], ["dense", [3], 9]]],
  ["dense", {}, denseRows(784, 256, 128)],
  ["small", {}, denseRows(784, 64, 16)],
  ["stacked", {}, denseRows(784, 100, 30)],
  ["denoising", {}, [["gaussianNoise", [784], 0], ...denseRows(784, 100, 30)]],
  ["dropout", {}, [["dropout", [784], 0], ...denseRows(784, 100, 30)]],
  ["conv-pool", {}, [
    ["conv2d", [28, 28, 16], 160],
    ["maxPool", [14, 14, 16], 0],
    ["conv2d", [14, 14, 32], 4640],
    ["maxPool", [7, 7, 32], 0],
    ["conv2d", [7, 7, 64], 18496],
    ["maxPool", [3, 3, 64], 0],
    ["conv2dTranspose", [7, 7, 32], 18464],
    ["conv2dTranspose", [14, 14, 16], 4624],
    ["conv2dTranspose", [28, 28, 1], 145],
  ]],
  ["recurrent", {}, [
    ["lstm", [28, 100], 4 * (28 + 100 + 1) * 100],
    ["lstm", [30], 4 * (100 + 30 + 1) * 30],
    ["repeat", [28, 30], 0],
    ["lstm", [28, 100], 4 * (30 + 100 + 1) * 100],
    ["dense", [28, 28], 2828],
  ]],
  // Its mean and log-variance are two layers of 1568-100 there, one of 1568-200 here.
  ["vae", { latent: 100 }, [
    ["conv2d", [14, 14, 16], 144],
    ["batchNorm", [14, 14, 16], 64],
    ["activation", [14, 14, 16], 0],
    ["conv2d", [7, 7, 32], 4608],
    ["batchNorm", [7, 7, 32], 128],
    ["activation", [7, 7, 32], 0],
    ["dense", [200], 2 * (1568 * 100 + 100)],
    ["dense", [1568], 158368],
    ["conv2dTranspose", [14, 14, 16], 8192],
    ["batchNorm", [14, 14, 16], 64],
    ["activation", [14, 14, 16], 0],
    ["conv2dTranspose", [28, 28, 1], 256],
  ]],
  ["mlp-vae", {}, [
    ["dense", [256], 22500 * 256 + 256],
    ["dense", [100], 2 * (256 * 50 + 50)],
    ["dense", [256], 50 * 256 + 256],
    ["dense", [22500], 256 * 22500 + 22500],
  ]],
  ["cae", {}, [
    ...VGG,
    ["upsample", [14, 14, 32], 0],
    ...VGG_MIDDLE,
    ["upsample", [28, 28, 16], 0],
    ...VGG_END,
  ]],
  ["cae-transposed", {}, [
    ...VGG,
    ["conv2dTranspose", [14, 14, 32], 4 * 4 * 32 * 32 + 32],
    ...VGG_MIDDLE,
    ["conv2dTranspose", [28, 28, 16], 4 * 4 * 16 * 16 + 16],
    ...VGG_END,
  ]],
  ["dcae", {}, [...LENS_DOWN, ["dense", [1000], 5185000], ["batchNorm", [1000], 4000], ...LENS_UP]],
  ["lens-vae", {}, [...LENS_DOWN, ["dense", [2000], 2 * 5185000], ...LENS_UP]],
];

Deno.test("every architecture has its table", () => {
  assert.deepEqual(TABLES.map(([name]) => name).sort(), Object.keys(NETWORKS).sort());
});

for (const [name, options, rows] of TABLES) {
  Deno.test(`${name}: layer shapes and parameters are the original's`, () => {
    const { build, madeFor = [28, 28, 1] } = NETWORKS[name]!;
    const layers = describeNetwork(build({ inputShape: madeFor, ...options }));
    const got = layers.filter(({ layer }) => layer.type !== "reshape").map(
      ({ layer, outputShape, trainable, running }) =>
        [layer.type, [...outputShape], trainable + running] as const,
    );
    assert.deepEqual(got, rows);
  });
}

Deno.test("the numbers of a description are those of the network itself", async () => {
  await openBackend("cpu");
  for (const [name, { build }] of Object.entries(NETWORKS)) {
    const spec = build({ inputShape: [20, 20, 3], latent: 5 });
    const model = new Autoencoder(spec, new Random(0));
    const parameters = model.parameters.reduce((sum, { value }) => sum + value.size, 0);
    const layers = describeNetwork(spec);
    const described = layers.reduce((sum, layer) => sum + layer.trainable + layer.running, 0);
    assert.equal(described, parameters, name);
    model.dispose();
  }
});

/** Sizes that do not fit, and what the error says of a remedy. */
const MISFITS: readonly [string, readonly [number, number], RegExp, string][] = [
  ["vae", [30, 28], /"vae" as .* divisible by 4: current value is 28 x 30$/, "add --size 28x32"],
  ["cae", [28, 27], /"cae" as .* divisible by 4/, "add --size 28x28"],
  ["cae-transposed", [7, 7], /"cae-transposed"/, "add --size 8x8"],
  ["conv-pool", [7, 9], /at least 8: current value is 9 x 7$/, "add --size 9x9"],
  ["conv-pool", [8, 12], /same remainder when divided by 2/, "add --size 12x12"],
  ["dcae", [16, 40], /at least 17/, "add --size 40x40"],
  ["lens-vae", [64, 65], /same remainder when divided by 3/, "add --size 65x65"],
];

for (const [name, [height, width], message, hint] of MISFITS) {
  Deno.test(`${name} refuses ${width} x ${height} and says what would fit`, () => {
    const { build } = NETWORKS[name]!;
    const attempt = (height: number, width: number) =>
      describeNetwork(build({ inputShape: [height, width, 1] }));
    assert.throws(() => attempt(height, width), {
      name: "StrayError",
      code: "shape",
      message,
      hint,
    });
    const [, w, h] = hint.match(/(\d+)x(\d+)/)!;
    assert.ok(attempt(Number(h), Number(w)).length > 0);
  });
}

Deno.test("every architecture takes every square that it does not refuse, grey or in colour", () => {
  for (const [name, { build }] of Object.entries(NETWORKS)) {
    let fitting = 0;
    for (let side = 1; side <= 160; side += side < 40 ? 1 : 10) {
      for (const channels of [1, 3]) {
        try {
          describeNetwork(build({ inputShape: [side, side, channels], latent: 3 }));
          fitting++;
        } catch (error) {
          assert.ok(error instanceof StrayError && error.hint?.startsWith("add --size"), name);
        }
      }
    }
    assert.ok(fitting > 20, `${name} takes ${fitting}`);
  }
});
