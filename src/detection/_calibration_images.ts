/** Images that calibrate a model and did not train it. */

import { type Entry, type FailedSample, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import type { ModelInput } from "../images/mod.ts";
import { classesOf, type ModelSpec } from "../models/mod.ts";
import {
  describeFailures,
  type ImageSet,
  isChosen,
  loadImages,
  type LoadOptions,
} from "../training/mod.ts";

/** Selection of the images, and callbacks. */
export interface CalibrationImageOptions
  extends Pick<LoadOptions, "normal" | "holdOut" | "onFailure" | "onWarning" | "cache" | "count"> {
  /** Preparation of the images: the model's. */
  readonly input: ModelInput;
  /** Called for every image taken, with the number of images so far. */
  readonly onImage?: LoadOptions["onImage"];
}

/** The images in memory. */
export interface CalibrationImages {
  /** The images as the model sees them. */
  readonly images: ImageSet;
  /** Their labels, in order. */
  readonly labels: readonly (string | undefined)[];
  /** SHA-256 over the images as the model sees them, in order. */
  readonly fingerprint: string;
}

/**
 * Loads images that calibrate. Unlike the labels of a training, those of `normal` and `holdOut` need not
 * occur.
 *
 * @param entries The entries of a source.
 * @param options Selection, preparation and callbacks.
 * @returns The images.
 * @throws {StrayError} `empty` If there is none; `shape` if an image does not fit the model.
 */
export async function loadCalibrationImages(
  entries: AsyncIterable<Entry>,
  { normal, holdOut, input, cache, count, onFailure, onImage, onWarning }: CalibrationImageOptions,
): Promise<CalibrationImages> {
  const labels: (string | undefined)[] = [];
  let seen = 0;
  const failures: FailedSample[] = [];
  async function* chosen(): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      if (isFailed(entry)) {
        failures.push(entry);
        onFailure?.(entry);
        continue;
      }
      seen++;
      if (!isChosen(entry.label, { normal, holdOut })) continue;
      yield entry;
    }
  }
  try {
    const { images, fingerprint } = await loadImages(chosen(), {
      ...{ input, cache, count, onWarning },
      onImage(sample, count) {
        labels.push(sample.label);
        onImage?.(sample, count);
      },
    });
    return { images, labels, fingerprint };
  } catch (error) {
    if (!(error instanceof StrayError) || error.code !== "empty") throw error;
    throw new StrayError("empty", "Cannot calibrate as there must be images: current number is 0", {
      hint: seen > 0
        ? `--normal and --hold-out leave none of ${seen}`
        : describeFailures(failures) ?? "check the source of normal images",
      cause: error,
    });
  }
}

/**
 * The classes of labels.
 *
 * @param spec The model.
 * @param labels Labels.
 * @returns Per label its index among the classes that the model knows, or -1.
 */
export function classIndices(
  spec: ModelSpec,
  labels: readonly (string | undefined)[],
): Int32Array {
  const places = new Map(classesOf(spec).map((label, place) => [label, place]));
  return Int32Array.from(labels, (label) => places.get(label ?? "") ?? -1);
}
