/** Findings of a detector: the verdict on an image, and arrays for all that comes besides its score. */

/** The verdict on one image. */
export interface Verdict {
  /** Higher for stranger images; its unit is the score's. */
  readonly score: number;
  /** Share of the calibration images that score at least as high, in (0, 1]. */
  readonly p: number;
  /** The score above which an image is an anomaly; null if too few images calibrate. */
  readonly threshold: number | null;
  /** Whether p is at most the false positive rate asked for. */
  readonly anomaly: boolean;
}

/** Findings of a batch besides its scores: arrays that receive them, empty where they are not wanted. */
export interface WantedFindings {
  /** Indices of the labels, as `placeOf` gives them. @default {unknown} */
  readonly classes?: Int32Array;
  /** The numbers of `detailNames`, one image after the other. */
  readonly details: Float32Array;
  /** Maps as `errorMaps` makes them. */
  readonly errors: Float32Array;
  /** Convergence of the mass that a lens has beside its smooth one, `width * height` numbers per image. */
  readonly convergence: Float32Array;
  /** Its ratio to the standard deviation under noise alone. */
  readonly significance: Float32Array;
}

/** Nothing but scores. */
export const NO_FINDINGS: WantedFindings = {
  details: new Float32Array(0),
  errors: new Float32Array(0),
  convergence: new Float32Array(0),
  significance: new Float32Array(0),
};
