import assert from "node:assert/strict";
import { records, runHere, trainDigits, withFolder } from "./_task.ts";

Deno.test("hyperparameters reach the training, and info shows them", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, [
      "--epochs=2",
      "--loss=focal:0.5",
      "--optimizer=sgd",
      "--momentum=0.8",
      "--weight-decay=0.001",
      "--clip=50",
      "--schedule=plateau",
      "--kl-warmup=1",
      "--free-bits=0.05",
      "--augment=noise:0.1,rotate,flip-x",
    ]);
    const [info] = records((await runHere("info", ["--json", model])).stdout);
    const { architecture, training } = info as unknown as {
      architecture: { loss: string };
      training: { recipe: unknown };
    };
    assert.equal(architecture.loss, "focal:0.5,2,0");
    assert.deepEqual(training.recipe, {
      optimizer: "sgd",
      momentum: 0.8,
      weightDecay: 0.001,
      clip: 50,
      schedule: "plateau:0.5,2",
      klWarmup: 1,
      freeBits: 0.05,
      augment: ["flip-x", "rotate:15", "noise:0.1"],
    });
    const text = (await runHere("info", [model])).stdout;
    assert.match(text, /^ {2}loss +focal:0\.5,2,0, beta 1$/m);
    assert.match(
      text,
      /^ {2}hyperparameters +sgd, momentum 0\.8, .* augmented by flip-x,rotate:15,noise/m,
    );
  });
});

Deno.test("wrong hyperparameters end with 2 and name the flag", async () => {
  await withFolder(async (folder) => {
    const digits = new URL("../../data/digits/", import.meta.url).pathname;
    const base = [`--data=${digits}train-images-idx3-ubyte.gz`, `--out=${folder}/m`];
    for (
      const [flag, message] of [
        ["--loss=focal:x", /--loss as it must be focal with a gamma .*"focal:x"/],
        ["--loss=ssim", /--loss ssim as images must be at least 11 x 11: current size is 8 x 8/],
        ["--optimizer=lion", /--optimizer must be adam, adamw, sgd or rmsprop/],
        ["--momentum=0.5", /--momentum .* --optimizer is adam/],
        ["--schedule=linear", /--schedule .* one of constant, .*"linear"/],
        ["--augment=flip", /--augment .* one of flip-x, .*"flip"/],
      ] as const
    ) {
      const { code, stderr } = await runHere("train", [...base, "--backend=wasm", flag]);
      assert.equal(code, flag === "--loss=ssim" ? 1 : 2, stderr);
      assert.match(stderr, message);
    }
  });
});
