/** What scoring makes of an entry. */

import type { EntryName, FailedSample } from "../datasets/mod.ts";
import type { Verdict } from "./detector.ts";

/** An image's name with its verdict; the pixels are gone, unless they were asked for. */
export interface ScoredSample extends EntryName {
  /** What the detector says. */
  readonly verdict: Verdict;
  /** Things about the image that a careful user would want to know. */
  readonly notes: readonly string[];
  /** The image and its errors, if they were asked for. */
  readonly inspection?: Inspection;
}

/** An image as the model sees it, and where it is strange. */
export interface Inspection {
  /** Samples, `[height, width, channels]`. */
  readonly pixels: Float32Array;
  /** As `Detector.errorMaps` gives them, `[height, width]`. */
  readonly errors: Float32Array;
}

/** One image's outcome: scored, or failed with the reason. */
export type ScoredEntry = ScoredSample | FailedSample;
