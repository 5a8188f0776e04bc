/** The files in `fixtures`: what there is, where it is, and what was found by the version that wrote it. */

import { brotliDecompressSync } from "node:zlib";
import { type Case, stepFlags } from "./_cases.ts";
import { offeredScores, score } from "./_commands.ts";
import { LENS_SIDE } from "./_lenses.ts";

/** Scores of the fresh images and their p-values. */
export interface Columns {
  readonly scores: readonly number[];
  readonly p: readonly number[];
}

/** Verdicts on the fresh images, by score; "" is the model's own. */
export type Verdicts = Readonly<Record<string, Columns>>;

/** The contents of `fixtures/verdicts.json`, by fixture. */
export interface Expected {
  /** Verdicts of model files. */
  readonly models: Readonly<Record<string, Verdicts>>;
  /** Verdicts of the models of trainings that are resumed from checkpoints. */
  readonly checkpoints: Readonly<Record<string, Verdicts>>;
}

/** A path in `fixtures`. */
export function fixture(path: string): string {
  return new URL(`./fixtures/${path}`, import.meta.url).pathname;
}

/** Where the images of a size are, without what `writeSeries` adds. */
export function seriesPath(name: "training" | "fresh", side: number): string {
  return fixture(`images/${name}-${side}`);
}

/** The file of images, or of points if the side is 0. */
export function imagesOf(name: "training" | "fresh", side: number): string {
  return seriesPath(name, side) + (side > 0 ? "-images-idx3-ubyte" : ".csv");
}

/** Flags that a model refuses, as they have no effect on it. */
const REFUSED: Readonly<Record<string, string>> = {
  resnet: "--latent=",
  damage: "--latent=",
  "open-set": "--latent=",
  pca: "--lr=",
};

/** Steps that are large enough to get somewhere in a few epochs, and a small latent, unless said otherwise. */
const FLAGS = ["--latent=3", "--lr=0.01"];

function caseOf(name: string, side: number, args: readonly string[] = []): Case {
  const defaults = [`--model=${name}`, ...FLAGS].filter((flag) => {
    const key = flag.slice(0, flag.indexOf("=") + 1);
    return key !== REFUSED[name] && !args.some((arg) => arg.startsWith(key));
  });
  return { name, side, args: [...defaults, ...args] };
}

/** A network that is a model of ours with a quarter of the filters and units. */
function quarter(name: string, side: number): Case {
  return { name, side, args: [`--model=${fixture(`networks/${name}.json`)}`, "--lr=0.01"] };
}

/** Trainings that model files are of; names are those of files. */
export const MODEL_FIXTURES: readonly Case[] = [
  quarter("cae", 4),
  quarter("cae-transposed", 4),
  quarter("recurrent", 8),
  ...["dense", "mlp-vae", "cvae-dense", "stacked", "denoising", "dropout", "resnet"].map((name) =>
    caseOf(name, 4)
  ),
  ...["vae", "conv-pool", "small", "pca", "cvae", "rbm"].map((name) => caseOf(name, 8)),
  ...["dcae", "lens-vae", "aae"].map((name) => caseOf(name, 17)),
  caseOf("damage", 8),
  caseOf("open-set", 4),
  caseOf("linear", 0),
  { name: "knn", side: 8, args: ["--model=knn", "--features=pixels"] },
  { name: "patchcore", side: 17, args: ["--model=patchcore", "--size=16"] },
  { name: "lens-fit", side: LENS_SIDE, args: ["--model=lens-fit", "--recipe=model-b"] },
];

/** Trainings that checkpoints are of; every one gains by its last epoch, else nothing of it would be seen. */
export const CHECKPOINT_FIXTURES: readonly Case[] = [
  quarter("cae", 4),
  caseOf("vae", 4),
  caseOf("cvae", 4),
  caseOf("aae", 17),
  caseOf("rbm", 4, ["--latent=16", "--lr=0.1"]),
  caseOf("resnet", 8, ["--lr=0.003"]),
  caseOf("recipe", 4, [
    ...[
      "--model=denoising",
      "--lr=0.001",
      "--optimizer=rmsprop",
      "--momentum=0.5",
      "--weight-decay=0.001",
    ],
    ...["--schedule=plateau:0.5,1", "--clip=5", "--augment=flip-x,rotate:10,noise:0.1"],
  ]),
];

/** Epochs of these trainings, and after how many of them the checkpoint was written. */
export const EPOCHS = 4, CHECKPOINT_EPOCH = 2;

/** The flags of `train` for a fixture. */
export function trainFlags({ side, args }: Case, threads = 1): string[] {
  const steps = stepFlags(args, [`--epochs=${EPOCHS}`, "--batch=16"]);
  const common = ["--seed=5", "--backend=wasm"];
  return [
    ...args,
    ...steps,
    ...common,
    `--workers=${threads}`,
    `--data=${imagesOf("training", side)}`,
  ];
}

/** Unpacks a fixture to a file. */
export async function unpack(packed: string, path: string): Promise<void> {
  await Deno.writeFile(path, await unpackBytes(packed));
}

/** The bytes of a packed fixture. */
export async function unpackBytes(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(brotliDecompressSync(await Deno.readFile(packed)));
}

/**
 * Scores the fresh images.
 *
 * @param model The model's path.
 * @param side Side of the images.
 * @param names Names of the scores; all that the model offers, and its own by no name, by default.
 */
export async function verdictsOf(
  model: string,
  side: number,
  names?: readonly string[],
): Promise<Verdicts> {
  const verdicts: Record<string, Columns> = {};
  for (const name of names ?? ["", ...await offeredScores(model)]) {
    const all = await score(model, name || undefined, ["--workers=1", imagesOf("fresh", side)]);
    verdicts[name] = { scores: all.map(({ score }) => score), p: all.map(({ p }) => p) };
  }
  return verdicts;
}
