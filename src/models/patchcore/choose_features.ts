/** The choice of features by synthetic damage. */

import { tf } from "../../compute/mod.ts";
import { auroc, rank } from "../../metrics/mod.ts";
import { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import { type ImageSet, SINGLE_PROCESS } from "../../training/mod.ts";
import { DAMAGE_KINDS, visiblyDamaged } from "../damage/kinds.ts";
import { openFeatures } from "./features.ts";
import { gatherPatches } from "./gather_patches.ts";
import { ImageFeatures } from "./image_features.ts";
import { tensorOf } from "./patch_features.ts";
import { PatchMemory } from "./patch_memory.ts";
import { peakOf } from "./peak.ts";
import { type PlacedPart, placedPart } from "./placed_part.ts";
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
    const extractor = await openFeatures({ features: name });
    const features = new ImageFeatures(images, extractor);
    const values = await gatherPatches(features, remembered, SINGLE_PROCESS);
    const memory = new PatchMemory(values, extractor.size), random = new Random(0);
    const scores: number[] = [], isDamaged: number[] = [];
    const add = async (image: PlacedPart, is: number) => {
      const patches = await extractor.extract(image);
      const peak = tf.tidy(() => peakOf(memory.distances(tensorOf(patches))));
      scores.push((await peak.data())[0]!);
      isDamaged.push(is);
      peak.dispose();
    };
    for (const index of held) {
      const image = placedPart(images.at(index), images.shape), { data, shape } = image;
      await add(image, 0);
      for (const kind of KINDS) {
        const damaged = visiblyDamaged(DAMAGE_KINDS[kind]!, data, shape, random);
        if (damaged) await add({ data: damaged, shape }, 1);
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
