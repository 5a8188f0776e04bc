/** What a step of a model of a kind of its own multiplies, as an autoencoder that multiplies as much. */

import { type AutoencoderSpec, type KindSpec, type Layer, sizeOf } from "../models/mod.ts";

/**
 * An autoencoder whose forward pass takes as many multiplications as that of a model.
 *
 * @param spec The model.
 * @returns Its like, for `chooseThreads`; undefined for a model that one thread trains.
 */
export function alike(spec: KindSpec): AutoencoderSpec | undefined {
  const { name, inputShape } = spec, [height, width, channels] = inputShape;
  const common = { name, inputShape, latent: 0, loss: "mse", beta: 0 } as const;
  switch (spec.kind) {
    case "cvae": {
      const { encoder, decoder, latent, classes } = spec;
      const row = [1, 1, sizeOf(inputShape) + classes.length] as const;
      const seen = spec.labels === "row" ? row : inputShape;
      return { ...common, inputShape: seen, encoder, latent: latent + classes.length, decoder };
    }
    case "resnet": {
      const conv = (filters: number, stride: number): Layer => ({
        type: "conv2d",
        filters,
        kernel: 3,
        stride,
        pad: 1,
        bias: false,
        activation: "linear",
      });
      const blocks = spec.filters.flatMap((filters, i) => [
        conv(filters, i === 0 ? 1 : 2),
        conv(filters, 1),
      ]);
      return { ...common, encoder: [conv(spec.filters[0]!, 1), ...blocks], decoder: [] };
    }
    case "rbm": {
      const size = height * width * channels;
      const dense = (units: number): Layer => ({ type: "dense", units, activation: "linear" });
      const there: Layer[] = [{ type: "reshape", shape: [size] }, dense(spec.hidden)];
      return { ...common, encoder: there, decoder: [dense(size)] };
    }
    case "aae":
      return spec.autoencoder; // which the encoder's turns against the discriminator add to
    case "knn":
    case "pca":
      return undefined;
  }
}
