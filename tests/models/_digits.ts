/** The digits that come along, as a model sees them, and how well the simplest of scores tells them. */

import { readSources, type Sample } from "../../src/datasets/mod.ts";
import { auroc, rank } from "../../src/metrics/mod.ts";

const FOLDER = new URL("../../data/digits/", import.meta.url).pathname;

/** Images with labels. */
export type Digits = readonly (Sample & { readonly label: string })[];

/** The digits of a part, 8 x 8. */
export async function digits(part: "train" | "test"): Promise<Digits> {
  const samples: (Sample & { readonly label: string })[] = [];
  const source = `${FOLDER}${part}-images-idx3-ubyte.gz`;
  for await (const entry of readSources([source], { baseDirectory: FOLDER })) {
    if ("error" in entry || entry.label === undefined) throw new Error(entry.path);
    samples.push({ ...entry, label: entry.label });
  }
  return samples;
}

/** How well scores tell images of a label from others. */
export function aurocOf(scores: readonly number[], test: Digits, heldOut: string): number {
  const positive = Uint8Array.from(test, ({ label }) => label === heldOut ? 1 : 0);
  return auroc(rank(Float64Array.from(scores), positive));
}

/** The AUROC of the squared distance to the mean of the training images. */
export function meanImageAuroc(train: Digits, test: Digits, heldOut: string): number {
  const normal = train.filter(({ label }) => label !== heldOut);
  const mean = new Float64Array(64);
  for (const { image } of normal) image.data.forEach((v, i) => mean[i]! += v / normal.length);
  const scores = test.map(({ image }) =>
    mean.reduce((sum, m, i) => sum + (image.data[i]! - m) ** 2, 0)
  );
  return aurocOf(scores, test, heldOut);
}
