/** Counts the times that a loss has stopped to fall. */

/** A loss is lower if it is so by this part. */
const LEAST_FALL = 1e-4;

/**
 * How often a loss has stood still for too long.
 *
 * @param losses One an epoch.
 * @param patience Epochs that it may stand still.
 * @returns The number of reductions that are due.
 */
export function plateaus(losses: readonly number[], patience: number): number {
  let best = Infinity, still = 0, count = 0;
  for (const loss of losses) {
    if (loss < best * (1 - LEAST_FALL)) {
      best = loss;
      still = 0;
    } else if (++still > patience) {
      count++;
      still = 0;
    }
  }
  return count;
}
