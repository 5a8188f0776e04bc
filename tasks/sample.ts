/** `sample`: makes new images from a model's latents. */

import { type CommandContext, defineCommand, ExitCode, usageError } from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { encodePng, type Image } from "../src/images/mod.ts";
import { contactSheet, valueRange } from "../src/report/mod.ts";
import { fileIdentity } from "../src/file_identity.ts";
import { checkWritable, makeFolder, writeFileAtomically } from "../src/write_file.ts";
import { MODEL_FLAGS } from "./_image_batches.ts";
import { openDetector } from "./_open_detector.ts";
import { decodePlan, makePlan, type Plan } from "./_sample_plan.ts";
import { countOf } from "../src/count_of.ts";

const SAMPLE_FLAGS = [
  ...MODEL_FLAGS,
  "out",
  "count",
  "class",
  "gibbs",
  "traverse",
  "between",
  "seed",
] as const;

type Context = CommandContext<typeof SAMPLE_FLAGS[number]>;

/** `sample`. */
export const command = defineCommand({
  name: "sample",
  operands: {
    name: "IMAGE",
    help: "with --between: the images to interpolate to",
    least: 0,
    path: "reads",
  },
  flags: SAMPLE_FLAGS,
  help: {
    out: "FILE.png for one contact sheet; or a folder for one PNG per image, created if missing",
    count: "number of images, or of steps with --traverse and --between (default 64; 11 steps)",
    class: "label of the images, for a label-conditioned model (default: all in turn)",
    gibbs: "Gibbs sampling steps from random pixels (rbm; default 1000)",
    traverse:
      "one row per unit of this image's latent: the unit goes from -3 to 3 standard deviations " +
      "(rbm: from 0 to 1), the others stay",
    between: "interpolate linearly from this image's latent to those of the other images",
    seed: "seed of the random latents (default 0)",
  },
  notes: [
    "Without --traverse and --between, latents are drawn from the prior. Models with a prior are the " +
    "variational ones, aae, pca (normal, with the standard deviations of the components) and rbm " +
    "(Gibbs sampling). An image is FILE or FILE#INDEX.",
  ],
  examples: [
    "sample --model m.safetensors --out samples.png",
    "sample --model m.safetensors --between a.png b.png --out path.png",
    "sample --model m.safetensors --traverse t10k-images-idx3-ubyte.gz#7 --out units.png",
  ],
  run: sample,
});

async function sample(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  const { out, traverse, between } = flags;
  if (out === undefined) {
    throw usageError("Cannot sample as --out must be given", "add --out samples.png");
  }
  if (traverse !== undefined && between !== undefined) {
    throw usageError("Cannot use --traverse and --between together", "give one of the two");
  }
  if (between === undefined && context.arguments.length > 0) {
    throw usageError(
      `Cannot sample as only --between takes images: found "${context.arguments[0]}"`,
      "--between A B goes from A to B",
    );
  }
  if (between !== undefined && context.arguments.length === 0) {
    throw usageError("Cannot sample between as there must be two images", "--between A B");
  }
  const sheet = out.endsWith(".png");
  if (sheet) await checkWritable(resolve(out));
  else await makeFolder(resolve(out));
  const { detector } = await openDetector(context, "sample");
  try {
    const plan = await makePlan(context, detector);
    const images = await decodePlan(plan, detector, context.signal);
    if (sheet) await writeSheet(resolve(out), images, plan, detector);
    else await writeImages(resolve(out), images, detector, context);
    stderr.info(`wrote ${out}: ${countOf(images.length, "image")}`);
  } finally {
    detector.dispose();
  }
  return ExitCode.done;
}

async function writeSheet(
  path: string,
  images: readonly Float32Array[],
  { columns }: Plan,
  detector: Detector,
): Promise<void> {
  const sheet = contactSheet(images, { ...shapeOf(detector, images), columns });
  await writeFileAtomically(path, await encodePng(sheet));
}

async function writeImages(
  folder: string,
  images: readonly Float32Array[],
  detector: Detector,
  { files }: Context,
): Promise<void> {
  const { width, height, channels, range: [low, high] } = shapeOf(detector, images);
  const digits = String(images.length - 1).length;
  const paths = Array.from(
    images,
    (_, i) => `${folder}/${String(i).padStart(digits, "0")}.png`,
  );
  for (const path of paths) {
    if (!files?.inputs.has(fileIdentity(path))) continue;
    throw usageError(
      `Cannot write "${path}" as it must be another file than the images read`,
      "give another folder with --out",
    );
  }
  for (const [i, values] of images.entries()) {
    const data = Uint8Array.from(
      values,
      (value) => Math.min(255, Math.max(0, Math.round(255 * (value - low) / (high - low || 1)))),
    );
    const image: Image = { width, height, channels, data, white: 255 };
    await writeFileAtomically(paths[i]!, await encodePng(image));
  }
}

/** Shape and range of images; without a scale, black and white are the least and greatest values. */
function shapeOf(detector: Detector, images: readonly Float32Array[]) {
  const { width, height, channels, scale } = detector.model.input;
  const range = scale.kind === "none" ? valueRange(images) : [0, 1] as const;
  return { width, height, channels, range };
}
