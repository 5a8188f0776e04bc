/** A network layer by layer, without building it. */

import { StrayError } from "../../errors.ts";
import { type ImageShape, sizeOf } from "../../shape.ts";
import { type CodedLayers, latentLayer } from "../network/latent.ts";
import {
  type Layer,
  type LayerDescription,
  type NetworkPart,
  outputShape,
  parameterSpecs,
} from "../network/layers.ts";

/** Maximum size of a layer's output, and of all parameters: 1 GiB of float32. */
const MAX_VALUES = 1 << 28;

/** The layers of an autoencoder, with its name and the shape of its images. */
export interface NamedLayers extends CodedLayers {
  readonly name: string;
  readonly inputShape: ImageShape;
}

/**
 * Describes an autoencoder, checking that its layers fit each other.
 *
 * @param spec The architecture.
 * @returns Its layers in order, including the layer of mean and log-variance.
 * @throws {StrayError} `shape` If a layer cannot take what reaches it, or the decoder does not end at
 * the image's shape; `too_large` if a layer's output or all parameters take more than 1 GiB.
 */
export function describeNetwork(spec: NamedLayers): LayerDescription[] {
  const { name, inputShape, latent } = spec;
  const describePart = partsOf(name);
  const encoder = describePart("encoder", spec.encoder, inputShape);
  const features = encoder.at(-1)?.outputShape ?? inputShape;
  if (latent > 0 && features.length !== 1) {
    throw new StrayError(
      "shape",
      `${
        cannotBuild(name)
      }the encoder must end at [units] before a Gaussian latent: current shape is [${features}]`,
      { hint: 'end it with {"type": "reshape", "shape": […]}' },
    );
  }
  const heads = latent > 0 ? describePart("latent", [latentLayer(latent)], features) : [];
  const code = latent > 0 ? [latent] : features;
  const decoder = describePart("decoder", spec.decoder, code);
  const end = decoder.at(-1)?.outputShape ?? code;
  if (end.join() !== inputShape.join()) {
    throw new StrayError(
      "shape",
      `${
        cannotBuild(name)
      }the decoder must end at the image's shape [${inputShape}]: current shape is [${end}]`,
      { hint: "change its last layers, or --size and --channels" },
    );
  }
  const layers = [...encoder, ...heads, ...decoder];
  const parameters = layers.reduce((sum, { trainable, running }) => sum + trainable + running, 0);
  if (parameters > MAX_VALUES) {
    const message = `its parameters must be at most ${MAX_VALUES}: current number is ${parameters}`;
    throw tooLarge(name, message);
  }
  return layers;
}

/** The beginning of every error that {@linkcode describeNetwork} throws. */
export function cannotBuild(name: string): string {
  return `Cannot build "${name}" as `;
}

/** A function that describes one part of a network. */
function partsOf(name: string) {
  return (part: NetworkPart, layers: readonly Layer[], inputShape: readonly number[]) => {
    let shape = inputShape;
    return layers.map((layer, index): LayerDescription => {
      const before = shape;
      const place = `${part}[${index}]`;
      try {
        shape = outputShape(layer, before);
      } catch (cause) {
        const reason = (cause as Error).message.replace(/^Cannot/, "cannot");
        throw new StrayError("shape", `${cannotBuild(name)}${place} ${reason}`, { cause });
      }
      if (sizeOf(shape) > MAX_VALUES) {
        throw tooLarge(
          name,
          `the output of ${place} (${layer.type}) must be at most ${MAX_VALUES} numbers: ` +
            `current shape is [${shape}]`,
        );
      }
      const parameters = parameterSpecs(layer, before);
      const count = (trained: boolean) =>
        parameters.filter(({ trainable }) => trainable === trained)
          .reduce((sum, parameter) => sum + sizeOf(parameter.shape), 0);
      const counts = { trainable: count(true), running: count(false) };
      return { part, index, layer, inputShape: before, outputShape: shape, ...counts };
    });
  };
}

function tooLarge(name: string, message: string): StrayError {
  return new StrayError("too_large", cannotBuild(name) + message, {
    hint: "use smaller images (--size), or fewer units or filters",
  });
}
