/** The first layer of a network that sees an image and its label. */

import { activate, conv2d, type Tensor, type Tensor2D, tf } from "../../compute/mod.ts";
import { sizeOf } from "../../shape.ts";
import type { Parameter } from "../../training/mod.ts";
import type { Layer } from "../network/layers.ts";

/** The facts that splitting the first layer takes. */
export interface LabelledSpec {
  /** The network's name, for errors. */
  readonly name: string;
  /** `[height, width, channels]` of the images. */
  readonly inputShape: readonly [number, number, number];
  /** The labels. */
  readonly classes: readonly string[];
  /** The layers; the first takes image and label, concatenated along the last axis. */
  readonly encoder: readonly Layer[];
}

/**
 * A `conv2d` or `dense` layer of images with labels, computed without concatenating them.
 *
 * Before its non-linearity the layer is linear, so its responses to an image and to a label add up. The
 * response to an image serves all labels, and the response to a label all images: a label that is a
 * constant channel is the convolution of one image of ones.
 */
export class LabelledLayer {
  readonly #spec: LabelledSpec;
  readonly #layer: Layer & { readonly type: "conv2d" | "dense" };
  readonly #kernel: Tensor;
  readonly #bias: Tensor | undefined;

  /**
   * @param spec The network.
   * @param parameters Parameters of its layers, the first layer's among them.
   * @throws {TypeError} If the first layer is neither `conv2d` nor `dense`.
   */
  constructor(spec: LabelledSpec, parameters: readonly Parameter[]) {
    const [layer] = spec.encoder;
    if (layer?.type !== "conv2d" && layer?.type !== "dense") {
      throw new TypeError(
        `Cannot build "${spec.name}" as its encoder must begin with conv2d or dense: ` +
          `current layer is ${layer?.type ?? "none"}`,
      );
    }
    this.#spec = spec;
    this.#layer = layer;
    const own = (name: string) =>
      parameters.find((parameter) => parameter.name === `encoder/0_${layer.type}/${name}`)?.value;
    this.#kernel = own("kernel")!;
    this.#bias = own("bias");
  }

  /**
   * The response to images alone, with the bias, before the non-linearity.
   *
   * @param x `[batch, ...inputShape]`.
   * @returns `[batch, height, width, filters]` or `[batch, units]`.
   */
  image(x: Tensor): Tensor {
    const { inputShape } = this.#spec, layer = this.#layer;
    if (layer.type === "conv2d") {
      const { kernel, filters } = layer;
      const own = tf.slice(this.#kernel, 0, [kernel, kernel, inputShape[2], filters]);
      return conv2d(x, own, this.#bias, { ...layer, activation: "linear" });
    }
    const own = tf.slice(this.#kernel, 0, [sizeOf(inputShape), layer.units]) as Tensor2D;
    return tf.add(tf.matMul(tf.reshape(x, [x.shape[0]!, -1]), own), this.#bias!);
  }

  /**
   * The response to images with labels.
   *
   * @param response The response of {@linkcode LabelledLayer.image}.
   * @param label The labels as one-hot rows, `[batch, classes]`; or one row for all.
   * @returns Shaped as the response, after the non-linearity.
   */
  with(response: Tensor, label: Tensor): Tensor {
    const shape = [label.shape[0]!, ...response.shape.slice(1)];
    const own = tf.reshape(tf.matMul(label, this.#labels()), shape);
    return activate(tf.add(response, own), this.#layer.activation);
  }

  /** The response to each label alone, `[classes, size of a response]`. */
  #labels(): Tensor2D {
    const { inputShape: [height, width, channels], classes } = this.#spec, layer = this.#layer;
    const count = classes.length;
    if (layer.type === "dense") {
      const from = height * width * channels;
      return tf.slice(this.#kernel, [from, 0], [count, layer.units]) as Tensor2D;
    }
    const { kernel: side, filters } = layer;
    const own = tf.slice(this.#kernel, [0, 0, channels, 0], [side, side, count, filters]);
    // The label channels become filters of one image of ones.
    const kernel = tf.reshape(own, [side, side, 1, count * filters]);
    const all = conv2d(tf.ones([1, height, width, 1]), kernel, undefined, {
      ...layer,
      activation: "linear",
    });
    const [, outHeight, outWidth] = all.shape as [number, number, number, number];
    const parts = tf.reshape(all, [outHeight * outWidth, count, filters]);
    return tf.reshape(tf.transpose(parts, [1, 0, 2]), [count, -1]);
  }
}
