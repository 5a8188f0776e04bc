/** Fits neighbours by the directions of edges: they keep images as principal components. */

import type { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import type { LearningData } from "../../training/mod.ts";
import { ownDistances } from "../neighbours/own_distances.ts";
import { MEASURES } from "./_measures.ts";
import { OrientedKnn } from "./oriented_knn.ts";
import { orientedComponents } from "./oriented_plane.ts";
import type { OrientedKnnSpec } from "./spec.ts";

/**
 * Keeps training images as components, evenly spread.
 *
 * @param spec The model.
 * @param data The images.
 * @param random Source of the first directions of the components.
 */
export async function keepOriented(
  spec: OrientedKnnSpec,
  { images, split: { training } }: LearningData,
  random: Random,
): Promise<OrientedKnn> {
  const { components, keep = Infinity } = spec;
  const kept = spread(training, keep);
  const values = await orientedComponents(images, kept, components, random);
  const scalesOf = ({ neighbours, components: compared }: typeof MEASURES[keyof typeof MEASURES]) =>
    ownDistances(values.images, components, neighbours, compared(components));
  const scales = {
    plane: await scalesOf(MEASURES.plane),
    whole: await scalesOf(MEASURES.whole),
  };
  return new OrientedKnn(spec, { ...values, scales });
}
