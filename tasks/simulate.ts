/** `simulate`: labelled images of gravitational lenses, with and without dark-matter substructure. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  type FlagName,
  VERSION,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import {
  LENS_CLASSES,
  type LensClass,
  type Recipe,
  RECIPE_NAMES,
  type SourceImage,
  writeRecipe,
} from "../src/lensing/mod.ts";
import type { PsfImage, SimulationSettings } from "../src/simulation/mod.ts";
import { suggest } from "../src/suggest.ts";
import { listOfRecipes } from "./_simulate_list.ts";
import { writeFolder, writeStream } from "./_simulate_output.ts";
import { giveUpWriting } from "./permissions.ts";
import { chosenRecipe, RECIPE_FLAGS } from "./_simulate_recipe.ts";

const SIMULATE_FLAGS = [
  "recipe",
  "classes",
  "count",
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
] as const satisfies readonly FlagName[];

type Context = CommandContext<typeof SIMULATE_FLAGS[number] | typeof RECIPE_FLAGS[number]>;

/** Most images that `--source` takes. */
const MOST_SOURCES = 1000;

/** `simulate`. */
export const command = defineCommand({
  name: "simulate",
  flags: SIMULATE_FLAGS,
  help: {
    recipe: `${RECIPE_NAMES.join(", ")}; or a file of one's own, .json (default model-b)`,
    classes: "no_sub, cdm (subhalos), vortex (default all three)",
    count: "images of each class (default 100)",
    size: "columns and rows; the field of view stays, so that pixels get larger or smaller, but " +
      "with --instrument, whose pixels have a size (default: the recipe's)",
    seed:
      "with class and index it names an image, which is the same whatever else is made (default 0)",
    out:
      "the folder that gets a folder a class and manifest.ndjson; made if need be, and taken up " +
      "again where it lacks images",
    format:
      "png (8 bits), png16, npy (a stack a class), npz (one, with labels) or fits (default png)",
    set: "draw a parameter from this instead, as source.redshift=uniform(0.8,1.2); may be repeated",
    source: "lens this image, or one of the images of this folder, instead of a model galaxy",
    psf:
      "a star as the camera sees it, in pixels of the image: a square of an odd side, sky taken off, " +
      "for instance FITS",
    instrument: "see the lens by hst, euclid-vis, rubin or jwst-nircam: pixels, PSF, sky, noise",
    maps: "also write convergence, deflection and magnification (npz) and critical curves (JSON)",
    stdout:
      "without --out: tar, or ndjson that holds the files, for --data - of train and score; with --out: " +
      "paths, a record an image",
    show: "print the recipe as JSON, a file to start from, and stop",
    list: "print the recipes, and all parameters with their units, and stop",
    workers: "threads that make images; they are the same for any number (default all cores)",
  },
  notes: [
    "A recipe is a table: parameter, and what it is drawn from: a number, choice(A, B), uniform(LOW, " +
    "HIGH), loguniform(LOW, HIGH), normal(MEAN, DEVIATION, LOW, HIGH), lognormal(MEDIAN, DEVIATION, " +
    "LOW, HIGH), powerlaw(LOW, HIGH, SLOPE) or poisson(MEAN). A file may extend a built-in one: " +
    '{"extends": "model-b", "parameters": {"halo.einstein_radius": "uniform(0.8, 1.6)"}}.',
    "Pixels of png, npy and npz are from 0 to 1: brightness between the recipe's image.black and " +
    "image.white by image.stretch, the same for all classes, nothing taken from the image itself. " +
    "--set image.stretch=none keeps electron/s in npy and npz; fits always does.",
    "A line of the manifest has path, label, seed, every parameter with its unit, the signal-to-noise " +
    "ratio, and residual: how much the image differs from its twin without substructure.",
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
  if (flags.out === undefined) giveUpWriting();
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
    seed: flags.seed ?? 0,
    format: flags.format ?? "png",
    maps: flags.maps,
    sources: flags.source === undefined ? [] : await readSourceImages(flags.source, context),
    psf: flags.psf === undefined ? undefined : await readPsf(flags.psf, context),
    version: VERSION,
  };
  const options = {
    workers: flags.workers,
    signal,
    onWarning: (message: string) => stderr.warn(message),
  };
  if (flags.out === undefined) await writeStream(settings, context, options);
  else await writeFolder(flags.out, settings, context, options);
  return ExitCode.done;
}

function checkOutput({ out, stdout, format = "png", maps }: Context["flags"], recipe: Recipe) {
  if (out === undefined && stdout === undefined) {
    throw usage("Cannot simulate as --out must be given", "add --out DIR, or --stdout tar");
  }
  if (out === undefined && stdout === "paths") {
    throw usage("Cannot write paths as --out must be given", "add --out DIR");
  }
  if (out !== undefined && (stdout === "tar" || stdout === "ndjson")) {
    throw usage(`Cannot use --out and --stdout ${stdout} together`, "give one of the two");
  }
  if (out === undefined && (format === "npy" || format === "npz")) {
    throw usage(
      `Cannot write ${format} to stdout as its files are made at the end`,
      "--format png16 or fits keeps the depth; or give --out",
    );
  }
  if (maps && stdout === "ndjson") {
    throw usage("Cannot write maps as NDJSON", "--stdout tar, or --out DIR");
  }
  const colour = recipe.parameters["image.colour"];
  if (format === "fits" && !(colour?.kind === "constant" && colour.value === "grey")) {
    throw usage(
      "Cannot write FITS as image.colour must be grey: an image has one band there",
      "--set image.colour=grey, or --format png16, npy or npz",
    );
  }
  const stretch = recipe.parameters["image.stretch"];
  const none = stretch?.kind === "constant" ? stretch.value === "none" : true;
  if (none && (format === "png" || format === "png16")) {
    throw usage(
      "Cannot write PNG as image.stretch must be linear, sqrt or asinh: current value is none",
      "--format npy, npz or fits holds electron/s",
    );
  }
}

function chosenClasses(names: readonly string[] | undefined): readonly LensClass[] {
  for (const name of names ?? []) {
    if (LENS_CLASSES.some((known) => known === name)) continue;
    const near = suggest(name, LENS_CLASSES);
    throw usage(
      `Cannot simulate "${name}" as --classes must be of ${LENS_CLASSES.join(", ")}`,
      near === undefined ? `--classes ${LENS_CLASSES.join(",")}` : `did you mean ${near}`,
    );
  }
  return LENS_CLASSES.filter((name) => names === undefined || names.includes(name));
}

async function readSourceImages(source: string, context: Context): Promise<SourceImage[]> {
  const { readSources } = await import("../src/datasets/mod.ts");
  const { sourceImageOf } = await import("../src/simulation/mod.ts");
  const images: SourceImage[] = [];
  const options = { baseDirectory: context.directory, signal: context.signal };
  for await (const entry of readSources([source], { ...options, limit: MOST_SOURCES })) {
    if ("error" in entry) throw entry.error;
    images.push(sourceImageOf(entry.image, entry.path));
  }
  return images;
}

async function readPsf(path: string, context: Context): Promise<PsfImage> {
  const { readSources } = await import("../src/datasets/mod.ts");
  const { psfImageOf } = await import("../src/simulation/mod.ts");
  const options = { baseDirectory: context.directory, signal: context.signal, limit: 1 };
  for await (const entry of readSources([path], options)) {
    if ("error" in entry) throw entry.error;
    return psfImageOf(entry.image, entry.path);
  }
  throw usage(`Cannot read the PSF "${path}" as there is no image`, "give --psf FILE.fits");
}

function usage(message: string, hint: string): StrayError {
  return new StrayError("usage", message, { hint });
}
