/** `summary`: lists the layers of a network, their shapes and parameters. */

import { type CommandContext, defineCommand, ExitCode } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import {
  AUTOENCODER,
  type AutoencoderSpec,
  findModel,
  type ModelTemplate,
  modelTypeOf,
} from "../src/models/mod.ts";
import type { ModelFile } from "../src/store/mod.ts";
import { didYouMean } from "../src/suggest.ts";
import { isNetworkFile, NETWORK_NAMES, NETWORK_NOTE, readNetworkFile } from "./_models.ts";
import { eachOperand } from "./_each_operand.ts";
import { layerRecord, layerTable, tensorRecord, tensorTable } from "./_layer_table.ts";
import { readUserFile } from "./_read_file.ts";

const SUMMARY_FLAGS = ["size", "channels", "latent", "json"] as const;

type Context = CommandContext<typeof SUMMARY_FLAGS[number]>;

/** `summary`. */
export const command = defineCommand({
  name: "summary",
  operands: {
    name: "MODEL",
    help: `architecture (${NETWORK_NAMES.join(", ")}), network as .json, or model file`,
    least: 1,
    path: "reads",
    choices: NETWORK_NAMES,
  },
  flags: SUMMARY_FLAGS,
  help: {
    size: "size of the images (default: the architecture's own, mostly 28x28)",
    channels: "grey or rgb images (default grey)",
    json: "print one JSON object per network",
  },
  notes: [NETWORK_NOTE],
  examples: ["summary vae", "summary --size 64x64 dcae", "summary --json m.safetensors"],
  run: summary,
});

async function summary(context: Context): Promise<ExitCode> {
  const { flags, stdout } = context;
  return await eachOperand(context, async (model) => {
    const { record, table } = await describe(model, context);
    if (flags.json) await stdout.write(JSON.stringify(record));
    else for (const line of table) await stdout.write(line);
  });
}

/** A model as a JSON object, and as lines. */
async function describe(model: string, context: Context) {
  const found = await find(model, context);
  if ("tensors" in found) {
    const { name, tensors } = found;
    return { record: tensorRecord(name, tensors), table: tensorTable(name, tensors) };
  }
  const layers = AUTOENCODER.layers!(found);
  return { record: layerRecord(found, layers), table: layerTable(found, layers) };
}

/** A model that is not a stack of layers. */
interface Other {
  readonly name: string;
  readonly tensors: ModelFile["weights"];
}

/** Finds a model by name, network file or model file. */
async function find(
  model: string,
  { flags, resolve }: Context,
): Promise<AutoencoderSpec | Other> {
  const { size, channels, latent } = flags;
  const known = findModel(model);
  const template: ModelTemplate | undefined = NETWORK_NAMES.includes(model)
    ? known
    : isNetworkFile(model)
    ? await readNetworkFile(resolve(model), model)
    : undefined;
  if (template) {
    const [height, width, own] = template.madeFor ?? [28, 28, 1];
    const inputShape = [
      size?.height ?? height,
      size?.width ?? width,
      channels ? (channels === "grey" ? 1 : 3) : own,
    ] as const;
    return template.build({ inputShape, latent }) as AutoencoderSpec;
  }
  if (known) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" as its parameters depend on the images`,
      { hint: "train one and give its file" },
    );
  }
  if (/^[\w-]+$/.test(model)) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" as it must be an architecture or a file: there are ${
        NETWORK_NAMES.join(", ")
      }`,
      { hint: didYouMean(model, NETWORK_NAMES) },
    );
  }
  if (size ?? channels ?? latent) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" with --size, --channels or --latent as a trained model has its own`,
      { hint: "omit them" },
    );
  }
  const { decodeModel } = await import("../src/store/mod.ts");
  const { spec, weights } = decodeModel(await readUserFile(resolve(model), model), model);
  return modelTypeOf(spec).layers ? spec as AutoencoderSpec : { name: spec.name, tensors: weights };
}
