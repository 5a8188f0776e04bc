/** Fits neighbours by the directions of edges: they keep images as principal components. */

import { largestProducts, tf } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import type { LearningData } from "../../training/mod.ts";
import { principalComponents } from "../pca/principal_components.ts";
import { inParts, vectorsOf } from "./_in_parts.ts";
import {
  type Measure,
  MEASURES,
  MIN_SQUARE,
  projected,
  searched,
  squaredDistances,
} from "./_oriented_scores.ts";
import { orientedSize } from "./oriented.ts";
import { orientedFeatures } from "./oriented_features.ts";
import { OrientedKnn } from "./oriented_knn.ts";
import type { OrientedKnnSpec } from "./spec.ts";

/** Images from which the components are computed. */
const MAX_COMPONENT_IMAGES = 20_000;
/** Residual of a component relative to the largest variance: distances need no more digits. */
const TOLERANCE = 1e-5;
/** Kept images among which those have their neighbours. */
const MAX_REFERENCES = 10_000;

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
  const { components, keep = Infinity } = spec, size = orientedSize(spec.inputShape);
  const kept = spread(training, keep), chosen = spread(kept, MAX_COMPONENT_IMAGES);
  const features = await vectorsOf(images, chosen, size, orientedFeatures);
  const read = (from: number, to: number) => features.slice(from * size, to * size);
  const rows = { count: chosen.length, size, read };
  const { mean, directions } = await principalComponents(rows, components, random, TOLERANCE);
  const plane = [
    tf.tensor2d(mean, [1, size]),
    tf.tensor2d(directions, [components, size]),
  ] as const;
  try {
    const all = chosen.length === kept.length
      ? await inParts(kept.length, components, (from, to) => {
        const part = features.subarray(from * size, to * size);
        return projected(tf.tensor2d(part, [to - from, size]), ...plane).components;
      })
      : await vectorsOf(
        images,
        kept,
        components,
        (x) => projected(orientedFeatures(x), ...plane).components,
      );
    const scales = {
      plane: await ownDistances(all, components, MEASURES.plane),
      whole: await ownDistances(all, components, MEASURES.whole),
    };
    return new OrientedKnn(spec, { mean, directions, images: all, scales });
  } finally {
    tf.dispose([...plane]);
  }
}

/** Log of the mean distance of each kept image to its nearest others, among at most 10,000. */
async function ownDistances(
  kept: Float32Array,
  components: number,
  measure: Measure,
): Promise<Float32Array> {
  const count = kept.length / components, columns = measure.components(components);
  const references = spread(Uint32Array.from({ length: count }, (_, i) => i), MAX_REFERENCES);
  const { images, halves } = tf.tidy(() =>
    searched(
      tf.gather(tf.tensor2d(kept, [count, components]), Int32Array.from(references)),
      columns,
    )
  );
  // A reference finds itself first.
  const each = Math.min(measure.neighbours + 1, references.length);
  try {
    const distances = await inParts(count, each, (from, to) => {
      const part = kept.subarray(from * components, to * components);
      const query = tf.slice(tf.tensor2d(part, [to - from, components]), 0, [-1, columns]);
      return tf.sqrt(squaredDistances(query, largestProducts(query, images, each, halves).values));
    });
    const isReference = new Uint8Array(count);
    for (const index of references) isReference[index] = 1;
    return Float32Array.from(isReference, (own, i) => {
      const nearest = distances.subarray(i * each, (i + 1) * each)
        .subarray(own, own + measure.neighbours);
      const sum = nearest.reduce((total, distance) => total + distance, 0);
      return Math.log(nearest.length > 0 ? sum / nearest.length : Math.sqrt(MIN_SQUARE));
    });
  } finally {
    tf.dispose([images, halves]);
  }
}
