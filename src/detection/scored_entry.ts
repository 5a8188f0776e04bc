/** What scoring makes of an entry. */

import type { EntryName, FailedSample } from "../datasets/mod.ts";
import type { Verdict } from "./detector.ts";

/** An image's name with its verdict; the pixels are gone. */
export interface ScoredSample extends EntryName {
  /** What the detector says. */
  readonly verdict: Verdict;
  /** Things about the image that a careful user would want to know. */
  readonly notes: readonly string[];
}

/** One image's outcome: scored, or failed with the reason. */
export type ScoredEntry = ScoredSample | FailedSample;
