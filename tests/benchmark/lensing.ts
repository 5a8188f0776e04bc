/** `lensing`: how well models find substructure that they never saw, beside published figures. */

import { parseArgs } from "node:util";
import { RECIPE_NAMES, RECIPES } from "../../src/lensing/mod.ts";
import { entriesOf, type Lens, simulateLenses } from "./lenses.ts";
import { separation, type Tested, testOn, type Trained, trainOn } from "./trial.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const LENSING_HELP = `deno task bench:quality lensing [flags]

Trains on lenses without substructure; tests on 2,500 other lenses without, 1,250 with subhalos and
1,250 with a vortex. All models use their defaults: aae, lens-vae and dcae as published.

  --recipes A,B      (default model-a,model-b)
  --sizes N,M        width in pixels (default 64,150)
  --models A,B       (default aae,lens-vae,dcae,pca,knn)
  --count N          training images (default 3000)
  --test N           test images of all classes (default 5000)
  --epochs N         epochs per training (default: the model's own)
  --batch N          images per step (default: the model's own)
  --seconds X        maximum time per training (default: none)
  --seed N           seed of the training; test images have another (default 1)
  --json             one JSON object per model on stdout; the table goes to stderr
`;

/** The AUROC of arXiv 2008.12731, recomputed from its published arrays: all, subhalos, vortex. */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  "model-a": { aae: [.932, .893, .974], "lens-vae": [.899, .858, .944], dcae: [.730, .683, .774] },
  "model-b": { aae: [.769, .730, .812], "lens-vae": [.735, .702, .775], dcae: [.670, .609, .738] },
};

/** Reconstruction error as published: the mean squared error per pixel. */
const PUBLISHED_SCORE = "mse";

/** Results of one model on one series of images. */
interface Measured {
  readonly recipe: string;
  readonly size: number;
  readonly model: string;
  readonly parameters: number;
  readonly images: number;
  readonly epochs: number;
  readonly seconds: number;
  /** AUROC by the mean squared error: all, subhalos, vortex; absent for models without one. */
  readonly mse?: readonly number[];
  /** AUROC by the model's own default score. */
  readonly own: readonly number[];
  readonly published?: readonly number[];
}

function areas(tested: Tested): number[] {
  const against = (wanted: readonly string[]) =>
    separation(
      tested,
      (label) => label === "no_sub" ? false : wanted.includes(label) ? true : undefined,
    ).auroc;
  return [against(["cdm", "vortex"]), against(["cdm"]), against(["vortex"])];
}

/** Tests by the published score, if the model has it, and by its own. */
async function test(
  { model }: Trained,
  lenses: readonly Lens[],
): Promise<Pick<Measured, "mse" | "own">> {
  const own = areas(await testOn(model, entriesOf(lenses)));
  if (!model.calibrations.has(PUBLISHED_SCORE)) return { own };
  const mse = areas(await testOn(model, entriesOf(lenses), { score: PUBLISHED_SCORE }));
  return { mse, own };
}

function row(measured: Measured): string {
  const { recipe, size, model, parameters, images, epochs, seconds, mse, own, published } =
    measured;
  const cell = (values: readonly number[] | undefined) =>
    values?.map((value) => value.toFixed(3)).join(" / ") ?? "";
  return tableRow([
    recipe,
    `${size}`,
    `\`${model}\``,
    parameters.toLocaleString("en-US"),
    `${images.toLocaleString("en-US")} x ${epochs}`,
    seconds.toFixed(0),
    cell(mse),
    cell(own),
    cell(published),
  ]);
}

function list(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function recipeNames(text: string): (keyof typeof RECIPES)[] {
  return list(text).map((name) => {
    const known = RECIPE_NAMES.find((recipe) => recipe === name);
    if (known === undefined) throw new RangeError(`Cannot simulate "${name}": no such recipe`);
    return known;
  });
}

/**
 * Simulates, trains and tests, and prints one line per model.
 *
 * @param args The flags.
 * @returns The exit code.
 */
export async function lensing(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      recipes: { type: "string", default: "model-a,model-b" },
      sizes: { type: "string", default: "64,150" },
      models: { type: "string", default: "aae,lens-vae,dcae,pca,knn" },
      count: { type: "string", default: "3000" },
      test: { type: "string", default: "5000" },
      epochs: { type: "string" },
      batch: { type: "string" },
      seconds: { type: "string" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    },
  });
  const whole = (text: string | undefined) => text === undefined ? undefined : Number(text);
  const seed = Number(values.seed), quarter = Math.round(Number(values.test) / 4);
  const table = values.json ? Deno.stderr : Deno.stdout;
  const heads = ["recipe", "pixels", "model", "values", "trained on", "s", "AUROC by mse"];
  write(table, tableHead([...heads, "by its own score", "published"]));
  for (const recipe of recipeNames(values.recipes)) {
    for (const size of list(values.sizes).map(Number)) {
      const normal = { no_sub: Number(values.count) };
      const training = await simulateLenses(recipe, size, normal, seed);
      const numbers = { no_sub: 2 * quarter, cdm: quarter, vortex: quarter };
      const tests = await simulateLenses(recipe, size, numbers, seed + 1);
      for (const model of list(values.models)) {
        const lesson = { images: entriesOf(training), seconds: whole(values.seconds) };
        const [epochs, batch] = [whole(values.epochs), whole(values.batch)];
        const published = PUBLISHED[recipe]?.[model];
        const options = { architecture: model, epochs, patience: epochs, batch, seed };
        const trained = await trainOn(lesson, options);
        const { parameters, images, seconds } = trained;
        const measured: Measured = {
          ...{ recipe, size, model, parameters, images, epochs: trained.epochs, seconds },
          ...await test(trained, tests),
          ...(published && { published }),
        };
        write(table, row(measured));
        if (values.json) write(Deno.stdout, `${JSON.stringify(measured)}\n`);
      }
    }
  }
  return 0;
}
