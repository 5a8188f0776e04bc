/**
 * Layers as plain data, and their effect on shapes.
 *
 * `network.ts` computes them. Shapes omit the batch: `[height, width, channels]` or `[units]`.
 */

import type { Activation, Padding } from "../../compute/names.ts";
import { sizeOf } from "../../shape.ts";

/** A layer of a network. */
export type Layer =
  /** Convolution with zero padding (PyTorch's convention where it is one number). */
  | {
    readonly type: "conv2d";
    readonly filters: number;
    readonly kernel: number;
    readonly stride: number;
    readonly pad: Padding;
    readonly bias: boolean;
    readonly activation: Activation;
  }
  /** Transposed convolution: the input gradient of `conv2d` with the same numbers. */
  | {
    readonly type: "conv2dTranspose";
    readonly filters: number;
    readonly kernel: number;
    readonly stride: number;
    readonly pad: Padding;
    readonly bias: boolean;
    readonly activation: Activation;
  }
  /** The product of the last axis with a matrix, plus a bias. */
  | { readonly type: "dense"; readonly units: number; readonly activation: Activation }
  /** Batch normalisation over all but the last axis (Ioffe and Szegedy 2015, arXiv 1502.03167). */
  | { readonly type: "batchNorm" }
  /** A non-linearity alone. */
  | { readonly type: "activation"; readonly activation: Activation }
  /** The maximum of each window of `size` x `size` pixels; pixels left over at the end are dropped. */
  | { readonly type: "maxPool"; readonly size: number }
  /** Long short-term memory over `[time, features]`: all outputs, or only the last. */
  | { readonly type: "lstm"; readonly units: number; readonly sequences: boolean }
  /** Repeats a vector along a time axis. */
  | { readonly type: "repeat"; readonly times: number }
  /** Adds Gaussian noise in training (denoising autoencoder: Vincent et al. 2008). */
  | { readonly type: "gaussianNoise"; readonly deviation: number }
  /** Zeroes a fraction of the values in training and scales the others up (Srivastava et al. 2014). */
  | { readonly type: "dropout"; readonly rate: number }
  /** Enlarges an image bilinearly, pixel centres at half integers. */
  | { readonly type: "upsample"; readonly factor: number }
  /** Another shape of the same size. */
  | { readonly type: "reshape"; readonly shape: readonly number[] };

/** A part of an autoencoder. */
export type NetworkPart = "encoder" | "latent" | "decoder";

/** A layer in its place. */
export interface LayerDescription {
  /** The part that it belongs to. */
  readonly part: NetworkPart;
  /** Its index within the part. */
  readonly index: number;
  /** The layer. */
  readonly layer: Layer;
  /** Shape of its input, without the batch. */
  readonly inputShape: readonly number[];
  /** Shape of its output, without the batch. */
  readonly outputShape: readonly number[];
  /** Numbers that the optimiser updates. */
  readonly trainable: number;
  /** Running means and variances. */
  readonly running: number;
}

/** A parameter of a layer. */
export interface ParameterSpec {
  /** Its name within the layer. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Initial value: Glorot-uniform with the given fans, zeros or ones. */
  readonly init:
    | { readonly fanIn: number; readonly fanOut: number }
    | "zeros"
    | "ones"
    | "forget gates open"; // zeros, and ones in the second quarter
  /** Whether the optimiser updates it; running statistics are not trained. */
  readonly trainable: boolean;
}

/** Pixels of padding on both sides together. */
function totalPadding(pad: Padding): number {
  return typeof pad === "number" ? 2 * pad : pad[0] + pad[1];
}

function requireImage(layer: Layer, shape: readonly number[]): [number, number, number] {
  if (shape.length !== 3) {
    throw new TypeError(
      `Cannot apply ${layer.type} as its input must be [height, width, channels]: current shape is [${shape}]`,
    );
  }
  return shape as [number, number, number];
}

/**
 * The output shape of a layer.
 *
 * @param layer The layer.
 * @param shape The input's shape, without the batch.
 * @returns The output's shape, without the batch.
 * @throws {TypeError} If the layer cannot take that shape.
 */
export function outputShape(layer: Layer, shape: readonly number[]): readonly number[] {
  switch (layer.type) {
    case "conv2d": {
      const [height, width] = requireImage(layer, shape);
      const padding = totalPadding(layer.pad);
      const out = (n: number) => Math.floor((n + padding - layer.kernel) / layer.stride) + 1;
      if (out(height) < 1 || out(width) < 1) {
        throw new TypeError(
          `Cannot apply conv2d as the image must be at least ${layer.kernel} pixels wide with its padding: current shape is [${shape}]`,
        );
      }
      return [out(height), out(width), layer.filters];
    }
    case "conv2dTranspose": {
      const [height, width] = requireImage(layer, shape);
      const padding = totalPadding(layer.pad);
      const out = (n: number) => (n - 1) * layer.stride - padding + layer.kernel;
      if (out(height) < 1 || out(width) < 1) {
        throw new TypeError(
          `Cannot apply conv2dTranspose as its padding must leave pixels: current shape is [${shape}]`,
        );
      }
      return [out(height), out(width), layer.filters];
    }
    case "dense":
      return [...shape.slice(0, -1), layer.units];
    case "maxPool": {
      const [height, width, channels] = requireImage(layer, shape);
      const out = (n: number) => Math.floor(n / layer.size);
      if (out(height) < 1 || out(width) < 1) {
        throw new TypeError(
          `Cannot apply maxPool as the image must be at least ${layer.size} pixels wide: current shape is [${shape}]`,
        );
      }
      return [out(height), out(width), channels];
    }
    case "lstm":
      if (shape.length !== 2) {
        throw new TypeError(
          `Cannot apply lstm as its input must be [time, features]: current shape is [${shape}]`,
        );
      }
      return layer.sequences ? [shape[0]!, layer.units] : [layer.units];
    case "repeat":
      if (shape.length !== 1) {
        throw new TypeError(
          `Cannot apply repeat as its input must be [units]: current shape is [${shape}]`,
        );
      }
      return [layer.times, ...shape];
    case "upsample": {
      const [height, width, channels] = requireImage(layer, shape);
      return [height * layer.factor, width * layer.factor, channels];
    }
    case "reshape":
      if (sizeOf(layer.shape) !== sizeOf(shape)) {
        throw new TypeError(
          `Cannot reshape [${shape}] as the size must stay ${
            sizeOf(shape)
          }: wanted [${layer.shape}]`,
        );
      }
      return layer.shape;
    case "batchNorm":
    case "activation":
    case "gaussianNoise":
    case "dropout":
      return shape;
  }
}

/**
 * The parameters of a layer.
 *
 * @param layer The layer.
 * @param shape The input's shape, without the batch.
 * @returns Its parameters, in the order in which they are drawn.
 */
export function parameterSpecs(layer: Layer, shape: readonly number[]): ParameterSpec[] {
  const channels = shape.at(-1)!;
  const bias = (n: number): ParameterSpec => ({
    name: "bias",
    shape: [n],
    init: "zeros",
    trainable: true,
  });
  switch (layer.type) {
    case "conv2d":
    case "conv2dTranspose": {
      const { kernel, filters } = layer;
      const area = kernel * kernel;
      const transposed = layer.type === "conv2dTranspose";
      const weight: ParameterSpec = {
        name: "kernel",
        shape: [kernel, kernel, ...(transposed ? [filters, channels] : [channels, filters])],
        init: { fanIn: area * channels, fanOut: area * filters },
        trainable: true,
      };
      return layer.bias ? [weight, bias(filters)] : [weight];
    }
    case "dense":
      return [
        {
          name: "kernel",
          shape: [channels, layer.units],
          init: { fanIn: channels, fanOut: layer.units },
          trainable: true,
        },
        bias(layer.units),
      ];
    case "lstm": {
      const gates = 4 * layer.units;
      const weight = (name: string, fanIn: number): ParameterSpec => ({
        name,
        shape: [fanIn, gates],
        init: { fanIn, fanOut: gates },
        trainable: true,
      });
      return [
        weight("kernel", channels),
        weight("recurrent", layer.units),
        // Jozefowicz et al. 2015: open forget gates let a network remember from the start.
        { name: "bias", shape: [gates], init: "forget gates open", trainable: true },
      ];
    }
    case "batchNorm":
      return [
        { name: "gamma", shape: [channels], init: "ones", trainable: true },
        { name: "beta", shape: [channels], init: "zeros", trainable: true },
        { name: "mean", shape: [channels], init: "zeros", trainable: false },
        { name: "variance", shape: [channels], init: "ones", trainable: false },
      ];
    default:
      return [];
  }
}
