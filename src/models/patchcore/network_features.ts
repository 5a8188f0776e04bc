/** Features of patches by a frozen network. */

import { type Tensor4D, tf } from "../../compute/mod.ts";
import { MobileNet } from "./network/mobilenet.ts";
import { extractBy, joinLayers, type Patches, type PatchExtractor } from "./patch_features.ts";
import type { PlacedPart } from "./placed_part.ts";

/**
 * The blocks whose outputs are compared: their channels, and the standard deviation of these over the patches of
 * ordinary photographs, root of the sum over channels. It is a constant, so that no image changes the distances of
 * others.
 */
const COMPARED = [
  { block: 5, channels: 32, deviation: 8 },
  { block: 9, channels: 64, deviation: 12.5 },
  { block: 12, channels: 96, deviation: 13.5 },
] as const;

/**
 * Outputs of three blocks of a MobileNetV2 on the grid of the first, a patch per 8 x 8 pixels.
 *
 * Source: Roth et al. 2022, "Towards Total Recall in Industrial Anomaly Detection" (PatchCore), arXiv 2106.08265,
 * section 3.1.
 */
export class NetworkFeatures implements PatchExtractor {
  readonly size = COMPARED.reduce((sum, { channels }) => sum + channels, 0);
  readonly #network = new MobileNet();

  /** Computes the features of an image. */
  extract(image: PlacedPart): Promise<Patches> {
    return extractBy(image, (x) => {
      const colour: Tensor4D = x.shape[3] === 3 ? x : tf.tile(x, [1, 1, 1, 3]);
      const outputs = this.#network.features(colour, COMPARED.map(({ block }) => block));
      return joinLayers(outputs, COMPARED.map(({ deviation }) => deviation));
    });
  }

  /** Frees the network. */
  dispose(): void {
    this.#network.dispose();
  }
}
