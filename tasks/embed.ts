/** `embed`: latents of images, and their map on a plane. */

import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  type JsonObject,
  usageError,
} from "../src/cli/mod.ts";
import type { EntryName, FailedSample } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import type { ModelInput } from "../src/images/mod.ts";
import { encodeNpy } from "../src/npy.ts";
import type { Shard } from "../src/shard.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import { MODEL_FLAGS, nothingRead, readBatches, warnFailed } from "./_image_batches.ts";
import { encodeAll } from "./_image_table.ts";
import { makeMap, type PlaneMap } from "./_map.ts";
import { type EndCode, readMaxErrors } from "./_max_errors.ts";
import { openDetector } from "./_open_detector.ts";
import { errorField, otherFields, shortestFloat32, sortLabels } from "./_record_fields.ts";
import { readShard, SHARD_NOTE } from "./_shard.ts";
import { SOURCE_OPERANDS } from "./_source_flags.ts";
import { countOf } from "../src/count_of.ts";

const EMBED_FLAGS = [...MODEL_FLAGS, "shard", "max-errors", "map", "out", "seed"] as const;

type Context = CommandContext<typeof EMBED_FLAGS[number]>;

/** `embed`. */
export const command = defineCommand({
  name: "embed",
  operands: SOURCE_OPERANDS,
  flags: EMBED_FLAGS,
  furtherOutputs: ({ out }) => out?.endsWith(".npy") ? [recordsBeside(out)] : [],
  help: {
    map: "add coordinates x and y on a plane, by pca, tsne or umap",
    out:
      "write to a file instead of stdout: latents to FILE.npy, or with --map a drawing to FILE.png",
    seed: "seed of the map (default 0)",
  },
  notes: [
    'Prints {"path":…,"label":…,"latent":[…]} per image, in order; with --map also "x" and "y". ' +
    "FILE.npy comes with FILE.ndjson, a record per row of the array. The latent of a variational " +
    "autoencoder is its mean.",
    "A t-SNE of 5,000 images takes about half a minute; its time grows with the square of the number " +
    "of images. The trustworthiness of a map of up to 5,000 images (how far neighbours on the map " +
    "are neighbours among the latents) is reported on stderr.",
    SHARD_NOTE,
  ],
  examples: [
    "embed --model m.safetensors photos | jq -c .latent",
    "embed --model m.safetensors --map tsne --limit 5000 t10k-images-idx3-ubyte.gz --out map.png",
  ],
  run: embed,
});

async function embed(context: Context): Promise<ExitCode> {
  const { out, map, shard: shardText } = context.flags;
  const endCode = readMaxErrors(context.flags["max-errors"]), shard = readShard(shardText);
  if (shard && map !== undefined) {
    throw usageError(
      "Cannot use --shard and --map together as a map compares all images",
      "map the latents of all parts in one run",
    );
  }
  if (out !== undefined) await checkOut(out, map, context);
  const { detector } = await openDetector(context, "embed");
  try {
    return out === undefined && map === undefined
      ? await stream(context, detector, endCode, shard)
      : await embedAll(context, detector, endCode, shard);
  } finally {
    detector.dispose();
    context.stderr.progress(undefined);
  }
}

async function checkOut(out: string, map: Context["flags"]["map"], { resolve }: Context) {
  const drawing = out.endsWith(".png");
  if (!drawing && !out.endsWith(".npy")) {
    throw usageError(
      `Cannot embed as --out must be FILE.npy or FILE.png: current value is "${out}"`,
      "records go to stdout: omit --out, and use > FILE.ndjson",
    );
  }
  if (drawing && map === undefined) {
    throw usageError(`Cannot draw "${out}" as there must be a map`, "add --map tsne");
  }
  await checkWritable(resolve(out));
  if (!drawing) await checkWritable(resolve(recordsBeside(out)));
}

/** Prints the lines of each batch as soon as it is done. */
async function stream(
  context: Context,
  detector: Detector,
  endCode: EndCode,
  shard: Shard | undefined,
): Promise<ExitCode> {
  const { stdout, stderr } = context;
  let count = 0, failures = 0;
  const batches = readBatches(context.arguments, context, detector, context.flags.limit, shard);
  for await (const batch of batches) {
    const { values, size } = await detector.encode(batch.values, batch.count);
    let at = 0;
    for (const entry of batch.entries) {
      count++;
      if ("error" in entry) {
        failures++;
        await stdout.write(JSON.stringify(failureOf(entry)));
        continue;
      }
      await stdout.write(JSON.stringify(recordOf(entry, values.subarray(at, at += size))));
    }
    await stdout.flush();
    stderr.progress(`${countOf(count, "image")} embedded`);
  }
  stderr.progress(undefined);
  if (count === 0 && !shard) throw nothingRead("embed");
  if (failures > 0) stderr.warn(`${failures} of ${count} images could not be embedded`);
  return endCode(failures, count);
}

/** Fields that belong to the record; the input's do not replace them. */
const OWN_FIELDS = ["path", "error", "label", "latent", "x", "y"];

/** The record of an image that could not be embedded. */
function failureOf(
  { path, label, error, fields }: FailedSample,
): JsonObject {
  return { path, ...errorField(error), label, ...otherFields(fields, OWN_FIELDS) };
}

/** The record of an image: its own fields override fields of the input. */
function recordOf(
  { path, label, fields }: EntryName,
  latent: Float32Array | undefined,
  place?: { readonly x: number; readonly y: number },
): JsonObject {
  return {
    path,
    ...(label !== undefined && { label }),
    ...(latent && { latent: Array.from(latent, shortestFloat32) }),
    ...place,
    ...otherFields(fields, OWN_FIELDS),
  };
}

async function embedAll(
  context: Context,
  detector: Detector,
  endCode: EndCode,
  shard: Shard | undefined,
): Promise<ExitCode> {
  const { flags, stdout, stderr } = context;
  const { input } = detector.model;
  const { names, failed, entries, values, size, images } = await encodeAll(
    context.arguments,
    context,
    detector,
    {
      action: "embed",
      shard,
      keepImages: (flags.out?.endsWith(".png") ?? false) && input.scale.kind !== "none",
    },
  );
  warnFailed(context, failed);
  const map = flags.map === undefined
    ? undefined
    : await makeMap(flags.map, values, names.length, context);
  const places = map && Array.from(names, (_, i) => ({
    x: shortestFloat32(Math.fround(map.xy[2 * i]!)),
    y: shortestFloat32(Math.fround(map.xy[2 * i + 1]!)),
  }));
  if (flags.out?.endsWith(".npy")) {
    const records = names.map((name, i) => recordOf(name, undefined, places?.[i]));
    await writeArray(flags.out, context, encodeNpy(values, [names.length, size]), records);
  } else if (flags.out !== undefined) {
    await draw(flags.out, context, map!, names, { ...input, values: images });
  } else {
    let i = 0;
    for (const entry of entries) {
      if ("error" in entry) await stdout.write(JSON.stringify(failureOf(entry)));
      else {
        const latent = values.subarray(i * size, (i + 1) * size);
        await stdout.write(JSON.stringify(recordOf(entry, latent, places?.[i++])));
      }
    }
  }
  if (flags.out !== undefined) stderr.info(`wrote ${flags.out}: ${countOf(names.length, "image")}`);
  return endCode(failed.length, entries.length);
}

/** The file of the records of an array. */
function recordsBeside(out: string): string {
  return out.replace(/\.npy$/, ".ndjson");
}

/** Writes an array, and beside it the records of its rows. */
async function writeArray(
  out: string,
  { resolve }: Context,
  array: Uint8Array,
  records: readonly JsonObject[],
): Promise<void> {
  await writeFileAtomically(resolve(out), array);
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  await writeFileAtomically(resolve(recordsBeside(out)), new TextEncoder().encode(lines));
}

/** Draws the map, with thumbnails if `values` holds the images. */
async function draw(
  out: string,
  { resolve }: Context,
  { xy }: PlaneMap,
  names: readonly EntryName[],
  { values, width, height, channels }: ModelInput & { readonly values: Float32Array },
): Promise<void> {
  const { drawMap } = await import("../src/report/mod.ts");
  const { encodePng } = await import("../src/images/mod.ts");
  const labels = sortLabels(names.map(({ label }) => label ?? ""));
  const drawing = drawMap(xy, {
    classes: names.map(({ label }) => labels.indexOf(label ?? "")),
    ...(values.length > 0 && { images: { values, width, height, channels } }),
  });
  await writeFileAtomically(resolve(out), await encodePng(drawing));
}
