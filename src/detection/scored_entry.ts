/** Results of scoring. */

import type { EntryName, FailedSample } from "../datasets/mod.ts";
import type { Image } from "../images/mod.ts";
import type { Verdict } from "./findings.ts";

/** An image's name with its verdict; the pixels are dropped unless requested. */
export interface ScoredSample extends EntryName {
  /** The detector's verdict. */
  readonly verdict: Verdict;
  /** Notes on the image, such as samples that were replaced. */
  readonly notes: readonly string[];
  /** Numbers that the model found of the image, NaN where there is none; absent where a model finds none. */
  readonly details?: ReadonlyMap<string, number>;
  /** The image and the map of its errors, if requested. */
  readonly inspection?: Inspection;
  /** The image and the maps of its mass, if requested. */
  readonly mass?: MassInspection;
}

/** The image, and the map of its errors. */
export interface Inspection {
  /** The image at full size, as decoded. */
  readonly image: Image;
  /** The map of `Detector.errorMaps`, `[height, width]`. */
  readonly errors: Float32Array;
}

/** The image, and the maps of the mass that its smooth lens lacks. */
export interface MassInspection {
  /** The image at full size, as decoded. */
  readonly image: Image;
  /** Convergence, `[height, width]`. */
  readonly convergence: Float32Array;
  /** Its ratio to the standard deviation under noise alone, `[height, width]`. */
  readonly significance: Float32Array;
}

/** The result for one entry: scored, or failed with the reason. */
export type ScoredEntry = ScoredSample | FailedSample;
