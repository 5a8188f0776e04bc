/** Several runs in a few numbers. */

/** Runs of one thing: the middle, the ends, and each. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** In the order in which they were run. */
  readonly runs: readonly number[];
}

/**
 * Sums up runs.
 *
 * @param runs One value a run, at least one.
 * @returns Median, ends, and the runs.
 */
export function summarise(runs: readonly number[]): Summary {
  const sorted = runs.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, runs };
}

/**
 * How many times faster the first is, run by run: neighbours in time share what the machine is like.
 *
 * @param seconds Seconds of the first, one a run.
 * @param others Seconds of the second, one a run.
 * @returns The ratios of speed, above 1 where the first is faster.
 */
export function pairwiseSpeed(seconds: readonly number[], others: readonly number[]): Summary {
  return summarise(seconds.map((value, i) => others[i]! / value));
}

/**
 * Runs some things in turns, A B C A B C …, so that a slow minute strikes all of them.
 *
 * @param runs How often.
 * @param things What is run; each gives a value.
 * @returns The values: one list a thing.
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
