/** `simulate`: labelled images of gravitational lenses, with and without substructure. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  usageError,
  VERSION,
} from "../src/cli/mod.ts";
import {
  LENS_CLASSES,
  type LensClass,
  type Recipe,
  RECIPE_NAMES,
  type SourceImage,
  writeRecipe,
} from "../src/lensing/mod.ts";
import { type ImageFormat, type SimulationSettings, sourceImageOf } from "../src/simulation/mod.ts";
import { didYouMean } from "../src/suggest.ts";
import { threadCount } from "../src/workers/mod.ts";
import { readImages, readPsf } from "./_input_images.ts";
import { listOfRecipes } from "./_simulate_list.ts";
import { writeFolder, writeStream } from "./_simulate_output.ts";
import { readShard, SHARD_NOTE } from "./_shard.ts";
import { chosenRecipe, RECIPE_FLAGS } from "./_simulate_recipe.ts";

const SIMULATE_FLAGS = [
  "recipe",
  "classes",
  "count",
  "start",
  "shard",
  "size",
  "seed",
  "out",
  "format",
  "set",
  "source",
  "psf",
  "instrument",
  "maps",
  "stdout",
  "show",
  "list",
  "workers",
] as const;

type Context = CommandContext<typeof SIMULATE_FLAGS[number] | typeof RECIPE_FLAGS[number]>;

/** Maximum number of images that `--source` reads. */
const MAX_SOURCES = 1000;

/** `simulate`. */
export const command = defineCommand({
  name: "simulate",
  flags: SIMULATE_FLAGS,
  named: ["recipe"],
  choices: { format: ["png", "png16", "npy", "npz", "fits"] },
  help: {
    recipe: `${RECIPE_NAMES.join(", ")}, or a recipe file, .json (default model-b)`,
    classes: "no_sub, cdm (subhalos), vortex (default all three)",
    count: "images per class (default 100)",
    size:
      "columns and rows; keeps the field of view, except with --instrument, which sets the pixel " +
      "scale (default: the recipe's)",
    seed: "identifies an image together with class and index (default 0)",
    out:
      "output folder: one folder per class and manifest.ndjson; an existing folder is resumed: only " +
      "missing images are simulated",
    format:
      "png (8 bits), png16, npy (one stack per class), npz (one stack, with labels) or fits " +
      "(default png)",
    set:
      "change the distribution of a parameter: source.redshift=uniform(0.8,1.2); may be repeated",
    source: "lens this image, or the images of this folder, instead of a model galaxy",
    psf: "image of a star on the pixels of the simulation, for instance FITS: a square with odd " +
      "sides, sky subtracted",
    instrument: "observe by hst, euclid-vis, rubin or jwst-nircam: sets pixels, PSF, sky and noise",
    maps: "also write convergence, deflection and magnification (npz) and critical curves (JSON)",
    stdout:
      "without --out: tar, or ndjson that contains the files, for train --data - and score -; " +
      "with --out: paths, one record per image",
    show: "print the recipe as JSON, a template for a recipe file, and exit",
    list: "print all recipes, and all parameters with their units, and exit",
    workers: "number of threads; it does not change the images (default all cores)",
  },
  notes: [
    "A recipe is a table of parameters and their distributions: a number, choice(A, B), uniform(LOW, " +
    "HIGH), loguniform(LOW, HIGH), normal(MEAN, DEVIATION, LOW, HIGH), lognormal(MEDIAN, DEVIATION, " +
    "LOW, HIGH), powerlaw(LOW, HIGH, SLOPE) or poisson(MEAN). A file can extend a built-in recipe: " +
    '{"extends": "model-b", "parameters": {"halo.einstein_radius": "uniform(0.8, 1.6)"}}.',
    "Pixel values of png, npy and npz are in [0, 1]: image.stretch maps brightness between " +
    "image.black and image.white of the recipe. The mapping is the same for all classes and does not " +
    "depend on the image. --set image.stretch=none keeps electron/s in npy and npz; fits always does.",
    "A manifest line contains path, label, seed, all parameters with units, the signal-to-noise ratio, " +
    "and residual: the difference from the twin, the same image without substructure.",
    "Another --start draws other images of the same series, with other names. The parts of --shard may go " +
    "to folders of their own or to one, one after another; the manifests in order are that of one run. As npy or " +
    "npz each part has a folder of its own, with the stacks of its images: those of the parts, joined in order along the first " +
    "axis, are those of one run, and paths in the manifest count within the part. " +
    SHARD_NOTE,
  ],
  examples: [
    "simulate --recipe model-b --classes no_sub --count 4000 --out lens/train",
    "simulate --recipe realistic --size 64x64 --format npz --seed 1 --out lens/test",
    "simulate --recipe model-a --set halo.einstein_radius=1.5 --count 9 --stdout tar | tar x",
    "simulate --classes no_sub --stdout ndjson | deno task train --data - --out lens.safetensors",
    "simulate --recipe realistic --show > mine.json",
  ],
  run: simulate,
});

async function simulate(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, signal } = context;
  if (flags.list) {
    for (const line of listOfRecipes()) await stdout.write(line);
    return ExitCode.done;
  }
  const recipe = await chosenRecipe(context);
  if (flags.show) {
    await stdout.write(JSON.stringify(writeRecipe(recipe), undefined, 2));
    return ExitCode.done;
  }
  checkOutput(flags, recipe);
  const settings: SimulationSettings = {
    recipe,
    classes: chosenClasses(flags.classes),
    count: flags.count ?? 100,
    start: flags.start,
    shard: readShard(flags.shard),
    seed: flags.seed ?? 0,
    format: formatOf(flags),
    maps: flags.maps,
    sources: flags.source === undefined ? [] : await readSourceImages(flags.source, context),
    psf: flags.psf === undefined ? undefined : await readPsf(flags.psf, context),
    version: VERSION,
  };
  const options = {
    workers: threadCount(flags.workers),
    signal,
    onWarning: (message: string) => stderr.warn(message),
  };
  if (flags.out === undefined) await writeStream(settings, context, options);
  else await writeFolder(flags.out, settings, context, options);
  return ExitCode.done;
}

function formatOf({ format = "png" }: Pick<Context["flags"], "format">): ImageFormat {
  return format as ImageFormat; // `choices` leaves no other
}

function checkOutput({ out, stdout, maps, ...flags }: Context["flags"], recipe: Recipe) {
  const format = formatOf(flags);
  if (out === undefined && stdout === undefined) {
    throw usageError("Cannot simulate as --out is missing", "add --out DIR, or --stdout tar");
  }
  if (out === undefined && stdout === "paths") {
    throw usageError("Cannot write paths as --out is missing", "add --out DIR");
  }
  if (out !== undefined && (stdout === "tar" || stdout === "ndjson")) {
    throw usageError(`Cannot use --out and --stdout ${stdout} together`, "set one of the two");
  }
  if (out === undefined && (format === "npy" || format === "npz")) {
    throw usageError(
      `Cannot write ${format} to stdout as its files are complete only at the end`,
      "--format png16 or fits keeps the depth; or add --out DIR",
    );
  }
  if (maps && stdout === "ndjson") {
    throw usageError("Cannot write maps as NDJSON", "--stdout tar, or --out DIR");
  }
  const colour = recipe.parameters["image.colour"];
  if (format === "fits" && !(colour?.kind === "constant" && colour.value === "grey")) {
    throw usageError(
      "Cannot write FITS as image.colour must be grey: FITS images have one band",
      "--set image.colour=grey, or --format png16, npy or npz",
    );
  }
  const stretch = recipe.parameters["image.stretch"];
  const none = stretch?.kind === "constant" ? stretch.value === "none" : true;
  if (none && (format === "png" || format === "png16")) {
    throw usageError(
      "Cannot write PNG as image.stretch must be linear, sqrt or asinh: current value is none",
      "--format npy, npz or fits stores electron/s",
    );
  }
}

function chosenClasses(names: readonly string[] | undefined): readonly LensClass[] {
  for (const name of names ?? []) {
    if (LENS_CLASSES.some((known) => known === name)) continue;
    throw usageError(
      `Cannot simulate "${name}" as --classes must be from ${LENS_CLASSES.join(", ")}`,
      didYouMean(name, LENS_CLASSES, `--classes ${LENS_CLASSES.join(",")}`),
    );
  }
  return LENS_CLASSES.filter((name) => names === undefined || names.includes(name));
}

async function readSourceImages(source: string, context: Context): Promise<SourceImage[]> {
  const entries = readImages(source, MAX_SOURCES, context);
  return await Array.fromAsync(entries, ({ image, path }) => sourceImageOf(image, path));
}
