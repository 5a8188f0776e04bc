/** Flags of models and their trainings; `flags.ts` has all others. */

import { MAX_COUNT } from "../shape.ts";
import {
  choice,
  choiceOrFile,
  type FlagEntry,
  integer,
  list,
  number,
  path,
  string,
} from "./flag_entry.ts";

/** Largest number of passes over the images. */
const MAX_EPOCHS = 1e6;
/** Largest weight of a term of a loss. */
const MAX_WEIGHT = 1e6;

/** Model, and its own options. */
export const MODEL_FLAGS = {
  model: path("FILE", "reads", "the model file"),
  seek: choice(
    "WHAT",
    ["novelty", "damage"],
    "what is sought: novelty (images of a class never seen) or damage; chooses model and score " +
      "(default both)",
  ),
  latent: integer("units of the latent", { min: 1, max: MAX_COUNT }),
  loss: string(
    "NAME",
    "reconstruction loss, summed over pixels: mse, bce, l1, huber:DELTA, " +
      "focal:GAMMA,ALPHA,THRESHOLD or ssim",
  ),
  beta: number("weight of the KL divergence (variational autoencoders)", {
    min: 0,
    max: MAX_WEIGHT,
  }),
  features: choiceOrFile(
    "NAME|FILE.onnx",
    ["oriented", "pixels", "network", "hog", "auto"],
    ".onnx",
    "what is compared: oriented (directions of edges) or pixels (knn; default oriented; pixels " +
      "for vectors, for images of fewer than 4 pixels along a side, and with --neighbours, --metric " +
      "or --blur); network (what a network sees in photographs) or hog (directions of edges, textures " +
      "and colours of patches), of these auto: the ones that find more synthetic damage, or the outputs " +
      "of an ONNX graph (patchcore; default network)",
  ),
  layers: list(
    "outputs of --features FILE.onnx that are compared (default all of 4 axes; else all of 3)",
  ),
  normalize: string(
    "HOW",
    "input of --features FILE.onnx: imagenet, none, or MEAN/DEVIATION of samples in [0, 1], each one " +
      "number or one per channel, such as 0.5,0.5,0.5/0.5 (default imagenet)",
  ),
  "keep-images": string(
    "N|all",
    "most images to keep (knn, open-set, damage, resnet; default 20000; open-set 60000; all for pixels " +
      "and latents)",
  ),
  neighbours: integer("neighbours averaged in the mean distance (knn; default 1)", {
    min: 1,
    max: 1000,
  }),
  metric: choice(
    "NAME",
    ["cosine", "euclidean"],
    "distance to neighbours: cosine or euclidean (knn; default cosine; euclidean for latents " +
      "and vectors)",
  ),
  blur: number(
    "standard deviation of a blur in pixels, 0 for none (knn; default 1, for vectors 0)",
    { min: 0, max: 1000 },
  ),
  "latents-of": path(
    "FILE",
    "reads",
    "look for neighbours among this model's latents instead of pixels (knn)",
  ),
  gibbs: integer("Gibbs sampling steps per gradient (rbm; default 1)", { min: 1, max: 1000 }),
} as const satisfies Readonly<Record<string, FlagEntry>>;

/** Training and calibration. */
export const TRAINING_FLAGS = {
  epochs: integer("maximum number of passes over the images", { min: 1, max: MAX_EPOCHS }),
  patience: integer(
    "epochs without a lower validation loss before training stops (default a fifth of --epochs, " +
      "at least 3; all of them with cosine and one-cycle)",
    { min: 1, max: MAX_EPOCHS },
  ),
  batch: integer("images per step", { min: 2, max: MAX_COUNT }),
  lr: number("learning rate (default: the model's own, mostly 1e-3)", {
    min: 1e-12,
    max: 1e6,
  }),
  reduction: choice(
    "HOW",
    ["sum", "mean"],
    "sum or mean of the loss over an image's samples, KL divergence included: with sgd a rate for " +
      "means is too large for sums (default sum)",
  ),
  optimizer: choice(
    "NAME",
    ["adam", "adamw", "sgd", "rmsprop"],
    "adam, adamw, sgd or rmsprop (default adam)",
  ),
  momentum: number("momentum of sgd and rmsprop, below 1 (default 0.9 for sgd, else 0)", {
    min: 0,
    max: 0.9999,
  }),
  "weight-decay": number(
    "decoupled in adamw, an L2 penalty in the others (default: the model's own, 1e-5 for dcae, " +
      "lens-vae and aae; for others 0.01 in adamw, else 0)",
    { min: 0, max: MAX_WEIGHT },
  ),
  clip: number("maximum gradient norm per step", { min: 1e-12, max: 1e12 }),
  schedule: string(
    "NAME",
    "learning rate schedule: constant, exponential:FACTOR per epoch, cosine, " +
      "plateau:FACTOR,EPOCHS or one-cycle (default constant; one-cycle for dcae, lens-vae, aae)",
  ),
  "kl-warmup": integer("epochs over which the weight of the KL divergence rises from 0", {
    min: 1,
    max: MAX_EPOCHS,
  }),
  "free-bits": number("KL divergence per latent unit that is not penalised, in nats", {
    min: 1e-12,
    max: MAX_WEIGHT,
  }),
  augment: list(
    "change training images at random: flip-x, flip-y, rotate:DEGREES, shift:PIXELS, crop:PART, " +
      "brightness:X, contrast:X; only the input, not the target: noise:X, cutout:PIXELS, dropout:PART",
  ),
  calibrate: path(
    "HOW",
    "reads",
    "calibrate by split (images set aside), cross:K (K further models; cross alone takes 5, or 10 " +
      "without steps), loo (each image left out), or SRC (other normal images); default: split " +
      "from 400 images; below loo for knn by pixels or latents, cross for all others",
  ),
  checkpoint: path(
    "FILE",
    "writes",
    "write the state of the training to this file after every epoch",
  ),
  resume: path("FILE", "reads", "continue from a checkpoint"),
  cache: path("DIR", "writes", "keep training images beyond half of --max-memory in a file here"),
} as const satisfies Readonly<Record<string, FlagEntry>>;
