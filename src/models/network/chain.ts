/** Chains of layers as data: shapes, parameters and cost, without computing. */

import { sizeOf } from "../../shape.ts";
import type { ParameterShape } from "../../training/mod.ts";
import type { LearningDescription } from "../model_type.ts";
import type { ModelSpec } from "../spec.ts";
import { type Layer, outputShape, type ParameterSpec, parameterSpecs } from "./layers.ts";

/** A list of layers in its place within a model. */
export interface Chain {
  /** Name prefix of the parameters. */
  readonly prefix: string;
  /** The layers. */
  readonly layers: readonly Layer[];
  /** Shape of the input, without the batch. */
  readonly inputShape: readonly number[];
}

/**
 * The shape that a list of layers makes of a shape.
 *
 * @throws {TypeError} If a layer cannot take the shape that reaches it.
 */
export function chainOutput({ layers, inputShape }: Omit<Chain, "prefix">): readonly number[] {
  return layers.reduce((shape, layer) => outputShape(layer, shape), inputShape);
}

/** A parameter of a chain, and its initial value. */
export type ChainParameter = ParameterShape & Pick<ParameterSpec, "init">;

/** Name prefix of the parameters of a chain's layer. */
export function layerPrefix(prefix: string, index: number, { type }: Layer): string {
  return `${prefix}/${index}_${type}`;
}

/** The parameters of a chain, in the order of the layers. */
export function chainParameters({ prefix, layers, inputShape }: Chain): ChainParameter[] {
  let shape = inputShape;
  return layers.flatMap((layer, i) => {
    const input = shape;
    shape = outputShape(layer, input);
    return parameterSpecs(layer, input).map(({ name, ...rest }) => ({
      ...rest,
      name: `${layerPrefix(prefix, i, layer)}/${name}`,
      dense: layer.type === "dense" && input.length === 1 && name === "kernel",
    }));
  });
}

/** Multiply-add operations of a chain, per image. */
function chainMultiplyAdds({ layers, inputShape }: Chain): number {
  let sum = 0, shape = inputShape;
  for (const layer of layers) {
    const output = outputShape(layer, shape);
    for (const { name, shape: matrix } of parameterSpecs(layer, shape)) {
      if (name !== "kernel" && name !== "recurrent") continue;
      sum += usesPerWeight(layer, shape, output) * sizeOf(matrix);
    }
    shape = output;
  }
  return sum;
}

/** Numbers of the outputs of all layers of a chain, per image. */
function chainActivations({ layers, inputShape }: Chain): number {
  let sum = 0, shape = inputShape;
  for (const layer of layers) {
    shape = outputShape(layer, shape);
    sum += sizeOf(shape);
  }
  return sum;
}

/** The number of times that a layer uses each weight, per image. */
function usesPerWeight(
  layer: Layer,
  input: readonly number[],
  output: readonly number[],
): number {
  if (layer.type === "conv2d") return output[0]! * output[1]!; // once per output pixel
  if (layer.type === "conv2dTranspose") return input[0]! * input[1]!; // once per input pixel
  return sizeOf(input.slice(0, -1)); // once per row: 1 for a vector, the length of a sequence
}

/**
 * The learning of a model that consists of chains of layers.
 *
 * @param chains The chains of a spec.
 * @param variational Whether a spec's loss has a KL divergence. @default {never}
 * @returns Its description.
 */
export function chainLearning<Spec extends ModelSpec>(
  chains: (spec: Spec) => readonly Chain[],
  variational: (spec: Spec) => boolean = () => false,
): LearningDescription<Spec> {
  return {
    multiplyAdds: (spec) => chains(spec).reduce((sum, chain) => sum + chainMultiplyAdds(chain), 0),
    activations: (spec) => chains(spec).reduce((sum, chain) => sum + chainActivations(chain), 0),
    parameters: (spec) => chains(spec).flatMap(chainParameters),
    variational,
  };
}
