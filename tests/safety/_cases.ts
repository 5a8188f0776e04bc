/** The trainings that are compared: every model once, and what a recipe can change. */

/** A training. */
export interface Case {
  /** Its name in the table. */
  readonly name: string;
  /** Sides of its square images; 0 for points. */
  readonly side: number;
  /** Flags of `train`, but for data, seed, backend and threads. */
  readonly args: readonly string[];
}

/** Models that learn in no steps, and so refuse settings of steps. */
const UNLEARNT: readonly string[] = ["knn", "pca", "patchcore", "lens-fit"];

/** The flags of the steps of a training; none for a model that takes no steps. */
export function stepFlags(args: readonly string[], flags: readonly string[]): readonly string[] {
  return UNLEARNT.some((model) => args.includes(`--model=${model}`)) ? [] : flags;
}

/** The latent of models whose own is large. */
const LATENT = "--latent=8";

/** By model: side, and flags besides. Sides are the smallest that leave every layer something to do. */
const MODELS: Readonly<Record<string, readonly [side: number, ...args: string[]]>> = {
  vae: [16],
  dense: [16],
  cae: [8, LATENT],
  "cae-transposed": [8, LATENT],
  "conv-pool": [16],
  dcae: [20, LATENT],
  "lens-vae": [20, LATENT],
  "mlp-vae": [16],
  linear: [0],
  small: [16],
  stacked: [16],
  denoising: [16],
  dropout: [16],
  recurrent: [8],
  knn: [16, "--features=pixels"],
  pca: [16],
  cvae: [16],
  "cvae-dense": [16],
  aae: [20, LATENT],
  rbm: [16],
  damage: [8],
  "open-set": [8],
  resnet: [8],
  patchcore: [32, "--size=48"],
  "lens-fit": [16, "--recipe=model-b"],
};

/** The names of all models. */
export const MODEL_NAMES: readonly string[] = Object.keys(MODELS);

/** Recipes, losses and options that the defaults leave alone. */
const VARIANTS: readonly Case[] = [
  {
    name: "vae, whole recipe",
    side: 16,
    args: [
      "--model=vae",
      ...["--optimizer=adamw", "--weight-decay=0.01", "--clip=5", "--schedule=cosine"],
      ...["--kl-warmup=1", "--free-bits=0.05", "--beta=0.5"],
      "--augment=flip-x,flip-y,rotate:10,shift:1,crop:0.9,brightness:0.1,contrast:0.1,noise:0.1,cutout:3",
    ],
  },
  {
    name: "cae, ssim, rmsprop",
    side: 12,
    args: ["--model=cae", LATENT, "--loss=ssim", "--optimizer=rmsprop", "--momentum=0.5"],
  },
  {
    name: "small, focal, sgd, plateau",
    side: 8,
    args: ["--model=small", "--loss=focal:0.5", "--optimizer=sgd", "--schedule=plateau:0.5,1"],
  },
  {
    name: "stacked, huber, exponential",
    side: 8,
    args: ["--model=stacked", "--loss=huber:0.2", "--schedule=exponential:0.5", "--score=peak"],
  },
  { name: "small, l1", side: 8, args: ["--model=small", "--loss=l1", "--schedule=one-cycle"] },
  { name: "dense, rgb", side: 8, args: ["--model=dense", "--channels=rgb", "--watch=1"] },
  { name: "vae, hold-out", side: 8, args: ["--model=vae", "--hold-out=2", "--size=12x12"] },
  { name: "knn, oriented", side: 16, args: ["--model=knn"] },
  {
    name: "knn, euclidean",
    side: 8,
    args: ["--model=knn", "--metric=euclidean", "--neighbours=3"],
  },
  { name: "rbm, two steps", side: 8, args: ["--model=rbm", "--gibbs=2", "--latent=16"] },
  {
    name: "aae, bce",
    side: 20,
    args: ["--model=aae", "--latent=4", "--loss=bce", "--augment=flip-x"],
  },
];

/** All trainings. */
export const CASES: readonly Case[] = [
  ...Object.entries(MODELS).map(([model, [side, ...args]]) => (
    { name: model, side, args: [`--model=${model}`, ...args] }
  )),
  ...VARIANTS,
];
