/** The models of kinds of their own, by the name that `train --model` knows them by: plain data. */

import { StrayError } from "../errors.ts";
import { buildLensAae, LENS_DEFAULTS } from "./architectures/lens.ts";
import { type ArchitectureDefaults, ARCHITECTURES } from "./architectures/mod.ts";
import { type Layer, sizeOf } from "./layers.ts";
import type { ReconstructionLoss } from "./losses.ts";
import type { CvaeSpec, KindSpec, Metric, ModelSpec } from "./spec.ts";

/** What may be chosen about a model of a kind of its own; what it has no use for is ignored. */
export interface KindOptions {
  /** `[height, width, channels]` of the images. */
  readonly inputShape: readonly [number, number, number];
  /** How many images train. */
  readonly images: number;
  /** The images' labels, where all have one. */
  readonly classes?: readonly string[] | undefined;
  /** Units of the latent, components, or hidden units; the kind's own number by default. */
  readonly latent?: number | undefined;
  /** The reconstruction loss; the kind's own by default. */
  readonly loss?: ReconstructionLoss | undefined;
  /** The weight of the KL divergence. @default {1} */
  readonly beta?: number | undefined;
  /** Neighbours that the mean distance is taken to. @default {1} */
  readonly neighbours?: number | undefined;
  /** The distance to neighbours. @default {"cosine"; of latents "euclidean"} */
  readonly metric?: Metric | undefined;
  /** Standard deviation of the blur before neighbours are looked for, in pixels. @default {1; 0 for vectors} */
  readonly blur?: number | undefined;
  /** The model whose latents neighbours are looked for among, and their size. @default {of pixels} */
  readonly latents?: { readonly of: ModelSpec; readonly size: number } | undefined;
  /** Steps of Gibbs sampling for a gradient of a Boltzmann machine. @default {1} */
  readonly gibbs?: number | undefined;
}

/** A kind of model. */
export interface Kind {
  /** What it is, in a line. */
  readonly summary: string;
  /** How it is trained and used unless the user says otherwise; no steps where nothing is learnt. */
  readonly defaults: ArchitectureDefaults;
  /** Makes the model's description. */
  readonly build: (options: KindOptions) => KindSpec;
}

/** The labels, of which there must be some. */
function labelsFor(name: string, { classes = [] }: KindOptions, least: number): readonly string[] {
  if (classes.length >= least) return classes;
  throw new StrayError(
    "label",
    `Cannot train "${name}" as all images must have labels, of at least ${least} kinds: ` +
      `current number is ${classes.length}`,
    { hint: "use a folder of class folders, or IDX with its labels file" },
  );
}

function cvae(name: string, base: "vae" | "mlp-vae", options: KindOptions): CvaeSpec {
  const { inputShape, latent, loss, beta } = options;
  const { encoder, ...rest } = ARCHITECTURES[base]!.build({ inputShape, latent, loss, beta });
  const row = base === "mlp-vae";
  return {
    kind: "cvae",
    name,
    inputShape,
    classes: labelsFor(name, options, 1),
    labels: row ? "row" : "channels",
    encoder: row ? encoder.slice(1) : encoder, // a row is flat already
    latent: rest.latent,
    decoder: rest.decoder,
    loss: rest.loss,
    beta: rest.beta,
  };
}

const DISCRIMINATOR: readonly Layer[] = [
  { type: "dense", units: 256, activation: "relu" },
  { type: "dense", units: 256, activation: "relu" },
  { type: "dense", units: 1, activation: "linear" },
];

/** All kinds, by the name of the model. */
export const KINDS: Readonly<Record<string, Kind>> = {
  knn: {
    summary:
      "nearest neighbours of the blurred pixels, or of the latents of a trained model: learns nothing",
    defaults: { steps: 0, learningRate: 0, score: "distance" },
    build: ({ inputShape, neighbours = 1, metric, blur, latents }) => ({
      kind: "knn",
      name: latents ? `knn on ${latents.of.name}` : "knn",
      inputShape,
      neighbours,
      // The origin means something where pixels are black, but is amid the latents.
      metric: metric ?? (latents ? "euclidean" : "cosine"),
      // What lies side by side in a vector, or a latent, is not alike.
      blur: latents ? 0 : blur ?? (inputShape[0] > 1 ? 1 : 0),
      ...latents && { latents },
    }),
  },
  pca: {
    summary: "principal components, 8",
    defaults: { steps: 0, learningRate: 0, score: "mse" },
    build: ({ inputShape, images, latent = 8 }) => {
      const most = Math.min(images, sizeOf(inputShape));
      return { kind: "pca", name: "pca", inputShape, components: Math.min(latent, most) };
    },
  },
  cvae: {
    summary: "convolutional variational autoencoder that is told the label",
    defaults: { steps: 2000, learningRate: 1e-3, score: "nse" },
    build: (options) => cvae("cvae", "vae", options),
  },
  "cvae-dense": {
    summary: "dense variational autoencoder that is told the label, 256 and 50 units",
    defaults: { steps: 2000, learningRate: 1e-3, score: "nse" },
    build: (options) => cvae("cvae-dense", "mlp-vae", options),
  },
  aae: {
    summary: "adversarial autoencoder of lenses, 1000 units (arXiv 2008.12731)",
    defaults: LENS_DEFAULTS,
    build: ({ inputShape, latent, loss }) => ({
      kind: "aae",
      name: "aae",
      inputShape,
      autoencoder: buildLensAae({ inputShape, latent, loss }),
      discriminator: DISCRIMINATOR,
    }),
  },
  rbm: {
    summary: "restricted Boltzmann machine, 128 hidden units",
    defaults: { steps: 4000, learningRate: 1e-3, score: "free-energy" },
    build: ({ inputShape, latent = 128, gibbs = 1 }) => ({
      kind: "rbm",
      name: "rbm",
      inputShape,
      hidden: latent,
      steps: gibbs,
    }),
  },
  resnet: {
    summary: "residual classifier, trained on labels: for comparison",
    defaults: { steps: 1000, learningRate: 1e-3, score: "uncertainty" },
    build: (options) => ({
      kind: "resnet",
      name: "resnet",
      inputShape: options.inputShape,
      classes: labelsFor("resnet", options, 2),
      filters: [16, 32, 64],
    }),
  },
};

/** The names of the scores that a model of a kind of its own has. */
export function kindScoreNames(spec: KindSpec): string[] {
  switch (spec.kind) {
    case "knn":
      return ["distance"];
    case "pca":
      return ["mse", "nse", "peak"];
    case "cvae":
      return ["nse", "mse", "peak", "elbo"].flatMap((name) => [name, name + LABEL_SCORE]);
    case "aae":
      return ["nse", "mse", "peak", "prior"];
    case "rbm":
      return ["free-energy", "nse", "mse", "peak"];
    case "resnet":
      return ["uncertainty", ...spec.classes.map((label) => CLASS_SCORE + label)];
  }
}

/** How the score is called that is the probability of a label. */
export const CLASS_SCORE = "class:";

/** How a score's name ends that takes the image's own label into account. */
export const LABEL_SCORE = "-label";

/** The labels that a model knows by their places; none if it is not told them. */
export function classesOf(spec: ModelSpec): readonly string[] {
  return "classes" in spec ? spec.classes : [];
}
