/** The computing part of `knn`. */

import { requireCapability } from "../model.ts";
import { type ModelImplementation, NOTHING_LEARNT } from "../model_type.ts";
import { weightsOf } from "../network/parameters.ts";
import { ENCODER_PREFIX, keepImages, Knn, requireLatents } from "./knn.ts";
import { keepOriented } from "./keep_oriented.ts";
import { openOrientedKnn } from "./oriented_knn.ts";
import type { KnnSpec } from "./spec.ts";

/** The computing part of the type. */
export const KNN_IMPLEMENTATION: ModelImplementation<KnnSpec> = {
  async open(spec, weights, openNested) {
    if (spec.features === "oriented") return openOrientedKnn(spec, weights);
    const images = weightsOf(weights, "images");
    if (!spec.latents) return new Knn(spec, images);
    const nested = new Map(
      [...weights].filter(([name]) => name.startsWith(ENCODER_PREFIX))
        .map(([name, values]) => [name.slice(ENCODER_PREFIX.length), values]),
    );
    const encoder = await openNested(spec.latents.of, nested);
    try {
      const able = requireCapability(encoder, "encode");
      await requireLatents(spec, able);
      return new Knn(spec, images, able);
    } catch (error) {
      encoder.dispose();
      throw error;
    }
  },
  fit: async (spec, data, { encoder, random }) => ({
    model: spec.features === "oriented"
      ? await keepOriented(spec, data, random)
      : await keepImages(spec, data, encoder),
    result: NOTHING_LEARNT,
  }),
};
