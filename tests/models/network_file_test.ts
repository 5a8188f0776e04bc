import assert from "node:assert/strict";
import { describeNetwork } from "../../src/models/autoencoder/describe.ts";
import { StrayError } from "../../src/errors.ts";
import { parseNetworkFile } from "../../src/models/mod.ts";
import { NETWORK_NOTE } from "../../tasks/_models.ts";

const ENCODER = [{ type: "reshape", shape: [64] }, { type: "dense", units: 8 }];
const DECODER = [{ type: "dense", units: 64 }, { type: "reshape", shape: [8, 8, 1] }];
const GOOD = { encoder: ENCODER, decoder: DECODER };

function parse(network: unknown) {
  return parseNetworkFile(JSON.stringify(network), "net.json");
}

Deno.test("a network file becomes an architecture; what is left out has its usual value", () => {
  const spec = parse(GOOD).build({ inputShape: [8, 8, 1] });
  assert.deepEqual(spec, {
    kind: "autoencoder",
    name: "custom",
    inputShape: [8, 8, 1],
    encoder: [ENCODER[0], { type: "dense", units: 8, activation: "linear" }],
    latent: 0,
    decoder: [{ type: "dense", units: 64, activation: "linear" }, DECODER[1]],
    loss: "mse",
    beta: 0,
  });
  assert.equal(describeNetwork(spec).length, 4);
});

Deno.test("the network that the help shows is one", () => {
  const { build } = parse(JSON.parse(NETWORK_NOTE.slice(NETWORK_NOTE.indexOf("{"))));
  assert.equal(describeNetwork(build({ inputShape: [8, 8, 1] })).length, 4);
  for (const type of ["conv2d", "lstm", "reshape", "gaussianNoise"]) {
    assert.ok(NETWORK_NOTE.includes(type));
  }
});

Deno.test("flags go before what the file says", () => {
  const whole = {
    ...GOOD,
    name: "mine",
    encoder: [ENCODER[0], { type: "dense", units: 9, activation: "relu" }],
    latent: 4,
    loss: "bce",
    beta: 0.5,
    output: "sigmoid",
  };
  const inputShape = [8, 8, 1] as const;
  const own = parse(whole).build({ inputShape });
  assert.deepEqual([own.name, own.latent, own.loss, own.beta], ["mine", 4, "bce", 0.5]);
  const other = parse(whole).build({ inputShape, latent: 2, loss: "mse", beta: 3 });
  assert.deepEqual([other.latent, other.loss, other.beta], [2, "mse", 3]);
  assert.equal(parse({ ...GOOD, output: "linear" }).defaults.score, "mse+max_error");
  assert.throws(() => parse(GOOD).build({ inputShape, latent: 2 }), {
    code: "usage",
    message: /Cannot use --latent as the network "net.json" must have a Gaussian latent/,
  });
});

/** A file that is wrong in one place, and what the error says of it after the file's name. */
const BAD: readonly [unknown, string][] = [
  [[], "it must be an object"],
  [{}, "encoder must be given"],
  [{ encoder: ENCODER }, "decoder must be given"],
  [{ ...GOOD, encoder: "dense" }, 'encoder must be a list: current value is "dense"'],
  [{ ...GOOD, encoder: [] }, "encoder must have at least one entry: current value is 0"],
  [{ ...GOOD, layers: [] }, 'the file must have no "layers"'],
  [{ ...GOOD, name: 3 }, "name must be string: current value is 3"],
  [{ ...GOOD, latent: -1 }, "latent must be at least 0: current value is -1"],
  [{ ...GOOD, latent: 1.5 }, "latent must be a whole number: current value is 1.5"],
  [{ ...GOOD, loss: "mae" }, 'loss must be a loss such as mse or bce: current value is "mae"'],
  [{ ...GOOD, beta: "1" }, 'beta must be number: current value is "1"'],
  [{ ...GOOD, output: "relu" }, 'output must be "sigmoid" or "linear": current value is "relu"'],
  [{ ...GOOD, encoder: [5] }, "encoder[0] must be an object: current value is 5"],
  [{ ...GOOD, encoder: [{}] }, "encoder[0].type must be given"],
  [{ ...GOOD, encoder: [...ENCODER, { type: "conv" }] }, 'encoder[2].type must be "conv2d" or'],
  [{ ...GOOD, decoder: [{ type: "dense" }] }, "decoder[0].units must be given"],
  [
    { ...GOOD, decoder: [{ type: "dense", units: 0 }] },
    "decoder[0].units must be at least 1: current value is 0",
  ],
  [
    { ...GOOD, decoder: [{ type: "dense", units: 4, activation: "gelu" }] },
    'decoder[0].activation must be "linear" or "relu" or',
  ],
  [
    { ...GOOD, decoder: [{ type: "dense", unit: 4, units: 4 }] },
    'decoder[0] must have no "unit"',
  ],
  [
    { ...GOOD, encoder: [{ type: "conv2d", filters: 4, kernel: 3, pad: "same" }] },
    'encoder[0].pad must be number or a list: current value is "same"',
  ],
  [
    { ...GOOD, encoder: [{ type: "dropout", rate: 1 }] },
    "encoder[0].rate must be <1: current value is 1",
  ],
  [
    { ...GOOD, encoder: [{ type: "upsample", factor: 1 }] },
    "encoder[0].factor must be at least 2: current value is 1",
  ],
  [
    { ...GOOD, encoder: [{ type: "reshape", shape: [8, "8"] }] },
    'encoder[0].shape[1] must be number: current value is "8"',
  ],
];

for (const [network, wanted] of BAD) {
  Deno.test(`a network file is refused: ${wanted}`, () => {
    assert.throws(() => parse(network), (error: Error & { code?: string }) => {
      assert.equal(error.code, "usage");
      const prefix = 'Cannot use the network "net.json" as ';
      assert.ok(error.message.startsWith(prefix + wanted), error.message);
      return true;
    });
  });
}

Deno.test("a file that is no JSON is refused with the place", () => {
  assert.throws(() => parseNetworkFile('{"encoder": [,]}', "net.json"), {
    code: "usage",
    message: /Cannot use the network "net.json" as it must be JSON: .*','/,
  });
});

/** Layers that do not fit each other or the image. */
const MISFITS: readonly [object, string, string?][] = [
  [
    { encoder: [{ type: "reshape", shape: [63] }] },
    "encoder[0] cannot reshape [8,8,1] as the size must stay 64: wanted [63]",
  ],
  [
    { encoder: [ENCODER[0], { type: "maxPool", size: 2 }] },
    "encoder[1] cannot apply maxPool as its input must be [height, width, channels]: current shape is [64]",
  ],
  [
    { encoder: [{ type: "conv2d", filters: 2, kernel: 9 }] },
    "encoder[0] cannot apply conv2d as the image must be at least 9 pixels wide",
  ],
  [
    { encoder: [{ type: "conv2dTranspose", filters: 2, kernel: 1, pad: 9 }] },
    "encoder[0] cannot apply conv2dTranspose as its padding must leave pixels: current shape is [8,8,1]",
  ],
  [
    { encoder: [{ type: "lstm", units: 3 }] },
    "encoder[0] cannot apply lstm as its input must be [time, features]: current shape is [8,8,1]",
  ],
  [
    { decoder: [{ type: "dense", units: 64 }] },
    "the decoder must end at the image's shape [8,8,1]: current shape is [64]",
  ],
  [
    { latent: 3, encoder: [{ type: "batchNorm" }] },
    "the encoder must end at [units] before a Gaussian latent: current shape is [8,8,1]",
  ],
  [
    { encoder: [{ type: "upsample", factor: 1 << 20 }] },
    "the output of encoder[0] (upsample) must be at most",
    "too_large",
  ],
  [
    { decoder: [{ type: "dense", units: 1 << 24 }, { type: "dense", units: 64 }, DECODER[1]] },
    "its parameters must be at most",
    "too_large",
  ],
];

for (const [change, wanted, code = "shape"] of MISFITS) {
  Deno.test(`a network that does not fit is refused: ${wanted}`, () => {
    const { build } = parse({ ...GOOD, ...change });
    assert.throws(() => build({ inputShape: [8, 8, 1] }), (error) => {
      assert.ok(error instanceof StrayError);
      assert.equal(error.code, code);
      assert.match(error.hint ?? "", /--size|^end it with/); // a file is often for another size
      const prefix = 'Cannot use the network "net.json" as ';
      assert.ok(error.message.startsWith(prefix + wanted), error.message);
      return true;
    });
  });
}
