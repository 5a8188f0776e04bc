/** `lensing`: how well models find substructure that they never saw, beside published figures. */

import { parseArgs } from "node:util";
import { builtInRecipe, changeRecipe } from "../../src/lensing/mod.ts";
import { findModel } from "../../src/models/mod.ts";
import { entriesOf, type Lens, simulateLenses } from "./lenses.ts";
import { separation, type Tested, testOn, type Trained, trainOn } from "./trial.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const LENSING_HELP = `deno task bench:quality lensing [flags]

Trains on lenses without substructure; tests on 2,500 other lenses without, 1,250 with subhalos and
1,250 with a vortex. All models use their defaults: aae, lens-vae and dcae as published. Models that
learn from labels are trained on as many lenses with substructure, half of them with subhalos.

  --recipes A,B      (default model-a,model-b)
  --set KEY=DIST     change a parameter of the recipes; may be repeated
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
/** The label of all substructure, for models that learn from labels, and their score. */
const SUBSTRUCTURE = "substructure", SUPERVISED_SCORE = `class:${SUBSTRUCTURE}`;

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
  /** AUROC by the model's own default score; by the probability of substructure where labels train. */
  readonly own: readonly number[];
  /** 95 % interval of the first by the bootstrap. */
  readonly interval: readonly [low: number, high: number];
  readonly published?: readonly number[];
}

function areas(tested: Tested): Pick<Measured, "own" | "interval"> {
  const against = (wanted: readonly string[]) =>
    separation(
      tested,
      (label) => label === "no_sub" ? false : wanted.includes(label) ? true : undefined,
    );
  const all = against(["cdm", "vortex"]);
  const own = [all.auroc, against(["cdm"]).auroc, against(["vortex"]).auroc];
  return { own, interval: all.interval };
}

/** Tests by the published score, if the model has it, and by its own. */
async function test(
  { model }: Trained,
  lenses: readonly Lens[],
): Promise<Pick<Measured, "mse" | "own" | "interval">> {
  const score = model.calibrations.has(SUPERVISED_SCORE) ? SUPERVISED_SCORE : undefined;
  const own = areas(await testOn(model, entriesOf(lenses), { score }));
  if (!model.calibrations.has(PUBLISHED_SCORE)) return own;
  const mse = areas(await testOn(model, entriesOf(lenses), { score: PUBLISHED_SCORE }));
  return { mse: mse.own, ...own };
}

function row(measured: Measured): string {
  const {
    recipe,
    size,
    model,
    parameters,
    images,
    epochs,
    seconds,
    mse,
    own,
    interval,
    published,
  } = measured;
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
    `${cell(own)} [${interval.map((value) => value.toFixed(3)).join(", ")}]`,
    cell(published),
  ]);
}

function list(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** All substructure by one label. */
function asSubstructure(lenses: readonly Lens[]): Lens[] {
  return lenses.map(({ label, image }) => ({
    label: label === "no_sub" ? label : SUBSTRUCTURE,
    image,
  }));
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
      set: { type: "string", multiple: true, default: [] },
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
  const models = list(values.models);
  const needsLabels = (model: string) => findModel(model)?.type.learning?.needsLabels === true;
  const whole = (text: string | undefined) => text === undefined ? undefined : Number(text);
  const seed = Number(values.seed), quarter = Math.round(Number(values.test) / 4);
  const table = values.json ? Deno.stderr : Deno.stdout;
  const heads = ["recipe", "pixels", "model", "values", "trained on", "s", "AUROC by mse"];
  write(table, tableHead([...heads, "by its own score", "published"]));
  const changes = Object.fromEntries(values.set.map((text) => text.split("=", 2)));
  for (const name of list(values.recipes)) {
    const recipe = changeRecipe(builtInRecipe(name), changes, "--set");
    for (const size of list(values.sizes).map(Number)) {
      const count = Number(values.count), half = Math.round(count / 2);
      const normal = await simulateLenses(recipe, size, { no_sub: count }, seed);
      const anomalous = models.some(needsLabels)
        ? asSubstructure(await simulateLenses(recipe, size, { cdm: half, vortex: half }, seed))
        : [];
      const numbers = { no_sub: 2 * quarter, cdm: quarter, vortex: quarter };
      const tests = await simulateLenses(recipe, size, numbers, seed + 1);
      for (const model of models) {
        const training = needsLabels(model) ? [...normal, ...anomalous] : normal;
        const lesson = { images: entriesOf(training), seconds: whole(values.seconds) };
        const [epochs, batch] = [whole(values.epochs), whole(values.batch)];
        const published = PUBLISHED[name]?.[model];
        const options = { architecture: model, epochs, patience: epochs, batch, seed };
        const trained = await trainOn(lesson, options);
        const { parameters, images, seconds } = trained;
        const measured: Measured = {
          ...{ recipe: name, size, model, parameters, images, epochs: trained.epochs, seconds },
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
