/** Residual classifiers as data. */

import { type Chain, chainOutput } from "../network/chain.ts";
import type { Layer } from "../network/layers.ts";
import type { ModelSpec } from "../spec.ts";

/** A residual classifier, complete. */
export interface ResnetSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "resnet";
  /** The labels. */
  readonly classes: readonly string[];
  /** Filters of each stage; all but the first halve the image. */
  readonly filters: readonly number[];
  /**
   * Maximum number of training images whose embeddings are kept. @default {none: models of earlier versions
   * have no score `embedding`}
   */
  readonly keep?: number | undefined;
}

function conv(filters: number, kernel: number, stride: number): Layer {
  const pad = (kernel - 1) / 2;
  return { type: "conv2d", filters, kernel, stride, pad, bias: false, activation: "linear" };
}

const NORM: Layer = { type: "batchNorm" };
const RELU: Layer = { type: "activation", activation: "relu" };

/** A residual block: relu(main(x) + shortcut(x)); without a shortcut, x itself. */
export interface ResidualBlock<Part> {
  readonly main: Part;
  readonly shortcut?: Part;
}

/** The chains of a residual classifier. */
export interface ResnetChains {
  readonly stem: Chain;
  readonly blocks: readonly ResidualBlock<Chain>[];
  readonly head: Chain;
}

/** The chains of the model: a stem, one block per stage, a linear classifier. */
export function resnetChains({ inputShape, filters, classes }: ResnetSpec): ResnetChains {
  const stem = { prefix: "stem", layers: [conv(filters[0]!, 3, 1), NORM, RELU], inputShape };
  let shape = chainOutput(stem);
  const blocks = filters.map((count, i) => {
    const stride = i === 0 ? 1 : 2, inputShape = shape;
    const layers = [conv(count, 3, stride), NORM, RELU, conv(count, 3, 1), NORM];
    const main = { prefix: `block${i}`, layers, inputShape };
    shape = chainOutput(main);
    if (stride === 1 && inputShape.at(-1) === count) return { main };
    const shortcut = { prefix: `shortcut${i}`, layers: [conv(count, 1, stride), NORM], inputShape };
    return { main, shortcut };
  });
  const head: Layer = { type: "dense", units: classes.length, activation: "linear" };
  return { stem, blocks, head: { prefix: "head", layers: [head], inputShape: [shape.at(-1)!] } };
}

/** The parts in the order in which their parameters are drawn. */
export function listBlocks<Part>(blocks: readonly ResidualBlock<Part>[]): Part[] {
  return blocks.flatMap(({ main, shortcut }) => shortcut ? [main, shortcut] : [main]);
}
