/** A frozen MobileNetV2 as a source of features. */

import { inflateRawSync } from "node:zlib";
import { type Tensor, type Tensor4D, tf } from "../../../compute/mod.ts";
import { BLOCKS, type ConvolutionLayer, LAYERS, STEM } from "./layers.ts";
import { WEIGHTS } from "./weights.generated.ts";

/** Pixels of a tile along each side, without its surroundings. */
const CORE = 768;
/** Strides of a whole number of steps of all blocks. */
const STEP = 16;
/** Pixels around an output that it depends on are at most 133: rounded up to whole steps. */
const SURROUNDINGS = 9 * STEP;
/** Pixels per output of each block, along each side. */
const STRIDES: readonly number[] = BLOCKS.map((_, i) =>
  BLOCKS.slice(0, i + 1).flatMap(({ layers }) => layers)
    .reduce<number>((product, { stride }) => product * stride, STEM.stride)
);

/** A part of an axis. */
interface Tile {
  /** First pixel, with its surroundings. */
  readonly from: number;
  /** Number of pixels, with its surroundings. */
  readonly size: number;
  /** First pixel of its core. */
  readonly start: number;
  /** The pixel after its core. */
  readonly end: number;
}

/**
 * Divides an axis. Tiles begin at whole steps, and their sizes differ from that of the axis by whole steps: padding,
 * which depends on the size, is then the same for each layer.
 */
function tilesOf(length: number, core: number): Tile[] {
  if (length <= core + 2 * SURROUNDINGS) return [{ from: 0, size: length, start: 0, end: length }];
  return Array.from({ length: Math.ceil(length / core) }, (_, i) => {
    const start = i * core, end = Math.min(length, start + core);
    const from = Math.max(0, start - SURROUNDINGS);
    const excess = (length - from) % STEP;
    const wanted = Math.ceil((end + SURROUNDINGS - from) / STEP) * STEP + excess;
    return { from, start, end, size: Math.min(length - from, wanted) };
  });
}

/** The outputs of the core of a tile. */
function coreOf(output: Tensor4D, row: Tile, column: Tile, stride: number): Tensor4D {
  const first = ({ from, start }: Tile) => (start - from) / stride;
  const count = ({ start, end }: Tile) => Math.ceil(end / stride) - start / stride;
  return tf.slice(
    output,
    [0, first(row), first(column), 0],
    [1, count(row), count(column), -1],
  );
}

interface Parameters {
  readonly kernel: Tensor4D;
  readonly biases: Tensor;
}

/** The network on the current backend. */
export class MobileNet {
  readonly #parameters = new Map<ConvolutionLayer, Parameters>();

  /** Unpacks the weights. */
  constructor() {
    const bytes = inflateRawSync(Uint8Array.fromBase64(WEIGHTS));
    const numbers = new Float32Array(
      new Float16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2),
    );
    let at = 0;
    const take = (count: number) => numbers.slice(at, at += count);
    for (const layer of LAYERS) {
      const { size, inputs, outputs, groups } = layer;
      const shape = [size, size, inputs, groups === 1 ? outputs : 1] as const;
      const kernel = tf.tensor4d(take(size * size * shape[2] * shape[3]), [...shape]);
      this.#parameters.set(layer, { kernel, biases: tf.tensor1d(take(outputs)) });
    }
  }

  /**
   * Computes the outputs of blocks; of a large image tile by tile, which takes less memory and gives the same.
   *
   * @param x An image in [0, 1], `[1, height, width, 3]`.
   * @param blocks Numbers of the blocks, 0 to 12, ascending.
   * @param core Pixels of a tile along each side without its surroundings, a multiple of 16. @default {768}
   * @returns `[1, rows, columns, channels]` per block.
   */
  features(x: Tensor4D, blocks: readonly number[], core = CORE): Tensor4D[] {
    const [, height, width] = x.shape;
    const across = tilesOf(width, core), down = tilesOf(height, core);
    if (across.length * down.length === 1) return this.#features(x, blocks);
    return tf.tidy(() => {
      const rows = down.map((row) => {
        const parts = across.map((column) => {
          const tile = tf.slice(x, [0, row.from, column.from, 0], [1, row.size, column.size, -1]);
          const outputs = tf.tidy(() => this.#features(tile, blocks));
          return outputs.map((output, i) => coreOf(output, row, column, STRIDES[blocks[i]!]!));
        });
        return blocks.map((_, i) => tf.concat(parts.map((part) => part[i]!), 2));
      });
      return blocks.map((_, i) => tf.concat(rows.map((row) => row[i]!), 1));
    });
  }

  #features(x: Tensor4D, blocks: readonly number[]): Tensor4D[] {
    return tf.tidy(() => {
      const found: Tensor4D[] = [];
      let value = this.#layer(tf.sub(tf.mul(x, 2), 1), STEM);
      for (const [i, { layers, residual }] of BLOCKS.entries()) {
        const input = value;
        for (const layer of layers) value = this.#layer(value, layer);
        if (residual) value = tf.add(value, input);
        if (blocks.includes(i)) found.push(value);
        if (i === blocks.at(-1)) break;
      }
      return found;
    });
  }

  #layer(x: Tensor4D, layer: ConvolutionLayer): Tensor4D {
    const { stride, groups, relu6 } = layer, { kernel, biases } = this.#parameters.get(layer)!;
    const convolve = groups === 1 ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
    return convolve({
      ...{ x, filter: kernel, strides: stride, pad: "same", bias: biases },
      activation: relu6 ? "relu6" : "linear",
    });
  }

  /** Frees the weights. */
  dispose(): void {
    for (const { kernel, biases } of this.#parameters.values()) tf.dispose([kernel, biases]);
  }
}
