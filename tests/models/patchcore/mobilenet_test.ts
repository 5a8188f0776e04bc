/** The frozen network computes as another program does, and its weights are those of the package. */

import assert from "node:assert/strict";
import { openBackend, type Tensor4D, tf } from "../../../src/compute/mod.ts";
import { LAYERS } from "../../../src/models/patchcore/network/layers.ts";
import { MobileNet } from "../../../src/models/patchcore/network/mobilenet.ts";
import { LOCK } from "../../_gate/run_jobs.ts";
import golden from "./mobilenet_golden.json" with { type: "json" };

const REBUILD = new URL("_rebuild.ts", import.meta.url).href;

/** The image that the golden numbers were made of. */
function madeImage(height: number, width: number): Tensor4D {
  const values = Array.from({ length: height * width }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return [
      0.5 + 0.5 * Math.sin(x / 7 + y / 11),
      ((x * 3 + y * 5) % 17) / 16,
      0.5 + 0.4 * Math.cos((x - width / 2) ** 2 / 300 + (y - height / 3) ** 2 / 200),
    ];
  });
  return tf.tensor4d(values.flat(), [1, height, width, 3]);
}

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(`${backend}: outputs of blocks are those of PyTorch to 1e-4`, async () => {
    await openBackend(backend);
    const network = new MobileNet();
    for (const { height, width, outputs } of golden.cases) {
      const found = network.features(madeImage(height, width), outputs.map(({ block }) => block));
      for (const [i, { shape, every97th }] of outputs.entries()) {
        assert.deepEqual(found[i]!.shape, [1, ...shape]);
        const values = await found[i]!.data();
        for (const [j, wanted] of every97th.split(" ").map(Number).entries()) {
          assert.ok(Math.abs(values[j * 97]! - wanted) < 1e-4, `${values[j * 97]} and ${wanted}`);
        }
      }
    }
    network.dispose();
  });
}

Deno.test("an image of several tiles has the outputs of the whole", async () => {
  await openBackend("wasm");
  const network = new MobileNet(), blocks = [5, 9, 12];
  for (const [height, width] of [[205, 391], [393, 190]] as const) {
    const x = madeImage(height, width);
    const whole = network.features(x, blocks), tiled = network.features(x, blocks, 32);
    for (const [i, output] of whole.entries()) {
      assert.deepEqual(tiled[i]!.shape, output.shape);
      const difference = await tf.max(tf.abs(tf.sub(tiled[i]!, output))).data();
      assert.ok(difference[0]! < 1e-4, `${difference[0]} in block ${blocks[i]}`);
    }
    tf.dispose([x, ...whole, ...tiled]);
  }
  network.dispose();
});

Deno.test("there are 534,464 weights", () => {
  const count = LAYERS.reduce(
    (sum, { size, inputs, outputs, groups }) =>
      sum + size * size * inputs * outputs / groups + outputs,
    0,
  );
  assert.equal(count, 534_464);
});

Deno.test("the module is what the npm package gives", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", LOCK, "--unstable-raw-imports", REBUILD],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const committed = new URL(
    "../../../src/models/patchcore/network/weights.generated.ts",
    import.meta.url,
  );
  assert.ok(new TextDecoder().decode(stdout) === await Deno.readTextFile(committed));
});
