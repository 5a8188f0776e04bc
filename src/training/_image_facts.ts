/** Facts about images that are loaded: their range, their memory, and warnings that follow from them. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import type { Scale } from "../images/mod.ts";
import { rangeOf, type SampleRange, shortNumber, type SourceSamples } from "./_source_samples.ts";
import type { ImageSet } from "./image_set.ts";
import type { LoadedImages, LoadOptions } from "./load_images.ts";

/** Number of labels that a message lists. */
const LISTED = 20;

/** Labels as a list, sorted. */
export function listed(labels: Iterable<string>): string {
  const list = [...labels].sort();
  return list.slice(0, LISTED).join(", ") + (list.length > LISTED ? ", …" : "");
}

/** Range and fingerprint of the images as the model sees them. */
export function summarise(images: ImageSet): Pick<LoadedImages, "range" | "fingerprint"> {
  const hash = createHash("sha256");
  for (let i = 0; i < images.count; i++) {
    const values = images.at(i);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return { range: rangeOfImages(images), fingerprint: `sha256:${hash.digest("hex")}` };
}

function rangeOfImages(images: ImageSet): SampleRange {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < images.count; i++) {
    const range = rangeOf(images.at(i));
    low = Math.min(low, range.low);
    high = Math.max(high, range.high);
  }
  return { low, high };
}

/** Maps the range of all images to [0, 1], in place, as `writeModelInput` will by the scale returned. */
export function learnScale(images: ImageSet): Scale {
  const { low, high } = rangeOfImages(images);
  if (!(high > low)) {
    throw new StrayError(
      "value",
      `Cannot learn the scale as samples must differ: all are ${shortNumber(low)}`,
      { hint: "give --scale LOW,HIGH" },
    );
  }
  for (let i = 0; i < images.count; i++) {
    const values = images.at(i);
    for (let j = 0; j < values.length; j++) values[j] = (values[j]! - low) / (high - low);
    images.set(i, values);
  }
  return { kind: "range", low, high };
}

/** Warns where the scale that nobody chose hides a part of the samples. */
export function warnOfSamples(
  samples: SourceSamples,
  scale: Scale,
  { onWarning }: LoadOptions,
): void {
  const { range, unusedDepth } = samples;
  const [low, high] = [shortNumber(range.low), shortNumber(range.high)];
  if (scale.kind === "depth" && unusedDepth !== undefined) {
    onWarning?.(
      `samples lie from ${low} to ${high}, a small part of 0 to ${unusedDepth}: differences look ` +
        "small to the model",
      `--scale auto maps the range of the images to [0, 1], as --scale ${low},${high} does`,
    );
  }
  if (scale.kind === "percentile") {
    onWarning?.(
      `samples are floats from ${low} to ${high}: each image is scaled by its own percentiles ` +
        `${scale.low} and ${scale.high}, so its brightest ${100 - scale.high} % look alike`,
      "--scale auto maps the range of all images to [0, 1] and clips none of them; --scale LOW,HIGH " +
        "yours; --scale percentile is this, without a warning",
    );
  }
}

/** Labels that are hardly those of normal images. */
const ANOMALOUS = new RegExp(
  "^(abnormal|anomal\\w*|outliers?|defect(s|ive|ed)?|damaged?|broken|fault(y|s)?|bad|crack(s|ed)?|" +
    "reject(s|ed)?|scrap|ng|nok|not?[-_ ]?(ok|good|normal))($|[-_ ])",
  "i",
);

/** Warns if a label's name says that its images are not normal. */
export function warnOfLabels(labels: readonly string[], { onWarning }: LoadOptions): void {
  const normal = labels.filter((label) => !ANOMALOUS.test(label));
  if (normal.length === labels.length || normal.length === 0) return;
  const strange = labels.filter((label) => ANOMALOUS.test(label));
  onWarning?.(
    `images of ${listed(strange)} are taken for normal, as those of ` +
      listed(normal),
    `--normal ${normal.slice(0, LISTED).join(",")} trains on the others alone`,
  );
}
