/** Arithmetic of a network's layers. */

import { type AutoencoderSpec, type Layer, outputShape, sizeOf } from "../../src/models/mod.ts";

/** Multiplications and additions of the products and convolutions; the rest is small beside them. */
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
 * Operations of one image's way through a network.
 *
 * A step of training takes three times as many: the way there, the gradient of the inputs, and that of
 * the weights.
 *
 * @param spec The architecture.
 * @returns Floating-point operations, a multiplication and an addition being two.
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
