/** Test digits for exports. */

import { readSources } from "../../src/datasets/mod.ts";
import { cutRegion, writeModelInput } from "../../src/images/mod.ts";
import type { ModelFile } from "../../src/store/mod.ts";
import { DIGITS } from "../commands/_task.ts";

/** The file of the digits. */
export const TEST_DIGITS = `${DIGITS}test-images-idx3-ubyte.gz`;

/** Images of one channel as files have them, and as a model sees them: as many as there are, at most `most`. */
export async function digits(model: ModelFile, most: number, source: string = TEST_DIGITS) {
  const all = await Array.fromAsync(readSources([source], { limit: most }));
  const { input } = model, size = input.width * input.height, count = all.length;
  const raw = new Float32Array(count * size), x = new Float32Array(count * size);
  let i = 0;
  for (const entry of all) {
    if ("error" in entry) throw entry.error;
    const { image } = entry, kind = input.scale.kind;
    const { data } = input.region ? cutRegion(image, input.region) : image;
    raw.set(kind === "depth" ? Float32Array.from(data, (value) => value / 255) : data, i * size);
    writeModelInput(image, input, x, size * i++);
  }
  return { raw, x, count };
}
