/** Photographs of several megapixels: refused before they are all read, with a size that will do. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";

/** Photographs; asking for the third one is an error. */
async function* photographs(width: number, height: number): AsyncGenerator<Entry> {
  for (let i = 0; i < 2; i++) {
    const data = new Uint8Array(width * height * 3).fill(i + 1);
    yield { path: `${i}.jpg`, image: { width, height, channels: 3, data, white: 255 } };
  }
  throw new Error("more were read");
}

function train(
  architecture: string,
  [width, height]: readonly [number, number],
  options: Partial<TrainOptions> = {},
) {
  const warnings: string[] = [];
  const training = trainDetector(photographs(width, height), {
    ...{ architecture, backend: "wasm", version: "0.0.0", ...options },
    onWarning: (message, hint) => warnings.push(`${message}; ${hint}`),
  });
  return { training, warnings };
}

Deno.test("a step that would take many gigabytes is refused after the first image", async () => {
  const cases = [["vae", 2000, 1500, "256x192"], ["conv-pool", 1504, 2000, "192x256"], [
    "resnet",
    1200,
    1200,
    "256x256",
  ]] as const;
  for (const [architecture, width, height, size] of cases) {
    const { training } = train(architecture, [width, height]);
    await assert.rejects(training, {
      code: "too_large",
      message: new RegExp(
        `step must take at most 4 GiB of memory unless --size is given: .* of ${width} x ${height} x 3 takes about [\\d.e+]+ GiB$`,
      ),
      hint: new RegExp(`add --size ${size}, or --size ${width}x${height} to try it all the same`),
    });
  }
});

Deno.test("a size that was chosen is only told of", async () => {
  const { training, warnings } = train("vae", [2000, 1500], {
    size: { width: 2000, height: 1500 },
  });
  await assert.rejects(training, { message: "more were read" });
  assert.match(
    warnings.join(),
    /a step of 16 images of 2000 x 1500 x 3 takes about \d+ GiB of memory; --size 256x192/,
  );
});

Deno.test("small steps, small batches and models without steps are read on", async () => {
  for (
    const [architecture, size, options] of [
      ["vae", [64, 64], {}],
      ["small", [400, 400], {}],
      ["knn", [2000, 1500], {}],
      ["vae", [1000, 800], { batch: 2 }],
    ] as const
  ) {
    await assert.rejects(train(architecture, size, options).training, {
      message: "more were read",
    });
  }
});
