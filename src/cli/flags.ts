/** Every flag of every command, once: parser and help are made from this table. */

import type { FlagEntry, FlagValue } from "./flag_entry.ts";

/** All flags. A command names those that it takes. */
export const FLAGS = {
  model: { kind: "string", placeholder: "FILE", help: "the model file" },
  data: {
    kind: "strings",
    placeholder: "SRC",
    help: "a source of normal images: file, folder, folder of class folders, IDX, npy, npz#key, " +
      "CSV, FITS, - for paths on stdin; may be repeated",
  },
  out: { kind: "string", placeholder: "FILE", help: "where the result goes" },
  normal: { kind: "list", placeholder: "A,B", help: "train on the images with these labels only" },
  "hold-out": {
    kind: "list",
    placeholder: "A,B",
    help: "train on the images of all labels but these",
  },
  positive: {
    kind: "list",
    placeholder: "A,B",
    help: 'the labels that are anomalies (default: records that say "normal":false)',
  },
  by: {
    kind: "string",
    placeholder: "FIELD",
    help: "one result a positive label",
    choices: ["label"],
  },
  epochs: { kind: "integer", placeholder: "N", help: "most passes over the images", min: 1 },
  batch: { kind: "integer", placeholder: "N", help: "images a step", min: 2 },
  lr: {
    kind: "number",
    placeholder: "X",
    help: "learning rate (default the model's own, 1e-3 of most)",
    min: 0,
    open: true,
  },
  optimizer: {
    kind: "string",
    placeholder: "NAME",
    help: "adam, adamw, sgd or rmsprop (default adam)",
    choices: ["adam", "adamw", "sgd", "rmsprop"],
  },
  momentum: {
    kind: "number",
    placeholder: "X",
    help: "momentum of sgd and rmsprop, below 1 (default 0.9 for sgd, else 0)",
    min: 0,
    max: 0.9999,
  },
  "weight-decay": {
    kind: "number",
    placeholder: "X",
    help: "decoupled in adamw, an L2 penalty in the others " +
      "(default the model's own: 1e-5 of dcae, lens-vae and aae; of others 0.01 for adamw, else 0)",
    min: 0,
  },
  clip: {
    kind: "number",
    placeholder: "X",
    help: "greatest norm of a step's gradient",
    min: 0,
    open: true,
  },
  schedule: {
    kind: "string",
    placeholder: "NAME",
    help: "of the learning rate: constant, exponential:FACTOR an epoch, cosine, " +
      "plateau:FACTOR,EPOCHS or one-cycle (default constant; one-cycle of dcae, lens-vae and aae)",
  },
  "kl-warmup": {
    kind: "integer",
    placeholder: "N",
    help: "epochs over which the weight of the KL divergence rises from 0",
    min: 1,
  },
  "free-bits": {
    kind: "number",
    placeholder: "X",
    help: "nats of KL divergence that each unit of the latent has for nothing",
    min: 0,
    open: true,
  },
  augment: {
    kind: "list",
    placeholder: "A,B",
    help: "change training images at random: flip-x, flip-y, rotate:DEGREES, shift:PIXELS, " +
      "crop:PART, brightness:X, contrast:X, and of what goes in only noise:X, cutout:PIXELS",
  },
  latent: { kind: "integer", placeholder: "N", help: "units of the latent", min: 1 },
  loss: {
    kind: "string",
    placeholder: "NAME",
    help: "reconstruction loss: mse, bce, l1, huber:DELTA, focal:GAMMA,ALPHA,THRESHOLD or ssim",
  },
  beta: { kind: "number", placeholder: "X", help: "weight of the KL divergence (vae)", min: 0 },
  neighbours: {
    kind: "integer",
    placeholder: "N",
    help: "neighbours that the mean distance is taken to (knn; default 1)",
    min: 1,
    max: 1000,
  },
  metric: {
    kind: "string",
    placeholder: "NAME",
    help: "distance to neighbours: cosine or euclidean (knn; default cosine, of latents euclidean)",
    choices: ["cosine", "euclidean"],
  },
  blur: {
    kind: "number",
    placeholder: "X",
    help: "standard deviation of a blur in pixels, 0 for none (knn; default 1, for vectors 0)",
    min: 0,
    max: 1000,
  },
  "latents-of": {
    kind: "string",
    placeholder: "FILE",
    help: "look for neighbours among the latents of this model instead of pixels (knn)",
  },
  gibbs: {
    kind: "integer",
    placeholder: "N",
    help: "steps of Gibbs sampling for a gradient (rbm; default 1)",
    min: 1,
    max: 1000,
  },
  patience: {
    kind: "integer",
    placeholder: "N",
    help: "epochs without a lower held-out loss before training ends (default a fifth, at least " +
      "3; all with cosine and one-cycle)",
    min: 1,
  },
  watch: {
    kind: "string",
    placeholder: "LABEL",
    help: "tell the mean loss of (at most 1000) images of this label after every epoch",
  },
  size: {
    kind: "size",
    placeholder: "WxH",
    help: "resize every image to this (default: all must have one size)",
  },
  fit: {
    kind: "string",
    placeholder: "HOW",
    help: "with --size: stretch each axis, or crop the middle to the aspect first",
    choices: ["stretch", "crop"],
  },
  channels: {
    kind: "string",
    placeholder: "KIND",
    help: "convert every image to grey or rgb (default: as the first image)",
    choices: ["grey", "rgb"],
  },
  scale: {
    kind: "string",
    placeholder: "HOW",
    help:
      "samples to [0, 1]: depth, percentile, LOW,HIGH; none leaves them as they are (default: " +
      "depth; percentile for floats outside [0, 1]; none for CSV and --vectors)",
  },
  limit: { kind: "integer", placeholder: "N", help: "stop after this many images", min: 1 },
  "max-pixels": {
    kind: "integer",
    placeholder: "N",
    help: "refuse an image that claims more pixels (default 100000000)",
    min: 1,
  },
  vectors: {
    kind: "boolean",
    help: "a 2-D npy, npz or IDX array is a list of vectors, a row each",
  },
  md5: {
    kind: "string",
    placeholder: "HASH",
    help: "refuse the source file if its MD5 is another",
  },
  sha256: {
    kind: "string",
    placeholder: "HASH",
    help: "refuse the source file if its SHA-256 is another",
  },
  fpr: {
    kind: "number",
    placeholder: "X",
    help: "false positive rate that the threshold stands for (default 0.05)",
    min: 0,
    max: 1,
    open: true,
  },
  score: {
    kind: "string",
    placeholder: "NAME",
    help: "which score of the model (default: the model's own; see info)",
  },
  heatmaps: {
    kind: "string",
    placeholder: "DIR",
    help: "draw here where each image is strange, a PNG an image",
  },
  checkpoint: {
    kind: "string",
    placeholder: "FILE",
    help: "write the state of the training here after every epoch",
  },
  resume: { kind: "string", placeholder: "FILE", help: "go on from a checkpoint" },
  seed: {
    kind: "integer",
    placeholder: "N",
    help: "makes the run repeatable on one backend (default 0)",
    min: 0,
    max: 0x7fffffff,
  },
  backend: {
    kind: "string",
    placeholder: "NAME",
    help: "auto, webgpu, wasm or cpu (default auto)",
    choices: ["auto", "webgpu", "wasm", "cpu"],
  },
  workers: {
    kind: "integer",
    placeholder: "N",
    help: "the most threads to use (default all cores)",
    min: 1,
  },
  map: {
    kind: "string",
    placeholder: "HOW",
    help: "a map on a plane too: pca, tsne or umap",
    choices: ["pca", "tsne", "umap"],
  },
  labelled: {
    kind: "strings",
    placeholder: "SRC",
    help: "a source of images whose labels are known; may be repeated",
  },
  k: { kind: "integer", placeholder: "N", help: "neighbours that vote (default 1)", min: 1 },
  count: { kind: "integer", placeholder: "N", help: "how many images", min: 1 },
  class: { kind: "string", placeholder: "LABEL", help: "images of this label" },
  traverse: { kind: "string", placeholder: "IMAGE", help: "change each unit of its latent alone" },
  between: { kind: "string", placeholder: "IMAGE", help: "go from its latent to those of others" },
  grid: {
    kind: "strings",
    placeholder: "FLAG=A,B",
    help: "values of a flag of train to be tried; may be repeated",
  },
  test: {
    kind: "strings",
    placeholder: "SRC",
    help: "a labelled source that every model is evaluated on; may be repeated",
  },
  keep: { kind: "string", placeholder: "DIR", help: "keep the model files in this folder" },
  mirror: {
    kind: "string",
    placeholder: "URL",
    help: "fetch from here: the address that the names of the files follow",
  },
  list: { kind: "boolean", help: "print what there is" },
  recipe: { kind: "string", placeholder: "NAME", help: "a built-in recipe, or FILE.json" },
  set: {
    kind: "strings",
    placeholder: "KEY=DIST",
    help: "draw a parameter from this instead; may be repeated",
  },
  classes: { kind: "list", placeholder: "A,B", help: "no_sub, cdm, vortex" },
  format: {
    kind: "string",
    placeholder: "NAME",
    help: "png, png16, npy, npz or fits (default png)",
    choices: ["png", "png16", "npy", "npz", "fits"],
  },
  psf: { kind: "string", placeholder: "IMAGE", help: "a point spread function" },
  source: { kind: "string", placeholder: "IMAGE", help: "an image, or a folder of images" },
  instrument: {
    kind: "string",
    placeholder: "NAME",
    help: "hst, euclid-vis, rubin or jwst-nircam",
    choices: ["hst", "euclid-vis", "rubin", "jwst-nircam"],
  },
  maps: { kind: "boolean", help: "maps of every lens too" },
  stdout: {
    kind: "string",
    placeholder: "HOW",
    help: "what to write to stdout: paths, tar or ndjson",
    choices: ["paths", "tar", "ndjson"],
  },
  show: { kind: "boolean", help: "print it as JSON and stop" },
  null: { kind: "boolean", short: "0", help: "paths on stdin are separated by NUL" },
  json: { kind: "boolean", help: "print one JSON object" },
  quiet: { kind: "boolean", short: "q", help: "nothing on stderr but errors" },
  help: { kind: "boolean", short: "h", help: "print this help" },
  version: { kind: "boolean", help: "print the version" },
} as const satisfies Readonly<Record<string, FlagEntry>>;

/** The name of a flag, without its dashes. */
export type FlagName = keyof typeof FLAGS;

/** The values of the flags that a command takes; undefined (or false, or empty) if not given. */
export type FlagValues<F extends FlagName> = { readonly [K in F]: FlagValue<(typeof FLAGS)[K]> };

/** Flags that every command takes. */
export const COMMON_FLAGS = ["quiet", "help", "version"] as const;
