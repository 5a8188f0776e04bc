/** Test digits for exports. */

import { readSources } from "../../src/datasets/mod.ts";
import { cutRegion, writeModelInput } from "../../src/images/mod.ts";
import type { ModelFile } from "../../src/store/mod.ts";
import { DIGITS } from "../commands/_task.ts";

/** Digits as files have them, and as a model sees them. */
export async function digits(model: ModelFile, count: number) {
  const { input } = model, size = input.width * input.height;
  const raw = new Float32Array(count * size), x = new Float32Array(count * size);
  let i = 0;
  for await (const entry of readSources([`${DIGITS}test-images-idx3-ubyte.gz`], { limit: count })) {
    if ("error" in entry) throw entry.error;
    const { image } = entry, kind = input.scale.kind;
    const { data } = input.region ? cutRegion(image, input.region) : image;
    raw.set(kind === "depth" ? Float32Array.from(data, (value) => value / 255) : data, i * size);
    writeModelInput(image, input, x, size * i++);
  }
  return { raw, x, count };
}
