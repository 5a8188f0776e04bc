/** Features of patches by a graph of the user's. */

import { tf } from "../../../compute/mod.ts";
import { joinLayers, type Patches, type PatchExtractor } from "../patch_features.ts";
import type { PlacedPart } from "../placed_part.ts";
import type { GraphSpec } from "../spec.ts";
import { gridOf } from "./layer_grid.ts";
import { OnnxGraph } from "./onnx_graph.ts";

/** Outputs of layers of a graph, joined as those of the network are. */
export class GraphFeatures implements PatchExtractor {
  readonly size: number;
  readonly file: Uint8Array;
  readonly #spec: GraphSpec;
  readonly #graph: OnnxGraph;

  private constructor(spec: GraphSpec, file: Uint8Array, graph: OnnxGraph) {
    this.size = spec.size;
    this.file = file;
    this.#spec = spec;
    this.#graph = graph;
  }

  /**
   * Opens a graph; the caller disposes of it.
   *
   * @param spec Layers, normalisation and size.
   * @param file The bytes of the graph.
   * @throws {TypeError} If the graph is damaged, or lacks an output.
   * @throws {StrayError} `backend` If the library cannot be had.
   */
  static async open(spec: GraphSpec, file: Uint8Array): Promise<GraphFeatures> {
    const graph = await OnnxGraph.open(file);
    const outputs = graph.outputs.map(({ name }) => name);
    const missing = spec.layers.find((layer) => !outputs.includes(layer));
    if (missing === undefined && graph.inputs.length === 1) {
      return new GraphFeatures(spec, file, graph);
    }
    graph.dispose();
    throw new TypeError(
      missing === undefined
        ? "its graph must have one input"
        : `its graph must have the output "${missing}"`,
    );
  }

  /** Computes the features of an image. */
  async extract(image: PlacedPart): Promise<Patches> {
    const { layers, deviations, size } = this.#spec, [height, width] = image.shape;
    const outputs = await this.#graph.run(...inputOf(image, this.#spec), layers);
    const grid = tf.tidy(() => {
      const grids = outputs.map((output) => gridOf(output, height, width));
      return joinLayers(grids, deviations);
    });
    const [, rows, columns, channels] = grid.shape;
    const features = await grid.data() as Float32Array;
    grid.dispose();
    if (channels === size) return { features, rows, columns };
    throw new TypeError(
      `Cannot compare patches as they must have ${size} numbers: current number is ${channels}`,
    );
  }

  /** Frees the graph. */
  dispose(): void {
    this.#graph.dispose();
  }
}

/**
 * The input of a graph: samples channel by channel, normalised; grey in every channel.
 *
 * @param image Samples in [0, 1].
 * @param normalisation Mean and deviation per channel.
 * @returns Values and `[1, channels, height, width]`.
 */
export function inputOf(
  { data, shape: [height, width, own] }: PlacedPart,
  { mean, deviation }: Pick<GraphSpec, "mean" | "deviation">,
): [values: Float32Array, dims: [1, number, number, number]] {
  const channels = mean.length, area = height * width;
  const values = new Float32Array(channels * area);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    const middle = mean[channel]!, scale = 1 / deviation[channel]!;
    for (let i = Math.min(channel, own - 1); i < data.length; i += own, at++) {
      values[at] = (data[i]! - middle) * scale;
    }
  }
  return [values, [1, channels, height, width]];
}
