/** Loading of training images from the entries of a source. */

import { createHash } from "node:crypto";
import { type Entry, type FailedSample, isFailed, type Sample } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  cutRegion,
  type Image,
  type ModelInput,
  type Region,
  type Scale,
  writeModelInput,
} from "../images/mod.ts";
import { sizeOf } from "../shape.ts";
import { ImageSet } from "./image_set.ts";

/** Selection and preparation of the images. */
export interface LoadOptions {
  /** Labels of the images to take. @default {all} */
  readonly normal?: readonly string[] | undefined;
  /** Labels of the images to leave out. @default {none} */
  readonly holdOut?: readonly string[] | undefined;
  /** Size to resize to. @default {the first image's, which all others must have} */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** How to resize. @default {"stretch"} */
  readonly fit?: "stretch" | "crop" | undefined;
  /** Channels to convert to, grey or RGB. @default {the first image's, which all others must have} */
  readonly channels?: 1 | 3 | undefined;
  /** Samples to [0, 1]; by default by depth, for floats outside [0, 1] by percentiles. */
  readonly scale?: Scale | undefined;
  /** The part of every image that counts; all other pixels never do. @default {the whole image} */
  readonly region?: Region | undefined;
  /** The preparation of all images, overriding the other options. @default {from the first image} */
  readonly input?: ModelInput | undefined;
  /** Called for every entry that could not be read. */
  readonly onFailure?: ((entry: FailedSample) => void) | undefined;
  /** Called for every image taken, with the number of images so far. */
  readonly onImage?: ((sample: Sample, count: number) => void) | undefined;
}

/** The images of a training. */
export interface LoadedImages {
  /** The images as the model sees them. */
  readonly images: ImageSet;
  /** Their preparation. */
  readonly input: ModelInput;
  /** Their labels, sorted; absent if not every image has one. */
  readonly labels?: readonly string[];
  /** SHA-256 over the images as the model sees them, in order. */
  readonly fingerprint: string;
}

/** Percentiles of float images that become 0 and 1. */
const FLOAT_SCALE: Scale = { kind: "percentile", low: 0.5, high: 99.5 };

/** The preparation that follows from the first image. */
function inputFor(image: Image, options: LoadOptions): ModelInput {
  const { region } = options, { data, width, height } = region ? cutRegion(image, region) : image;
  const inUnit = !(data instanceof Float32Array) || data.every((value) => value >= 0 && value <= 1);
  return {
    width: options.size?.width ?? width,
    height: options.size?.height ?? height,
    channels: options.channels ?? (image.channels < 3 ? 1 : 3),
    fit: options.fit ?? "stretch",
    scale: options.scale ?? (inUnit ? { kind: "depth" } : FLOAT_SCALE),
    resizes: options.size !== undefined,
    converts: options.channels !== undefined,
    ...region && { region },
  };
}

/**
 * Loads training images into memory.
 *
 * @param entries The entries of a source.
 * @param options Selection and preparation.
 * @returns The images, in order.
 * @throws {StrayError} `empty` If there is none; `label` if a named label does not occur; `shape` if
 * sizes or channels differ and no conversion is allowed.
 */
export async function loadImages(
  entries: AsyncIterable<Entry>,
  options: LoadOptions = {},
): Promise<LoadedImages> {
  const { normal, holdOut } = options;
  const hash = createHash("sha256");
  const found = new Set<string>(), taken = new Set<string>();
  let images: ImageSet | undefined;
  let input: ModelInput | undefined;
  let unlabelled = 0;
  const failures: FailedSample[] = [];
  let buffer = new Float32Array(0);
  for await (const entry of entries) {
    if (isFailed(entry)) {
      failures.push(entry);
      options.onFailure?.(entry);
      continue;
    }
    const { image, label } = entry;
    if (label !== undefined) found.add(label);
    if (normal && (label === undefined || !normal.includes(label))) continue;
    if (holdOut && label !== undefined && holdOut.includes(label)) continue;
    if (label === undefined) unlabelled++;
    else taken.add(label);
    if (!input || !images) {
      input = options.input ?? inputFor(image, options);
      images = new ImageSet([input.height, input.width, input.channels]);
      buffer = new Float32Array(sizeOf(images.shape));
    }
    try {
      writeModelInput(image, input, buffer, 0);
    } catch (error) {
      throw mixed(error, entry, input);
    }
    hash.update(new Uint8Array(buffer.buffer));
    images.add(buffer);
    options.onImage?.(entry, images.count);
  }
  checkLabels([...normal ?? [], ...holdOut ?? []], found, holdOut ? unlabelled : 0);
  if (!images || !input) throw nothingRead(failures, found);
  return {
    images,
    input,
    ...(unlabelled === 0 && { labels: [...taken].sort() }),
    fingerprint: `sha256:${hash.digest("hex")}`,
  };
}

/** The error for a source without a usable image. */
function nothingRead(
  failures: readonly FailedSample[],
  found: ReadonlySet<string>,
): StrayError {
  const [first] = failures;
  if (first && failures.length === 1) return first.error;
  return new StrayError("empty", "Cannot train as there must be images: current number is 0", {
    hint: first
      ? `${failures.length} could not be read; the first: ${first.error.message}`
      : found.size > 0
      ? `--normal and --hold-out leave none: the labels are ${listed(found)}`
      : "check --data",
  });
}

/** The error of one image among others, with its path and a hint for training. */
function mixed(error: unknown, { path, image }: Sample, input: ModelInput): unknown {
  if (!(error instanceof StrayError)) return error;
  const { width, height, channels } = input;
  const flag = image.width === width && image.height === height
    ? `--channels ${channels === 1 ? "grey" : "rgb"}`
    : `--size ${width}x${height}`;
  const hint = error.code === "shape"
    ? `all must be as the first one: add ${flag} to convert every image`
    : error.hint;
  const message = error.message.replace("the image", JSON.stringify(path));
  return new StrayError(error.code, message, { hint, cause: error });
}

function checkLabels(named: readonly string[], found: ReadonlySet<string>, unlabelled: number) {
  if (named.length > 0 && (found.size === 0 || unlabelled > 0)) {
    const which = found.size === 0 ? "none has one" : `${unlabelled} have none`;
    throw new StrayError("label", `Cannot choose by label as every image must have one: ${which}`, {
      hint: "use a folder of class folders, IDX with its labels file, or NDJSON with label",
    });
  }
  const unknown = named.find((label) => !found.has(label));
  if (unknown === undefined) return;
  throw new StrayError(
    "label",
    `Cannot choose by label as it must be one of the images' labels: current value is "${unknown}"`,
    { hint: `the labels are ${listed(found)}` },
  );
}

function listed(labels: ReadonlySet<string>): string {
  const list = [...labels].sort();
  return list.slice(0, 20).join(", ") + (list.length > 20 ? ", …" : "");
}
