/** From a file of the user's to a graph that can compute features. */

import { tf } from "../../../compute/mod.ts";
import { StrayError } from "../../../errors.ts";
import { sharedBytes } from "../../../shared_bytes.ts";
import { type GraphSpec, MAX_FEATURES, MAX_LAYERS } from "../spec.ts";
import { inputOf } from "./graph_features.ts";
import { gridOf } from "./layer_grid.ts";
import { MAX_GRAPH_BYTES, OnnxGraph } from "./onnx_graph.ts";
import { probePicture } from "./probe_picture.ts";
import type { RuntimeValue } from "./runtime.ts";
import type { UserGraph } from "./user_graph.ts";

/** Side of the picture on which graphs of any size are measured: a multiple of 14, 16 and 32. */
const PROBE = 224;
/** Mean and deviation of the red, green and blue samples of ImageNet, with which most backbones were trained. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** A mean and a deviation for all channels, or for each. */
export type Normalisation = Pick<GraphSpec, "mean" | "deviation">;

/** Choices of the user's. */
export interface GraphOptions {
  /** The name of the file, for errors. */
  readonly name: string;
  /** Names of outputs. @default {all of 4 axes; else all of 3} */
  readonly layers?: readonly string[] | undefined;
  /** The normalisation of the input. @default {ImageNet's} */
  readonly normalisation?: Normalisation | undefined;
}

/**
 * Opens a graph in ONNX format, and measures its layers on a picture that is always the same: each is divided by the
 * root of the variance of its cells there, summed over channels, as the layers of the built-in network are by theirs on
 * photographs. So the scale of a layer is a constant of the graph, and no image changes the distances of others.
 *
 * @param bytes The file.
 * @param options Name, layers and normalisation.
 * @returns The graph.
 * @throws {StrayError} `model` If it is damaged or computes no layers of cells; `usage` if a layer is missing or the
 * normalisation does not fit; `too_large`; `backend` if onnxruntime-web cannot be had.
 */
export async function measureGraph(bytes: Uint8Array, options: GraphOptions): Promise<UserGraph> {
  const { name } = options, refuse = refusal(name);
  if (bytes.length > MAX_GRAPH_BYTES) {
    throw new StrayError(
      "too_large",
      `Cannot use the graph "${name}" as it must have at most ${MAX_GRAPH_BYTES} bytes: ` +
        `current number is ${bytes.length}`,
      { hint: "export it only up to the layers that are compared" },
    );
  }
  const file = sharedBytes(bytes.length);
  file.set(bytes);
  const graph = await OnnxGraph.open(bytes).catch((error) => {
    throw error instanceof TypeError ? refuse(error.message) : error;
  });
  try {
    const { channels, size } = inputShapeOf(graph.inputs, refuse);
    const normalisation = spread(options.normalisation ?? defaultFor(channels), channels, name);
    const layers = layersOf(graph.outputs, options.layers, name);
    const picture = probePicture(size?.height ?? PROBE, size?.width ?? PROBE, channels);
    const outputs = await graph.run(...inputOf(picture, normalisation), layers);
    const [height, width] = picture.shape;
    const measured = await Promise.all(outputs.map(async (output, i) => {
      try {
        return await measureLayer(() => gridOf(output, height, width));
      } catch (error) {
        throw refuse(`layer "${layers[i]}" must be cells: ${(error as Error).message}`);
      }
    }));
    const constant = measured.findIndex(({ deviation }) => !(deviation > 0 && isFinite(deviation)));
    if (constant >= 0) throw refuse(`layer "${layers[constant]}" must differ between cells`);
    const numbers = measured.reduce((sum, layer) => sum + layer.channels, 0);
    if (numbers > MAX_FEATURES) {
      throw refuse(`layers must have at most ${MAX_FEATURES} channels together, not ${numbers}`);
    }
    const deviations = measured.map(({ deviation }) => deviation);
    return { name, file, size, spec: { layers, deviations, size: numbers, ...normalisation } };
  } finally {
    graph.dispose();
  }
}

/** Makes errors that a graph does not fit. */
function refusal(name: string): (reason: string) => StrayError {
  return (reason) =>
    new StrayError("model", `Cannot use the graph "${name}" as ${reason}`, {
      hint: "docs/photographs.md shows how to export one",
    });
}

/** The channels of the input, and its size unless any will do. */
function inputShapeOf(
  inputs: readonly RuntimeValue[],
  refuse: (reason: string) => StrayError,
): { readonly channels: number; readonly size: UserGraph["size"] } {
  const [input] = inputs, shape = input?.shape ?? [];
  const isFixed = (axis: unknown): axis is number => typeof axis === "number" && axis > 0;
  const [batch, channels, height, width] = shape;
  const described = inputs.map(({ type, shape }) => `${type} [${shape}]`).join(", ");
  const fits = inputs.length === 1 && input!.type === "float32" && shape.length === 4 &&
    (!isFixed(batch) || batch === 1) && (!isFixed(channels) || channels === 1 || channels === 3) &&
    isFixed(height) === isFixed(width);
  if (!fits) {
    throw refuse(
      "its input must be float32 [1, 3 or 1, height, width], height and width both fixed or both " +
        `free: current inputs are ${described}`,
    );
  }
  return {
    channels: isFixed(channels) ? channels : 3,
    size: isFixed(height) && isFixed(width) ? { width, height } : undefined,
  };
}

function defaultFor(channels: number): Normalisation {
  return channels === 3 ? IMAGENET : { mean: [0.5], deviation: [0.5] };
}

/** A normalisation with numbers for each channel. */
function spread({ mean, deviation }: Normalisation, channels: number, name: string): Normalisation {
  const all = (numbers: readonly number[]) => {
    if (numbers.length === channels) return numbers;
    if (numbers.length === 1) return Array<number>(channels).fill(numbers[0]!);
    throw new StrayError(
      "usage",
      `Cannot use --normalize as it must have a number for all channels of "${name}" or for each, ` +
        `${channels}: current number is ${numbers.length}`,
      { hint: "for instance --normalize 0.5/0.5" },
    );
  };
  return { mean: all(mean), deviation: all(deviation) };
}

/** The names of the outputs to compare. */
function layersOf(
  outputs: readonly RuntimeValue[],
  wanted: readonly string[] | undefined,
  name: string,
): readonly string[] {
  const names = outputs.map((output) => output.name);
  const ofAxes = (axes: number) =>
    outputs.filter(({ shape }) => shape?.length === axes).map((output) => output.name);
  const grids = ofAxes(4), layers = wanted ?? (grids.length > 0 ? grids : ofAxes(3));
  const missing = layers.find((layer) => !names.includes(layer));
  if (missing === undefined && layers.length > 0 && layers.length <= MAX_LAYERS) return layers;
  throw new StrayError(
    "usage",
    `Cannot use --layers as it must name 1 to ${MAX_LAYERS} outputs of "${name}": ` +
      (missing === undefined ? `current number is ${layers.length}` : `it has no "${missing}"`),
    { hint: `its outputs are ${names.join(", ")}` },
  );
}

/** Channels of a layer, and the root of the variance of its cells, summed over channels. */
async function measureLayer(
  make: () => ReturnType<typeof gridOf>,
): Promise<{ readonly channels: number; readonly deviation: number }> {
  const [channels, variance] = tf.tidy(() => {
    const smooth = tf.avgPool(make(), 3, 1, "same"), channels = smooth.shape[3];
    const { variance } = tf.moments(tf.reshape(smooth, [-1, channels]), 0);
    return [channels, tf.sum(variance)] as const;
  });
  const [sum] = await variance.data();
  variance.dispose();
  return { channels, deviation: Math.sqrt(sum!) };
}
