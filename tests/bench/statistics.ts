/** Summary statistics of runs. */

/** Median, extremes and all values of runs. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** In order of execution. */
  readonly runs: readonly number[];
}

/**
 * Summarises runs.
 *
 * @param runs One value per run, at least one.
 * @returns Median, extremes, and the runs.
 */
export function summarise(runs: readonly number[]): Summary {
  const sorted = runs.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, runs };
}

/**
 * Ratio of speeds, run by run: runs that are neighbours in time share the state of the machine.
 *
 * @param seconds Seconds of the first, one value per run.
 * @param others Seconds of the second, one value per run.
 * @returns The ratios, above 1 where the first is faster.
 */
export function pairwiseSpeed(seconds: readonly number[], others: readonly number[]): Summary {
  return summarise(seconds.map((value, i) => others[i]! / value));
}

/**
 * Runs functions in turns, A B C A B C …, so that a slow minute affects all of them.
 *
 * @param runs Number of runs of each.
 * @param things The functions.
 * @returns Their results: one list per function.
 */
export async function inTurns<T>(
  runs: number,
  things: readonly (() => Promise<T>)[],
): Promise<T[][]> {
  const values: T[][] = things.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, thing] of things.entries()) values[i]!.push(await thing());
  }
  return values;
}
