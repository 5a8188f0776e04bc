/**
 * Values from scikit-learn 1.2.1 (roc_auc_score, average_precision_score, roc_curve,
 * precision_recall_curve, precision_score, f1_score), the intervals from NumPy: DeLong's variance of the AUROC (DeLong,
 * DeLong and Clarke-Pearson 1988, Biometrics 44) with 1.959964 standard errors, and 20,000 resamples of a
 * stratified bootstrap with another generator.
 */

const COUNT = 200;
const POSITIVE = Uint8Array.from(
  { length: COUNT },
  (_, i) => (i * i * 7 + i * 3) % 11 < 3 ? 1 : 0,
);
const SCORES = Float64Array.from(
  { length: COUNT },
  (_, i) => ((i * 37) % 101) / 10 + POSITIVE[i]! * 2,
);

/** Scores with few ties. */
export const FINE = {
  scores: SCORES,
  positive: POSITIVE,
  golden: {
    positives: 73,
    auroc: 0.6687520224355517,
    averagePrecision: 0.6019161100258037,
    fprAt95Tpr: 0.7874015748031497,
    bestF1: 0.584,
    bestF1Threshold: 2,
    above5: {
      tpr: 0.6712328767123288,
      fpr: 0.4881889763779528,
      precision: 49 / 111,
      f1: 0.532608695652174,
    },
    delong: [0.5910289852464935, 0.74647505962461],
    bootstrap: [0.5895804120375364, 0.7451205371588824],
  },
} as const;

/** The same cut to whole numbers: 13 distinct scores. */
export const TIED = {
  scores: SCORES.map(Math.floor),
  positive: POSITIVE,
  golden: {
    positives: 73,
    auroc: 0.6665947578470499,
    averagePrecision: 0.5684042048240843,
    fprAt95Tpr: 0.8188976377952756,
    bestF1: 0.584,
    bestF1Threshold: 2,
    above5: {
      tpr: 0.589041095890411,
      fpr: 0.3937007874015748,
      precision: 43 / 93,
      f1: 0.5180722891566265,
    },
    delong: [0.589261675515862, 0.7439278401782379],
    bootstrap: [0.5881768417646425, 0.7426936144968179],
  },
} as const;
