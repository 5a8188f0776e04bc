/** The latents of the images that `sample` draws. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError, withImageName } from "../src/errors.ts";
import { modelTypeOf } from "../src/models/mod.ts";
import { Random } from "../src/random.ts";
import { EventLoopYielder } from "../src/yield_to_event_loop.ts";
import { drawHidden } from "./_gibbs.ts";
import type { MODEL_FLAGS } from "./_image_batches.ts";
import { encodeAll } from "./_image_table.ts";
import { choosePrior } from "./_prior.ts";

type Context = CommandContext<
  typeof MODEL_FLAGS[number] | "count" | "class" | "gibbs" | "traverse" | "between" | "seed"
>;

/** Images to draw. */
export interface Plan {
  /** Latents, concatenated. */
  readonly codes: Float32Array;
  readonly count: number;
  /** Images per row of the sheet. */
  readonly columns: number;
  /** For each image, the index of its label in the model's classes. */
  readonly classes?: Int32Array | undefined;
}

const STEPS = 11;
/** Gibbs sampling steps after which little is left of the random pixels. */
const GIBBS_STEPS = 1000;
/** Samples of all images together: as float32 they take 1 GB. */
const MOST_SAMPLES = 1 << 28;
/** Range of a traversed unit: from minus this to plus this, in standard deviations of the prior. */
const REACH = 3;

/** Refuses more images than fit in memory. */
function checkCount(count: number, { model, inputSize }: Detector): void {
  const most = Math.floor(MOST_SAMPLES / inputSize);
  if (count <= most) return;
  const { width, height, channels } = model.input;
  throw new StrayError(
    "too_large",
    `Cannot sample ${count} images of ${width} x ${height} x ${channels} as they must fit in 1 GB ` +
      `of memory: at most ${most} do`,
    { hint: "lower --count; another --seed draws others" },
  );
}

/**
 * Makes latents: at random, along the units of one, or between some, as the flags say.
 *
 * @param context Flags, operands and stderr.
 * @param detector The model.
 * @returns The latents, and how to draw them.
 * @throws {StrayError} If an image cannot be read, or the model lacks a prior or the given labels.
 */
export async function makePlan(context: Context, detector: Detector): Promise<Plan> {
  const { flags } = context;
  const { spec } = detector.model;
  const sampled = flags.traverse === undefined && flags.between === undefined;
  const gibbs = modelTypeOf(spec).latent?.(spec)?.prior === "hidden-units";
  if (flags.gibbs !== undefined && !(sampled && gibbs)) {
    const reason = sampled
      ? `"${spec.name}" is no Boltzmann machine`
      : "nothing is drawn at random";
    throw new StrayError("usage", `Cannot use --gibbs as ${reason}`, { hint: "omit it" });
  }
  if (flags.traverse !== undefined) return await traversal(flags.traverse, context, detector);
  if (flags.between !== undefined) {
    return await interpolation([flags.between, ...context.arguments], context, detector);
  }
  const { count = 64, seed = 0 } = flags;
  checkCount(count, detector);
  await detector.decode(new Float32Array(), 0); // throws if there is no decoder
  const { latent, deviation, classesOf } = priorOf(detector, flags.class);
  const random = new Random(seed);
  const codes = deviation
    ? Float32Array.from(
      { length: count * latent },
      (_, i) => deviation(i % latent) * random.normal(),
    )
    : await drawHidden(detector, count, flags.gibbs ?? GIBBS_STEPS, random);
  const { columns, classes } = classesOf(count);
  return { codes, count, columns, classes };
}

/** One row per unit of the latent. */
async function traversal(image: string, context: Context, detector: Detector): Promise<Plan> {
  const columns = Math.max(2, context.flags.count ?? STEPS);
  const { values: code, label } = await latentsOf([image], context, detector);
  const { latent, deviation, classesOf } = priorOf(detector, context.flags.class);
  const count = latent * columns;
  checkCount(count, detector);
  const codes = new Float32Array(count * latent);
  for (let unit = 0; unit < latent; unit++) {
    for (let step = 0; step < columns; step++) {
      const at = (unit * columns + step) * latent;
      codes.set(code, at);
      const share = step / (columns - 1);
      codes[at + unit] = deviation ? deviation(unit) * REACH * (2 * share - 1) : share;
    }
  }
  return { codes, count, columns, classes: classesOf(count, { label }).classes };
}

/** One row from each image to the next. */
async function interpolation(
  paths: readonly string[],
  context: Context,
  detector: Detector,
): Promise<Plan> {
  const columns = Math.max(2, context.flags.count ?? STEPS);
  const { values: ends, label } = await latentsOf(paths, context, detector);
  const size = ends.length / paths.length;
  const count = (paths.length - 1) * columns;
  checkCount(count, detector);
  const codes = Float32Array.from({ length: count * size }, (_, i) => {
    const unit = i % size, image = Math.floor(i / size);
    const row = Math.floor(image / columns), share = (image % columns) / (columns - 1);
    return (1 - share) * ends[row * size + unit]! + share * ends[(row + 1) * size + unit]!;
  });
  const { spec } = detector.model;
  const conditional = modelTypeOf(spec).latent?.(spec)?.labels !== undefined;
  const classes = conditional || context.flags.class !== undefined
    ? priorOf(detector, context.flags.class).classesOf(count, { label }).classes
    : undefined;
  return { codes, count, columns, classes };
}

/** The latents of single images, and the label of the first. */
async function latentsOf(
  paths: readonly string[],
  context: Context,
  detector: Detector,
): Promise<{ readonly values: Float32Array; readonly label: string | undefined }> {
  const parts: number[] = [];
  let label: string | undefined;
  for (const path of paths) {
    const options = { action: "sample", limit: 2 };
    const { names, failed, values } = await encodeAll([path], context, detector, options);
    if (failed[0]) throw withImageName(failed[0].error, failed[0].path);
    if (names.length > 1) {
      throw new StrayError(
        "usage",
        `Cannot sample around "${path}" as it must be one image: it has several`,
        { hint: `choose one: ${path}#0` },
      );
    }
    if (parts.length === 0) label = names[0]!.label;
    parts.push(...values);
  }
  return { values: Float32Array.from(parts), label };
}

/** The prior of a model. */
function priorOf(detector: Detector, label: string | undefined) {
  const { spec, weights } = detector.model;
  const variances = weights.get("variances")?.data;
  return choosePrior(spec, label, variances instanceof Float32Array ? variances : undefined);
}

/** Decodes the latents of a plan, in batches; throws the reason of the signal once it is aborted. */
export async function decodePlan(
  { codes, count, classes }: Plan,
  detector: Detector,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const size = codes.length / count, images: Float32Array[] = [], yielder = new EventLoopYielder();
  for (let start = 0; start < count; start += detector.batchSize) {
    const end = Math.min(count, start + detector.batchSize);
    const values = await detector.decode(
      codes.subarray(start * size, end * size),
      end - start,
      classes?.subarray(start, end),
    );
    for (let i = 0; i < end - start; i++) {
      images.push(values.slice(i * detector.inputSize, (i + 1) * detector.inputSize));
    }
    await yielder.yield();
    signal.throwIfAborted();
  }
  return images;
}
