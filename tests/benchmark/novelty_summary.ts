/** Mean and standard errors of a measure over classes and seeds. */

/** A mean with its uncertainty. */
export interface Summary {
  /** The mean over seeds, per class. */
  readonly classes: readonly number[];
  /** The mean over classes. */
  readonly mean: number;
  /** Standard error of the mean over classes, if they stand for all that might be; NaN for one class. */
  readonly overClasses: number;
  /** Standard error of the mean over trainings, these classes given; NaN for one seed. */
  readonly overSeeds: number;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaresAround(mean: number, values: readonly number[]): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/**
 * Summarises trials.
 *
 * The variance over seeds is pooled: that of each class around its own mean.
 *
 * @param values A value per seed, for every class; as many seeds for each.
 * @returns Mean and standard errors.
 */
export function summarise(values: readonly (readonly number[])[]): Summary {
  const count = values.length, seeds = values[0]!.length;
  const classes = values.map(meanOf), mean = meanOf(classes);
  const within = values.reduce((sum, each, i) => sum + squaresAround(classes[i]!, each), 0);
  return {
    classes,
    mean,
    overClasses: Math.sqrt(squaresAround(mean, classes) / (count - 1) / count),
    overSeeds: Math.sqrt(within / (count * (seeds - 1)) / (count * seeds)),
  };
}
