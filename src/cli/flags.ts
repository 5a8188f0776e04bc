/** Every flag of every command, once: the parser and the help are made from this table and `model_flags.ts`. */

import {
  boolean,
  choice,
  type FlagEntry,
  type FlagValue,
  integer,
  list,
  number,
  path,
  sources,
  string,
  strings,
} from "./flag_entry.ts";
import { MODEL_FLAGS, TRAINING_FLAGS } from "./model_flags.ts";

/** Largest number of images in any source. */
const MAX_IMAGES = 1e12;
/** Largest number of pixels that an image may be allowed. */
const MAX_PIXELS = 1e12;
/** Most threads: each has a stack and a copy of the code. */
const MAX_WORKERS = 256;

/** All flags in the groups of the help, in its order. */
export const FLAG_GROUPS = {
  data: {
    data: sources(
      "a source of normal images: file, folder, folder of class folders, IDX, npy, npz#key, CSV, " +
        "FITS, - for paths on stdin",
    ),
    labelled: sources("a source of images whose labels are known"),
    normal: list("train only on images with these labels"),
    "hold-out": list("train on images of all labels except these"),
    anomalies: sources(
      "a few known anomalies: they choose the score and propose a threshold, and neither train nor " +
        "calibrate",
    ),
    watch: string(
      "LABEL",
      "report the mean loss of this label's images (at most 1000) after every epoch",
    ),
    size: {
      kind: "size",
      placeholder: "WxH|N",
      help:
        "resize every image to this, N for N x N, or reshape vectors; patchcore takes N as the root of " +
        "the pixels of the median image and keeps the aspect (default: all must have one size; patchcore 320)",
    },
    fit: choice(
      "HOW",
      ["stretch", "crop"],
      "with --size: stretch each axis, or first crop the middle to the aspect ratio",
    ),
    channels: choice(
      "KIND",
      ["grey", "rgb"],
      "convert every image to grey or rgb (default: as the first image)",
    ),
    mask: path(
      "FILE|RECT",
      "reads",
      "the part of every image that counts: X,Y,WxH in pixels, or an image that is not black there",
    ),
    scale: string(
      "HOW",
      "map samples to [0, 1] by depth, LOW,HIGH, the range of the images (auto) or percentiles of each " +
        "(percentile); none keeps them (default: depth; percentile for floats outside [0, 1]; none " +
        "for CSV and --vectors)",
    ),
    add: boolean("put the images into the memory of the model, too (patchcore)"),
    count: integer("number of images", { min: 1, max: MAX_IMAGES }),
    limit: integer(
      "number of images to read, the first of the sources: where these are sorted by label, later " +
        "labels are missed",
      { min: 1, max: MAX_IMAGES },
    ),
    shard: string(
      "I/N",
      "only the I-th of N contiguous parts of the input, I from 1; auto: by the task of a Slurm array or an " +
        "indexed Kubernetes Job",
    ),
    "max-errors": string(
      "N|P%",
      "end with 0 where at most N inputs, or P percent of them, failed (default 0: with 3 where any did)",
    ),
    "max-pixels": integer("refuse images that claim more pixels (default 100000000)", {
      min: 1,
      max: MAX_PIXELS,
    }),
    "max-memory": string(
      "SIZE",
      "memory that large images and arrays may take together, such as 2G: others wait, and larger ones are refused " +
        "(default: a quarter of the machine's, at most 4G)",
    ),
    vectors: boolean("read a 2-D npy, npz, IDX or HDF5 array as a list of vectors, one per row"),
    null: { ...boolean("paths on stdin are separated by NUL"), short: "0" },
    md5: string("HASH", "refuse the source file unless its MD5 is this"),
    sha256: string("HASH", "refuse the source file unless its SHA-256 is this"),
    mirror: string("URL", "fetch from here; file names are appended to this address"),
  },
  model: MODEL_FLAGS,
  training: TRAINING_FLAGS,
  sweep: {
    grid: strings("FLAG=A,B", "values of a train flag to try, as in --grid latent=2,4,8"),
    test: sources("a labelled source to evaluate every model on"),
    keep: path("DIR", "writes", "keep the model files in this folder"),
  },
  simulation: {
    recipe: path("NAME", "reads", "a built-in recipe, or FILE.json"),
    set: strings("KEY=DIST", "draw a parameter from this distribution instead"),
    free: list(
      "numbers of a lens to fit although the recipe keeps them constant: names of parameters or of " +
        "their groups (halo, shear, lens_light, source), or all",
    ),
    classes: list("no_sub, cdm, vortex"),
    start: integer("index of the first image of each class (default 0)", {
      min: 0,
      max: MAX_IMAGES,
    }),
    source: path("WHAT", "reads", "an image, or a folder of images"),
    psf: path("IMAGE", "reads", "a point spread function"),
    instrument: choice(
      "NAME",
      ["hst", "euclid-vis", "rubin", "jwst-nircam"],
      "hst, euclid-vis, rubin or jwst-nircam",
    ),
  },
  fitting: {
    noise: path(
      "FILE",
      "reads",
      "noise of each pixel: a FITS file of the size of the image, or #HDU",
    ),
    "noise-kind": choice(
      "NAME",
      ["deviation", "variance", "inverse-variance"],
      "value of the noise map: deviation, variance or inverse-variance (default by the name of the HDU: " +
        "inverse-variance for WHT, IVAR and IVM, variance for VAR, else deviation)",
    ),
    annulus: string(
      "INNER,OUTER",
      "the part of the image that counts: radii around its centre, arcsec (default: the largest circle)",
    ),
    "pixel-scale": number("side of a pixel, arcsec (default: by the WCS)", { min: 1e-6, max: 1e4 }),
  },
  scoring: {
    score: string(
      "NAME",
      "score to use, one of the model's or several as A+B (default: its own; see info)",
    ),
    fpr: number("false positive rate at the threshold (default 0.05)", {
      min: 0,
      max: 1,
      open: true,
    }),
    fields: list(
      "only these fields of a record, besides path and error: score,p,anomaly; parameters (what lens-fit " +
        "found of the lens, with standard deviations) alone adds to the others",
    ),
    threshold: number("anomalies are images that score at least this, whatever their p", {
      min: -3.4e38,
      max: 3.4e38,
    }),
    top: integer("anomalies are this many images, those that score highest", {
      min: 1,
      max: MAX_IMAGES,
    }),
    fdr: number(
      "false discovery rate: the most normal images expected among the anomalies, as a share",
      { min: 0, max: 1, open: true },
    ),
    since: path("FILE", "reads", "records of earlier runs: their images are not scored again"),
    scores: path("FILE", "reads", "score records, as score prints them; - for stdin"),
    positive: list('labels of the anomalies (default: records with "normal":false)'),
    by: choice("FIELD", ["label"], "one result per positive label"),
    k: integer("neighbours that vote (default 1)", { min: 1, max: MAX_IMAGES }),
  },
  sampling: {
    class: string("LABEL", "images of this label"),
    traverse: path("IMAGE", "reads", "vary each unit of this image's latent alone"),
    between: path("IMAGE", "reads", "interpolate from this image's latent to the others'"),
  },
  output: {
    out: path("FILE", "writes", "where the result goes"),
    heatmaps: path("DIR", "fills", "write a map per image here, showing where it is anomalous"),
    "heatmap-format": choice(
      "NAME",
      ["png", "npy", "tiff"],
      "png (a picture over the image), npy (float32) or tiff (16 bits, 1000 at the limit; default png)",
    ),
    "mass-maps": path(
      "DIR",
      "fills",
      "write maps of the mass that each smooth lens lacks here: FITS and a picture (lens-fit)",
    ),
    masks: path(
      "DIR",
      "reads",
      "compare heatmaps with masks of the anomalies, as pixel_auroc and aupro",
    ),
    map: choice("HOW", ["pca", "tsne", "umap"], "map the latents to a plane by pca, tsne or umap"),
    format: choice(
      "NAME",
      ["png", "png16", "npy", "npz", "fits", "ndjson", "csv", "onnx", "tfjs", "html"],
      "png, png16, npy, npz or fits (default png)",
    ),
    maps: boolean("also write maps of every lens"),
    stdout: choice(
      "HOW",
      ["paths", "tar", "ndjson"],
      "what to write to stdout: paths, tar or ndjson",
    ),
    serve: {
      ...{ kind: "integer", placeholder: "[PORT]", min: 0, max: 65_535, implied: "0" },
      help:
        "show the images on a page for this machine alone; its address is printed (without PORT: any that is free)",
    },
    list: boolean("print the list and stop"),
    show: boolean("print it as JSON and stop"),
    json: boolean("print one JSON object"),
  },
  general: {
    seed: integer("makes the run repeatable on one backend (default 0)", {
      min: 0,
      max: 0x7fffffff,
    }),
    backend: choice(
      "NAME",
      ["auto", "webgpu", "wasm", "cpu"],
      "auto, webgpu, wasm or cpu (default auto)",
    ),
    workers: integer("maximum number of threads (default: all cores)", {
      min: 1,
      max: MAX_WORKERS,
    }),
    color: choice(
      "WHEN",
      ["auto", "always", "never"],
      "colours on stderr: auto (on a terminal, or as NO_COLOR and FORCE_COLOR say), always or never",
    ),
    quiet: { ...boolean("print only errors on stderr"), short: "q" },
    help: { ...boolean("print this help"), short: "h" },
    version: { ...boolean("print the version"), short: "V" },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FlagEntry>>>>;

/** All flags by name. A command lists those that it takes. */
export const FLAGS = {
  ...FLAG_GROUPS.data,
  ...FLAG_GROUPS.model,
  ...FLAG_GROUPS.training,
  ...FLAG_GROUPS.sweep,
  ...FLAG_GROUPS.simulation,
  ...FLAG_GROUPS.fitting,
  ...FLAG_GROUPS.scoring,
  ...FLAG_GROUPS.sampling,
  ...FLAG_GROUPS.output,
  ...FLAG_GROUPS.general,
} as const;

/** The name of a flag, without its dashes. */
export type FlagName = keyof typeof FLAGS;

/** The values of a command's flags; undefined, false or empty if not given. */
export type FlagValues<F extends FlagName> = { readonly [K in F]: FlagValue<(typeof FLAGS)[K]> };

/** Flags that every command takes. */
export const COMMON_FLAGS = ["color", "quiet", "help", "version"] as const;
