/** The choice of features by synthetic damage. */

import { type Tensor4D, tf } from "../../compute/mod.ts";
import { auroc, rank } from "../../metrics/mod.ts";
import { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import { type ImageSet, SINGLE_PROCESS } from "../../training/mod.ts";
import { DAMAGE_KINDS, visiblyDamaged } from "../damage/kinds.ts";
import { openFeatures } from "./features.ts";
import { gatherPatches } from "./gather_patches.ts";
import { PatchMemory } from "./patch_memory.ts";
import { peakCount } from "./peak_count.ts";
import { placedPart } from "./placed_part.ts";
import { FEATURE_NAMES, type FeatureName } from "./spec.ts";

/** Kinds of damage that parts may have, whatever the photographs show. */
const KINDS = ["cut-paste", "scar", "spots", "scratch"];
/** Images that are remembered, and that are damaged. */
const REMEMBERED = 24, DAMAGED = 8;

/** Features with the AUROC of synthetic damage by each. */
export interface FeatureChoice {
  /** The features that find most, the first of those that find as much. */
  readonly best: FeatureName;
  /** AUROC of images with damage against the same without, by name. */
  readonly found: ReadonlyMap<FeatureName, number>;
}

/**
 * Chooses the features that find more synthetic damage on held-out images; no label is used.
 *
 * @param images The images.
 * @param indices Indices of those of the training.
 */
export async function chooseFeatures(
  images: ImageSet,
  indices: Uint32Array,
): Promise<FeatureChoice> {
  const held = spread(indices, Math.min(DAMAGED, Math.ceil(indices.length / 3)));
  const remembered = spread(indices.filter((index) => !held.includes(index)), REMEMBERED);
  const found = new Map<FeatureName, number>();
  for (const name of FEATURE_NAMES) {
    const extractor = await openFeatures(name);
    const values = await gatherPatches(images, remembered, extractor, SINGLE_PROCESS);
    const memory = new PatchMemory(values, extractor.size), random = new Random(0);
    const scores: number[] = [], isDamaged: number[] = [];
    const add = async (
      data: Float32Array,
      shape: readonly [number, number, number],
      is: number,
    ) => {
      const [peak] = await tf.tidy(() => {
        const image: Tensor4D = tf.tensor4d(data, [1, ...shape]);
        const distances = memory.distances(extractor.extract(image).features);
        return tf.mean(tf.topk(distances, peakCount(distances.shape[0])).values);
      }).data();
      scores.push(peak!);
      isDamaged.push(is);
    };
    for (const index of held) {
      const { data, shape } = placedPart(images.at(index), images.shape);
      await add(data, shape, 0);
      for (const kind of KINDS) {
        const damaged = visiblyDamaged(DAMAGE_KINDS[kind]!, data, shape, random);
        if (damaged) await add(damaged, shape, 1);
      }
    }
    memory.dispose();
    extractor.dispose();
    const all = rank(Float64Array.from(scores), Uint8Array.from(isDamaged));
    found.set(name, isDamaged.includes(1) ? auroc(all) : 0.5);
  }
  const best = [...found].reduce((a, b) => b[1] > a[1] ? b : a)[0];
  return { best, found };
}
