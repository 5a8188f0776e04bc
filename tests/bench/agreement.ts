/** Checks that two programs computed the same. */

/**
 * Compares mean scores; scores that nobody reads might not have been computed.
 *
 * @param ours stray's mean score.
 * @param theirs The peer's mean score.
 * @param tolerance Largest relative difference.
 * @returns A description of the comparison.
 * @throws {Error} If a score is not a number or the two differ.
 */
export function agreement(ours: number, theirs?: number, tolerance = 0): string {
  if (!Number.isFinite(ours)) {
    throw new Error(`Cannot trust the times as the mean score is ${ours}`);
  }
  if (theirs === undefined) return `mean score ${ours.toPrecision(6)}`;
  const difference = Math.abs(ours - theirs) / Math.abs(theirs);
  if (!(difference <= tolerance)) {
    throw new Error(
      `Cannot compare the times as both must score the same: ${ours} and ${theirs} differ by ${difference}`,
    );
  }
  return `mean score ${ours.toPrecision(6)}, peer's ${theirs.toPrecision(6)}`;
}
