import assert from "node:assert/strict";
import { BACKEND_NAMES, type BackendName, openBackend, tf } from "../../src/compute/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { NETWORKS } from "./_models.ts";

/** Float32 sums of some hundred terms in another order, through up to 25 layers. */
const TOLERANCE = 1e-4;
const BATCH = 5;
const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

/** `[height, width]` where an architecture takes no images of 8 x 12. */
const EXTENTS: Readonly<Record<string, readonly [number, number]>> = {
  "conv-pool": [8, 24],
  dcae: [20, 20],
  "lens-vae": [20, 20],
};

async function losses(backend: BackendName, name: string): Promise<Float32Array> {
  await openBackend(backend);
  const random = new Random(5);
  const [height, width] = EXTENTS[name] ?? [8, 12];
  const shape = [height, width, 3] as const;
  const model = new Autoencoder(
    NETWORKS[name]!.build({ inputShape: shape, latent: 6 }),
    random,
  );
  const x = Float32Array.from({ length: BATCH * height * width * 3 }, () => random.uniform());
  const loss = tf.tidy(() => model.errors(tf.tensor4d(x, [BATCH, ...shape])).loss);
  const values = Float32Array.from(await loss.data());
  loss.dispose();
  model.dispose();
  return values;
}

for (const backend of BACKEND_NAMES.filter((backend) => backend !== "cpu")) {
  const skipped = backend === "webgpu" && noAdapter;
  Deno.test({
    name: `${backend} gives the losses of plain cpu${skipped ? ` (skipped: ${skipped})` : ""}`,
    ignore: skipped !== false,
    // The device of tfjs lives as long as the process.
    sanitizeResources: false,
    fn: async () => {
      for (const name of Object.keys(NETWORKS)) {
        const wanted = await losses("cpu", name), got = await losses(backend, name);
        wanted.forEach((value, i) => {
          assert.ok(Math.abs(got[i]! - value) <= TOLERANCE * value, `${name}: ${got[i]} ${value}`);
        });
      }
    },
  });
}
