/** Loading of images from the entries of a source: to train, to calibrate, to compare with. */

import { type Entry, type FailedSample, isFailed, type Sample } from "../datasets/mod.ts";
import { imageFailure, StrayError, withImageName } from "../errors.ts";
import {
  containsRegion,
  cutRegion,
  type Image,
  type ModelInput,
  type Region,
  type Scale,
  writeModelInput,
} from "../images/mod.ts";
import { sizeOf } from "../shape.ts";
import { learnScale, listed, summarise, warnOfLabels, warnOfSamples } from "./_image_facts.ts";
import { RepeatedImages } from "./_repeated_images.ts";
import { type SampleRange, SourceSamples } from "./_source_samples.ts";
import type { ImageCache } from "./image_cache.ts";
import { ImageSet } from "./image_set.ts";

/** Selection and preparation of the images. */
export interface LoadOptions {
  /** Room for the images. @default {memory without a limit} */
  readonly cache?: ImageCache | undefined;
  /** Counts the entries, to refuse those without room before they are read. @default {none is counted} */
  readonly count?: (() => Promise<number | undefined>) | undefined;
  /** Labels of the images to take. @default {all} */
  readonly normal?: readonly string[] | undefined;
  /** Labels of the images to leave out. @default {none} */
  readonly holdOut?: readonly string[] | undefined;
  /** Size to resize to. @default {the first image's, which all others must have} */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /**
   * Chooses the side of a square of as many pixels as the median image shall have, from the first images: then the
   * aspect of images is kept, and they may differ in size. Without effect where there is a `size`.
   */
  readonly sideFor?: ((first: readonly Sample[]) => number | undefined) | undefined;
  /** Whether the first images are up to 64, else it is one. @default {false} */
  readonly looksAhead?: boolean | undefined;
  /** Columns and rows, where neither `size` nor `sideFor` says it otherwise. @default {none} */
  readonly side?: number | undefined;
  /** How to resize. @default {"stretch"} */
  readonly fit?: "stretch" | "crop" | undefined;
  /** Channels to convert to, grey or RGB. @default {the first image's, which all others must have} */
  readonly channels?: 1 | 3 | undefined;
  /**
   * Samples to [0, 1]; by default by depth, for floats outside [0, 1] by percentiles, for vectors not
   * at all. `auto` maps the range of all images taken, which the model keeps as `range`.
   */
  readonly scale?: Scale | { readonly kind: "auto" } | undefined;
  /** The part of every image that counts; all other pixels never do. @default {the whole image} */
  readonly region?: Region | undefined;
  /** Whether samples that are not finite become NaN. @default {false} */
  readonly omits?: boolean | undefined;
  /** The preparation of all images, overriding the other options. @default {from the first image} */
  readonly input?: ModelInput | undefined;
  /** The flag that gave the source, for messages. @default {"--data"} */
  readonly flag?: "--data" | "--anomalies" | undefined;
  /** Called with the preparation once the first image is read; an error ends the loading. */
  readonly onInput?: ((input: ModelInput) => void) | undefined;
  /** Called with facts about the images that a careful user should see, and the remedy. */
  readonly onWarning?: ((message: string, hint?: string) => void) | undefined;
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
  /** Entries that could not be read. */
  readonly failures: readonly FailedSample[];
  /** The range of their samples, prepared. */
  readonly range: SampleRange;
  /** SHA-256 over the images as the model sees them, in order. */
  readonly fingerprint: string;
}

/** The images that decide how all are prepared, at most. */
const FIRST = { images: 64, samples: 1 << 28 };

/** Most room of images along an axis, in those of the median. */
const MOST_EXTENTS = 4;

/** Percentiles of float images that become 0 and 1. */
const FLOAT_SCALE: Scale = { kind: "percentile", low: 0.5, high: 99.5 };

/** The preparation that follows from the first images; `none` for the time being with `auto`. */
function inputFor(first: readonly Sample[], options: LoadOptions): ModelInput {
  const { scale, region } = options, [{ image }] = first as [Sample];
  const { data, width, height } = region ? cutRegion(image, region) : image;
  const found = options.sideFor?.(first), side = options.size ? undefined : found;
  const size = side === undefined
    ? options.size ?? squareOf(options.side)
    : canvasFor(first, side, region);
  const coloured = side === undefined ? first.slice(0, 1) : first;
  if (image.vector && options.fit !== undefined) {
    throw new StrayError(
      "usage",
      "Cannot use --fit as images must be resized: a vector is reshaped, never resized",
      { hint: "omit it" },
    );
  }
  const float = data instanceof Float32Array;
  const inUnit = !float || data.every((value) => value >= 0 && value <= 1);
  const learnt: Scale | undefined = scale?.kind === "auto" ? { kind: "none" } : scale;
  return {
    width: size?.width ?? width,
    height: size?.height ?? height,
    channels: options.channels ?? (coloured.some(({ image }) => image.channels > 2) ? 3 : 1),
    fit: side === undefined ? options.fit ?? "stretch" : "pad",
    scale: learnt ??
      (image.vector ? { kind: "none" } : inUnit ? { kind: "depth" } : FLOAT_SCALE),
    resizes: size !== undefined,
    // A network that knows photographs takes them in grey and in colour.
    converts: options.channels !== undefined || side !== undefined,
    ...region && { region },
    ...options.omits && { omits: true },
    ...side === undefined ? size && { reshapes: true } : { zoom: zoomOf(first, side, region) },
  };
}

function squareOf(side: number | undefined): LoadOptions["size"] {
  return side === undefined ? undefined : { width: side, height: side };
}

/** Pixels of the input per pixel of an image, such that the median area becomes `side` * `side`. */
function zoomOf(first: readonly Sample[], side: number, region: Region | undefined): number {
  const areas = first.map(({ image }) => region ?? image)
    .map(({ width, height }) => width * height).sort((a, b) => a - b);
  return side / Math.sqrt(areas[areas.length >> 1]!);
}

/**
 * The size in which images have room, but for those of more than four times the median width or height: one panorama
 * must not take the memory of all. One that is larger is resized by less.
 */
function canvasFor(
  first: readonly Sample[],
  side: number,
  region: Region | undefined,
): { readonly width: number; readonly height: number } {
  const zoom = zoomOf(first, side, region);
  const extent = (of: (size: { width: number; height: number }) => number) => {
    const extents = first.map(({ image }) => Math.max(1, Math.round(of(region ?? image) * zoom)))
      .sort((a, b) => a - b);
    return Math.min(extents.at(-1)!, MOST_EXTENTS * extents[extents.length >> 1]!);
  };
  return { width: extent(({ width }) => width), height: extent(({ height }) => height) };
}

/** Whether images of a label are taken. */
export function isChosen(
  label: string | undefined,
  { normal, holdOut }: Pick<LoadOptions, "normal" | "holdOut">,
): boolean {
  if (normal && (label === undefined || !normal.includes(label))) return false;
  return !(holdOut && label !== undefined && holdOut.includes(label));
}

/**
 * Loads images into memory. A file that is given again counts once.
 *
 * @param entries The entries of a source.
 * @param options Selection and preparation.
 * @returns The images, in order.
 * @throws {StrayError} `empty` If there is none; `label` if a named label does not occur; `shape` if
 * sizes or channels differ and no conversion is allowed; `too_large` if they have no room.
 */
export async function loadImages(
  entries: AsyncIterable<Entry>,
  options: LoadOptions = {},
): Promise<LoadedImages> {
  const { normal, holdOut } = options;
  // The range that the images use is told only where nobody chose their scale.
  const samples = options.input || options.scale ? undefined : new SourceSamples();
  const found = new Set<string>(), taken = new Set<string>();
  const repeated = new RepeatedImages();
  let images: ImageSet | undefined;
  let input: ModelInput | undefined;
  let unlabelled = 0;
  const failures: FailedSample[] = [];
  let buffer = new Float32Array(0);
  const prepare = (first: readonly Sample[]) => {
    input = options.input ?? named(first[0]!, options, () => inputFor(first, options));
    images = new ImageSet([input.height, input.width, input.channels], options.cache);
    options.onInput?.(input);
    buffer = new Float32Array(sizeOf(images.shape));
    return { input, images };
  };
  const take = (sample: Sample, { input, images }: ReturnType<typeof prepare>) => {
    named(sample, options, () => writeModelInput(sample.image, input, buffer, 0), input);
    if (!repeated.isNew(sample.path, buffer)) return;
    samples?.add(sample.image);
    images.add(buffer);
    options.onImage?.(sample, images.count);
  };
  const looksAhead = options.looksAhead === true && !options.input && !options.size;
  const first: Sample[] = [];
  let firstSamples = 0;
  const takeFirst = () => {
    const prepared = prepare(first);
    for (const sample of first.splice(0)) take(sample, prepared);
  };
  let isCounted = false;
  for await (const entry of entries) {
    if (images && !isCounted) {
      isCounted = true;
      images.requireRoom(await options.count?.() ?? 0);
    }
    if (isFailed(entry)) {
      failures.push(entry);
      options.onFailure?.(entry);
      continue;
    }
    const { label } = entry;
    if (label !== undefined) found.add(label);
    if (!isChosen(label, options)) continue;
    if (label === undefined) unlabelled++;
    else taken.add(label);
    if (input && images) take(entry, { input, images });
    else {
      first.push(entry);
      firstSamples += entry.image.data.length;
      const isFull = first.length >= FIRST.images || firstSamples >= FIRST.samples;
      if (!looksAhead || isFull) takeFirst();
    }
  }
  if (first.length > 0) takeFirst();
  checkLabels([...normal ?? [], ...holdOut ?? []], found, holdOut ? unlabelled : 0);
  if (!images || !input) throw nothingRead(failures, found, options.flag);
  if (!options.input && options.scale?.kind === "auto") {
    input = { ...input, scale: learnScale(images) };
  }
  repeated.warn(images.count, options);
  const labels = unlabelled === 0 ? [...taken].sort() : undefined;
  if (samples) warnOfSamples(samples, input.scale, options);
  if (labels && !normal && !holdOut) warnOfLabels(labels, options);
  return { images, input, ...labels && { labels }, failures, ...summarise(images) };
}

/** The error for a source without a usable image. */
function nothingRead(
  failures: readonly FailedSample[],
  found: ReadonlySet<string>,
  flag: LoadOptions["flag"] = "--data",
): StrayError {
  const [first] = failures;
  if (first && failures.length === 1) return first.error;
  const action = flag === "--data" ? "train" : `use ${flag}`;
  return new StrayError("empty", `Cannot ${action} as there must be images: current number is 0`, {
    hint: first
      ? describeFailures(failures)
      : found.size > 0
      ? `--normal and --hold-out leave none: the labels are ${listed(found)}`
      : `check ${flag}`,
  });
}

/** Entries that could not be read, as a hint; undefined if there are none. */
export function describeFailures(failures: readonly FailedSample[]): string | undefined {
  const [first] = failures;
  return first && `${failures.length} could not be read; the first: ${first.error.message}`;
}

/** Prepares one image among others; an error has its path and a remedy for training. */
function named<T>(
  { path, image }: Sample,
  options: LoadOptions,
  prepare: () => T,
  input?: ModelInput,
): T {
  try {
    return prepare();
  } catch (thrown) {
    const error = imageFailure(thrown, path);
    const remedy = error.code === "shape" && !options.input
      ? remedyFor(image, options, input)
      : undefined;
    throw withImageName(error, path, remedy);
  }
}

/** The remedy for an image whose shape is not that of the others, or too small for the region. */
function remedyFor(
  image: Image,
  { region, size }: LoadOptions,
  input: ModelInput | undefined,
): string | undefined {
  if (region && !containsRegion(image, region)) {
    return region.mask
      ? "give a --mask of the size of the images"
      : "give a --mask that lies within every image";
  }
  if (image.vector || !input) return undefined;
  const { width, height, channels } = input;
  const flag = region || size || image.width === width && image.height === height
    ? `--channels ${channels === 1 ? "grey" : "rgb"}`
    : `--size ${width}x${height}`;
  return `all must be as the first one: add ${flag} to convert every image`;
}

function checkLabels(named: readonly string[], found: ReadonlySet<string>, unlabelled: number) {
  if (named.length > 0 && (found.size === 0 || unlabelled > 0)) {
    const which = found.size === 0 ? "none has one" : `${unlabelled} have none`;
    throw new StrayError("label", `Cannot choose by label as every image must have one: ${which}`, {
      hint: "use a folder of class folders, IDX with its labels file, or NDJSON with label",
    });
  }
  requireLabels(named, found);
}

/**
 * Asserts that labels occur.
 *
 * @param named The labels.
 * @param found All labels of the images.
 * @throws {StrayError} `label` If one does not.
 */
export function requireLabels(named: readonly string[], found: ReadonlySet<string>): void {
  const unknown = named.find((label) => !found.has(label));
  if (unknown === undefined) return;
  throw new StrayError(
    "label",
    `Cannot choose by label as it must be one of the images' labels: current value is "${unknown}"`,
    { hint: `the labels are ${listed(found)}` },
  );
}
