/** `neighbours`: measures how well the nearest labelled latents recognise images. */

import { type CommandContext, defineCommand, type ExitCode, usageError } from "../src/cli/mod.ts";
import type { EntryName } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { nearest, vote } from "../src/maps/mod.ts";
import { confusionMatrix } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import { MODEL_FLAGS, warnFailed } from "./_image_batches.ts";
import { encodeAll } from "./_image_table.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { openDetector } from "./_open_detector.ts";
import { sixDigits, sortLabels } from "./_record_fields.ts";

const NEIGHBOURS_FLAGS = [...MODEL_FLAGS, "labelled", "count", "k", "max-errors", "seed"] as const;

const ACTION = "recognise images";

type Context = CommandContext<typeof NEIGHBOURS_FLAGS[number]>;

/** `neighbours`. */
export const command = defineCommand({
  name: "neighbours",
  operands: { name: "SRC", help: "labelled images to recognise", least: 1 },
  flags: NEIGHBOURS_FLAGS,
  help: {
    labelled: "images with known labels; may be repeated (default: --count images of SRC)",
    count: "choose this many of the labelled images at random (default: all of --labelled)",
    limit: "number of images of SRC to read, the first ones",
    seed: "seed of the random choice (default 0)",
  },
  notes: [
    "Every image gets the most frequent label among the k labelled images with the nearest latents " +
    "(Euclidean distance; a tie goes to the nearest). Prints n (images recognised), k, labelled, " +
    "accuracy, classes and confusion: one row per true class, one column per assigned class.",
    "Without --labelled, --count random images of SRC are the labelled ones, and the others are " +
    "recognised.",
  ],
  examples: [
    "neighbours --model m.safetensors --labelled train/ --count 1000 test/ | jq .accuracy",
    "neighbours --model m.safetensors --count 100 --k 3 t10k-images-idx3-ubyte.gz",
  ],
  run: neighbours,
});

/** Images with their latents. */
interface Table {
  readonly names: readonly EntryName[];
  readonly values: Float32Array;
}

async function neighbours(context: Context): Promise<ExitCode> {
  const { flags, stdout } = context;
  const { k = 1, labelled, count } = flags, endCode = readMaxErrors(flags["max-errors"]);
  if (labelled.length === 0 && count === undefined) {
    throw usageError(
      `Cannot ${ACTION} as some must have a known label`,
      "add --labelled SRC, or --count N to take N images of the source",
    );
  }
  const { detector } = await openDetector(context, ACTION);
  try {
    const { known, asked, size, failures } = await readTables(context, detector);
    if (k > known.names.length) {
      throw usageError(
        `Cannot ${ACTION} as --k must be at most the ${known.names.length} labelled ones: ` +
          `current value is ${k}`,
      );
    }
    const classes = sortLabels([...known.names, ...asked.names].map(({ label }) => label!));
    const number = new Map(classes.map((label, i) => [label, i]));
    const numbers = ({ names }: Table) =>
      Uint32Array.from(names, ({ label }) => number.get(label!)!);
    const found = nearest(known.values, asked.values, { dimensions: size, k });
    const actual = numbers(asked);
    const counts = confusionMatrix(
      actual,
      vote(found, k, numbers(known), classes.length),
      classes.length,
    );
    const right = classes.reduce((sum, _, i) => sum + counts[i * classes.length + i]!, 0);
    await stdout.write(JSON.stringify({
      n: actual.length,
      k,
      labelled: known.names.length,
      accuracy: sixDigits(right / actual.length),
      classes,
      confusion: classes.map((_, i) =>
        Array.from(counts.subarray(i * classes.length, (i + 1) * classes.length))
      ),
    }));
    return endCode(failures, known.names.length + asked.names.length + failures);
  } finally {
    detector.dispose();
  }
}

/** Reads the labelled images and the images to recognise. */
async function readTables(context: Context, detector: Detector) {
  const { labelled, count, seed = 0 } = context.flags;
  const asked = await readLabelled(context.arguments, context, detector);
  const { size } = asked;
  const random = new Random(seed);
  if (labelled.length > 0) {
    const known = await readLabelled(labelled, context, detector, Infinity);
    const most = Math.min(count ?? Infinity, known.names.length);
    const chosen = count === undefined
      ? known
      : pick(known, random.permutation(known.names.length).subarray(0, most), size);
    return { known: chosen, asked, size, failures: asked.failures + known.failures };
  }
  const total = asked.names.length;
  if (count! >= total) {
    throw usageError(
      `Cannot ${ACTION} as --count must leave some of the ${total}: current value is ${count}`,
      "take fewer, or give the labelled images by --labelled SRC",
    );
  }
  const order = random.permutation(total);
  return {
    known: pick(asked, order.subarray(0, count), size),
    asked: pick(asked, order.subarray(count).toSorted(), size),
    size,
    failures: asked.failures,
  };
}

async function readLabelled(
  sources: readonly string[],
  context: Context,
  detector: Detector,
  limit?: number,
): Promise<Table & { readonly size: number; readonly failures: number }> {
  const { names, failed, values, size } = await encodeAll(sources, context, detector, {
    action: ACTION,
    ...(limit !== undefined && { limit }),
  });
  warnFailed(context, failed);
  const without = names.find(({ label }) => label === undefined);
  if (without) {
    throw new StrayError(
      "label",
      `Cannot ${ACTION} as every image must have a label: "${without.path}" has none`,
      { hint: "use a folder of class folders, IDX with its labels file, or NDJSON with label" },
    );
  }
  return { names, values, size, failures: failed.length };
}

function pick({ names, values }: Table, chosen: Uint32Array, size: number): Table {
  const picked = new Float32Array(chosen.length * size);
  chosen.forEach((from, to) =>
    picked.set(values.subarray(from * size, (from + 1) * size), to * size)
  );
  return { names: Array.from(chosen, (i) => names[i]!), values: picked };
}
