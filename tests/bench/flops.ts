/** Counts the arithmetic of a network's layers. */

import { type AutoencoderSpec, type Layer, outputShape, sizeOf } from "../../src/models/mod.ts";

/** Multiplications and additions of products and convolutions; the rest is negligible. */
function layerFlops(layer: Layer, from: readonly number[], to: readonly number[]): number {
  switch (layer.type) {
    case "conv2d":
      return 2 * sizeOf(to) * layer.kernel ** 2 * from.at(-1)!;
    case "conv2dTranspose":
      return 2 * sizeOf(from) * layer.kernel ** 2 * to.at(-1)!;
    case "dense":
      return 2 * from[0]! * layer.units;
    default:
      return 0;
  }
}

/**
 * Operations of a forward pass of one image.
 *
 * A training step takes three times as many: forward pass, gradient of the inputs, gradient of the
 * weights.
 *
 * @param spec The architecture.
 * @returns Floating-point operations; a multiplication with an addition counts as two.
 */
export function forwardFlops(spec: AutoencoderSpec): number {
  let total = 0;
  let shape: readonly number[] = spec.inputShape;
  const walk = (layers: readonly Layer[]) => {
    for (const layer of layers) {
      const next = outputShape(layer, shape);
      total += layerFlops(layer, shape, next);
      shape = next;
    }
  };
  walk(spec.encoder);
  if (spec.latent > 0) {
    walk([{ type: "dense", units: 2 * spec.latent, activation: "linear" }]);
    shape = [spec.latent];
  }
  walk(spec.decoder);
  return total;
}
