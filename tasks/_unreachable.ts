/** Rates that the calibration of a model cannot reach, in words. */

/**
 * The reason why no image can be an anomaly at a false positive rate.
 *
 * @param smallest The smallest p that the calibration allows.
 * @param fpr The rate.
 * @returns The reason; undefined if the rate can be reached.
 */
export function unreachableFpr(smallest: number, fpr: number): string | undefined {
  if (smallest <= fpr * (1 + 1e-6)) return undefined;
  const needed = Math.ceil(1 / fpr - 1e-9) - 1;
  return `the model was calibrated on too few images for --fpr ${fpr}: no image can be called an ` +
    `anomaly, as p is at least ${smallest}; raise --fpr, or calibrate on at least ${needed} images`;
}

/**
 * The reason why no image was an anomaly at a false discovery rate, if that is the calibration.
 *
 * @param images Number of images.
 * @param smallest The smallest p that the calibration allows.
 * @param fdr The rate.
 * @returns The reason; undefined if the calibration would allow a single anomaly.
 */
export function unreachableFdr(images: number, smallest: number, fdr: number): string | undefined {
  const fewest = Math.ceil(smallest * images / fdr - 1e-6);
  if (fewest <= 1) return undefined;
  return `--fdr ${fdr} finds at least ${fewest} anomalies among ${images} images or none, as p is at ` +
    `least ${smallest}; label fewer images at a time, or calibrate on more images`;
}
