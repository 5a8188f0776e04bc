/** `summary`: the layers of a network, their shapes and parameters. */

import { type CommandContext, defineCommand, ExitCode, suggest } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { ARCHITECTURES } from "../src/models/architectures/mod.ts";
import type { AutoencoderSpec, Layer, LayerDescription } from "../src/models/mod.ts";
import {
  ARCHITECTURE_NAMES,
  isNetworkFile,
  NETWORK_NOTE,
  readNetworkFile,
} from "./_architecture.ts";
import { readModelBytes } from "./_read_model.ts";

const SUMMARY_FLAGS = ["size", "channels", "latent", "json"] as const;

type Context = CommandContext<typeof SUMMARY_FLAGS[number]>;

/** `summary`. */
export const command = defineCommand({
  name: "summary",
  summary: "the layers of a network, their shapes and parameters",
  operands: {
    name: "MODEL",
    help: `architecture (${ARCHITECTURE_NAMES}), network as .json, or model file`,
    least: 1,
  },
  flags: SUMMARY_FLAGS,
  help: {
    size: "the images' size (default: the architecture's own, mostly 28x28)",
    channels: "grey or rgb images (default grey)",
    json: "one JSON object a network",
  },
  notes: [NETWORK_NOTE],
  examples: ["summary vae", "summary --size 64x64 dcae", "summary --json m.safetensors"],
  run: summary,
});

async function summary(context: Context): Promise<ExitCode> {
  const { describeNetwork } = await import("../src/models/describe.ts");
  for (const model of context.arguments) {
    const spec = await specOf(model, context);
    const layers = describeNetwork(spec);
    if (context.flags.json) await context.stdout.write(JSON.stringify(record(spec, layers)));
    else for (const line of table(spec, layers)) await context.stdout.write(line);
  }
  return ExitCode.done;
}

async function specOf(model: string, { flags, resolve }: Context): Promise<AutoencoderSpec> {
  const { size, channels, latent } = flags;
  const known = Object.hasOwn(ARCHITECTURES, model) ? ARCHITECTURES[model] : undefined;
  const architecture = known ??
    (isNetworkFile(model) ? await readNetworkFile(resolve(model), model) : undefined);
  if (architecture) {
    const [height, width, own] = architecture.madeFor ?? [28, 28, 1];
    const inputShape = [
      size?.height ?? height,
      size?.width ?? width,
      channels ? (channels === "grey" ? 1 : 3) : own,
    ] as const;
    return architecture.build({ inputShape, latent });
  }
  if (/^[\w-]+$/.test(model)) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" as it must be an architecture or a file: there are ${ARCHITECTURE_NAMES}`,
      { hint: suggestion(model) },
    );
  }
  if (size ?? channels ?? latent) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" with --size, --channels or --latent as a trained model has its own`,
      { hint: "leave them away" },
    );
  }
  const { decodeModel } = await import("../src/store/mod.ts");
  const { spec } = decodeModel(await readModelBytes(resolve(model), model), model);
  if (!("kind" in spec)) return spec;
  throw new StrayError(
    "usage",
    `Cannot list the layers of "${model}" as it must be an autoencoder: it is a ${spec.kind}`,
    { hint: "see `info`" },
  );
}

function suggestion(name: string): string | undefined {
  const close = suggest(name, Object.keys(ARCHITECTURES));
  return close === undefined ? undefined : `did you mean ${close}?`;
}

/** As the parameters of a model file are named. */
function nameOf({ part, index, layer }: LayerDescription): string {
  return `${part}/${index}_${layer.type}`;
}

function totals(layers: readonly LayerDescription[]) {
  const trainable = layers.reduce((sum, layer) => sum + layer.trainable, 0);
  const running = layers.reduce((sum, layer) => sum + layer.running, 0);
  return { trainable, running, total: trainable + running };
}

function record(spec: AutoencoderSpec, layers: readonly LayerDescription[]) {
  const { name, inputShape, latent, loss, beta, output = "sigmoid" } = spec;
  return {
    name,
    inputShape,
    latent,
    loss,
    beta,
    output,
    layers: layers.map((described) => ({
      name: nameOf(described),
      ...described.layer,
      inputShape: described.inputShape,
      outputShape: described.outputShape,
      parameters: described.trainable + described.running,
    })),
    parameters: totals(layers),
  };
}

/** What a layer's numbers are, in a few words. */
function settings(layer: Layer): string {
  switch (layer.type) {
    case "conv2d":
    case "conv2dTranspose": {
      const { kernel, stride, pad, bias, activation } = layer;
      const words = [`${kernel} x ${kernel}`];
      if (stride > 1) words.push(`stride ${stride}`);
      if (`${pad}` !== "0") words.push(`pad ${typeof pad === "number" ? pad : pad.join("+")}`);
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

function table(spec: AutoencoderSpec, layers: readonly LayerDescription[]): string[] {
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
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ");
  const rule = "-".repeat(widths.reduce((sum, n) => sum + n + 2, -2));
  return [
    spec.name,
    rule,
    line(rows[0]!),
    rule,
    ...rows.slice(1).map(line),
    rule,
    `${total} parameters: ${trainable} trained, ${running} running means and variances`,
  ];
}
