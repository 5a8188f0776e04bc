/** `summary`: lists the layers of a network, their shapes and parameters. */

import { type CommandContext, defineCommand, didYouMean, ExitCode } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { ARCHITECTURES } from "../src/models/architectures/mod.ts";
import type { AutoencoderSpec } from "../src/models/spec.ts";
import { KINDS } from "../src/models/kinds.ts";
import type { ModelFile } from "../src/store/mod.ts";
import {
  ARCHITECTURE_NAMES,
  isNetworkFile,
  NETWORK_NOTE,
  readNetworkFile,
} from "./_architecture.ts";
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
    help: `architecture (${ARCHITECTURE_NAMES}), network as .json, or model file`,
    least: 1,
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
  const { describeNetwork } = await import("../src/models/describe.ts");
  const layers = describeNetwork(found);
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
  if (Object.hasOwn(KINDS, model)) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" as its parameters depend on the images`,
      { hint: "train one and give its file" },
    );
  }
  if (/^[\w-]+$/.test(model)) {
    throw new StrayError(
      "usage",
      `Cannot describe "${model}" as it must be an architecture or a file: there are ${ARCHITECTURE_NAMES}`,
      { hint: didYouMean(model, Object.keys(ARCHITECTURES)) },
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
  return "kind" in spec ? { name: spec.name, tensors: weights } : spec;
}
