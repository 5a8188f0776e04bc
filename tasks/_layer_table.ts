/** Tables of `summary`: a network's layers, or a model's tensors. */

import { alignColumns, escape } from "../src/cli/mod.ts";
import type { AutoencoderSpec, Layer, LayerDescription } from "../src/models/mod.ts";
import { sizeOf } from "../src/shape.ts";

/** Tensors by name; only their shapes are used. */
type Tensors = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** Name of a layer's parameters in a model file. */
function nameOf({ part, index, layer }: LayerDescription): string {
  return `${part}/${index}_${layer.type}`;
}

function totals(layers: readonly LayerDescription[]) {
  const trainable = layers.reduce((sum, layer) => sum + layer.trainable, 0);
  const running = layers.reduce((sum, layer) => sum + layer.running, 0);
  return { trainable, running, total: trainable + running };
}

/** A network as a JSON object. */
export function layerRecord(spec: AutoencoderSpec, layers: readonly LayerDescription[]) {
  const { name, inputShape, encoder, latent, decoder, loss, beta, output = "sigmoid" } = spec;
  return {
    name,
    inputShape,
    layers: layers.map((described) => ({
      name: nameOf(described),
      ...described.layer,
      inputShape: described.inputShape,
      outputShape: described.outputShape,
      parameters: described.trainable + described.running,
    })),
    parameters: totals(layers),
    // A network file that train accepts.
    network: { name, encoder, latent, decoder, loss, beta, output },
  };
}

/** The settings of a layer, in a few words. */
function settings(layer: Layer): string {
  switch (layer.type) {
    case "conv2d":
    case "conv2dTranspose": {
      const { kernel, stride, pad, bias, activation } = layer;
      const words = [`${kernel} x ${kernel}`];
      if (stride > 1) words.push(`stride ${stride}`);
      const sides = typeof pad === "number" ? [pad] : pad;
      if (sides.some((side) => side > 0)) words.push(`pad ${sides.join("+")}`);
      if (!bias) words.push("no bias");
      return [...words, ...named(activation)].join(", ");
    }
    case "dense":
      return named(layer.activation).join();
    case "activation":
      return layer.activation;
    case "maxPool":
      return `${layer.size} x ${layer.size}`;
    case "lstm":
      return layer.sequences ? "every output" : "last output";
    case "gaussianNoise":
      return `deviation ${layer.deviation}`;
    case "dropout":
      return `rate ${layer.rate}`;
    case "upsample":
      return `by ${layer.factor}`;
    default:
      return "";
  }
}

function named(activation: string): string[] {
  return activation === "linear" ? [] : [activation];
}

/** A network as lines of text. */
export function layerTable(spec: AutoencoderSpec, layers: readonly LayerDescription[]): string[] {
  const { trainable, running, total } = totals(layers);
  const [height, width, channels] = spec.inputShape;
  const rows = [
    ["layer", "settings", "output", "parameters"],
    ["input", "", `${height} x ${width} x ${channels}`, "0"],
    ...layers.map((described) => [
      nameOf(described),
      settings(described.layer),
      described.outputShape.join(" x "),
      String(described.trainable + described.running),
    ]),
  ];
  const count = `${total} parameters: ${trainable} trained, ${running} running means and variances`;
  return [escape(spec.name), ...ruledTable(rows), count];
}

/** The tensors of a model that is not a stack of layers, as a JSON object. */
export function tensorRecord(name: string, tensors: Tensors) {
  const list = [...tensors].map(([name, { shape }]) => ({
    name,
    shape,
    parameters: sizeOf(shape),
  }));
  const total = list.reduce((sum, { parameters }) => sum + parameters, 0);
  return { name, tensors: list, parameters: { total } };
}

/** The tensors as lines of text. */
export function tensorTable(name: string, tensors: Tensors): string[] {
  const { tensors: list, parameters } = tensorRecord(name, tensors);
  const rows = list.map(({ name, shape, parameters }) => [
    escape(name),
    shape.join(" x "),
    String(parameters),
  ]);
  const header = ["tensor", "shape", "parameters"];
  return [escape(name), ...ruledTable([header, ...rows]), `${parameters.total} parameters`];
}

/** A table with a header between rules; the last column is numeric. */
function ruledTable(rows: readonly (readonly string[])[]): string[] {
  const [header = "", ...lines] = alignColumns(rows, [rows[0]!.length - 1]);
  const rule = "-".repeat(header.length);
  return [rule, header, rule, ...lines, rule];
}
