import assert from "node:assert/strict";
import { DIGITS, runHere, runTask, trainDigits, withFolder } from "./_task.ts";

const NETWORK = `{
  "name": "tiny",
  "encoder": [
    { "type": "reshape", "shape": [64] },
    { "type": "dense", "units": 8, "activation": "relu" }
  ],
  "decoder": [{ "type": "dense", "units": 64 }, { "type": "reshape", "shape": [8, 8, 1] }]
}`;

Deno.test("summary prints layers, shapes, parameters and totals", async () => {
  const { code, stdout, stderr } = await runTask("summary", ["conv-pool"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(
    stdout,
    `conv-pool
-----------------------------------------------------------------------------------
layer                      settings                        output        parameters
-----------------------------------------------------------------------------------
input                                                      28 x 28 x 1            0
encoder/0_conv2d           3 x 3, pad 1, selu              28 x 28 x 16         160
encoder/1_maxPool          2 x 2                           14 x 14 x 16           0
encoder/2_conv2d           3 x 3, pad 1, selu              14 x 14 x 32        4640
encoder/3_maxPool          2 x 2                           7 x 7 x 32             0
encoder/4_conv2d           3 x 3, pad 1, selu              7 x 7 x 64         18496
encoder/5_maxPool          2 x 2                           3 x 3 x 64             0
decoder/0_conv2dTranspose  3 x 3, stride 2, selu           7 x 7 x 32         18464
decoder/1_conv2dTranspose  3 x 3, stride 2, pad 0+1, selu  14 x 14 x 16        4624
decoder/2_conv2dTranspose  3 x 3, stride 2, pad 0+1        28 x 28 x 1          145
-----------------------------------------------------------------------------------
46529 parameters: 46529 trained, 0 running means and variances
`,
  );
});

Deno.test("summary takes sizes, channels and latents, and refuses invalid ones", async () => {
  const json = await runTask("summary", [
    "--json",
    "--size=32x16",
    "--channels=rgb",
    "--latent=7",
    "vae",
    "stacked",
  ]);
  assert.equal(json.code, 0, json.stderr);
  const [vae, stacked] = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual([vae.inputShape, vae.network.latent, vae.network.loss], [
    [16, 32, 3],
    7,
    "bce",
  ]);
  assert.deepEqual(vae.layers[0], {
    name: "encoder/0_conv2d",
    type: "conv2d",
    filters: 16,
    kernel: 3,
    stride: 2,
    pad: 1,
    bias: false,
    activation: "linear",
    inputShape: [16, 32, 3],
    outputShape: [8, 16, 16],
    parameters: 432,
  });
  const { trainable, running, total } = stacked.parameters;
  assert.deepEqual([running, total], [0, trainable]);
  assert.equal(total, (1536 + 1) * 100 + 101 * 7 + 8 * 100 + 101 * 1536);

  const cases: [string[], number, RegExp][] = [
    [
      ["--size=30x30", "vae"],
      1,
      /divisible by 4: current value is 30 x 30\nhint: add --size 32x32/,
    ],
    [
      ["vea"],
      2,
      /must be an architecture or a file: there are vae, .*\nhint: did you mean vae\?\n/s,
    ],
    [["none.json"], 1, /Cannot read the network "none.json" as there is no such file/],
    [["none.safetensors"], 1, /there is no such file/],
    [["--size=8x8", "m.safetensors"], 2, /a trained model has its own/],
    [[], 2, /MODEL/],
  ];
  for (const [args, code, message] of cases) {
    const result = await runHere("summary", args);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, message);
    assert.equal(result.stdout, "");
  }
});

Deno.test("the network file that summary prints makes the same network", async () => {
  await withFolder(async (folder) => {
    const args = ["--json", "--size=24x24", "--latent=5"];
    for (const name of ["cae", "recurrent", "linear", "lens-vae"]) {
      const { network, ...known } = JSON.parse((await runHere("summary", [...args, name])).stdout);
      await Deno.writeTextFile(`${folder}/net.json`, JSON.stringify(network));
      const own = await runHere("summary", ["--json", "--size=24x24", `${folder}/net.json`]);
      assert.deepEqual(JSON.parse(own.stdout), { ...known, network });
    }
  });
});

Deno.test("a network file is trained, and the summary of its model is the same", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/net.json`;
    await Deno.writeTextFile(file, NETWORK);
    const model = await trainDigits(folder, ["--epochs=1", "--workers=1", "--model", file]);
    const small = await runHere("summary", ["--size=8x8", file]);
    const trained = await runHere("summary", [model]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.equal(small.stdout, trained.stdout);
    assert.match(trained.stdout, /^tiny\n/);
    assert.match(trained.stdout, /\n1096 parameters: 1096 trained, 0 running/);
    const info = JSON.parse((await runHere("info", ["--json", model])).stdout);
    assert.equal(info.architecture.name, "tiny");

    await Deno.writeTextFile(file, NETWORK.replace('"units": 8', '"units": "8"'));
    const wrong = await runHere("train", [
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      `--model=${file}`,
      `--out=${folder}/x`,
    ]);
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stderr,
      /net\.json" as encoder\[1\]\.units must be number: current value is "8"/,
    );
    await Deno.writeTextFile(file, NETWORK.replace("[64]", "[81]"));
    const misfit = await runHere("train", [
      "--backend=wasm",
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      `--model=${file}`,
      `--out=${folder}/x`,
    ]);
    assert.equal(misfit.code, 1);
    assert.match(misfit.stderr, /encoder\[0\] cannot reshape \[8,8,1\] as the size must stay 64/);
  });
});
