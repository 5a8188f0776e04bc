/** A size for images that are too large. */

/** Longest side of a proposed size, in pixels. */
const PROPOSED_SIDE = 256;

/**
 * A smaller size with nearly the same aspect, such as `256x192`: sides are divisible by 4, at most 256, and
 * about half of what they are if that is less.
 */
export function smallerSize(width: number, height: number): string {
  const longer = Math.max(width, height), scale = Math.min(PROPOSED_SIDE, longer / 2) / longer;
  const side = (length: number) => Math.max(4, 4 * Math.round(length * scale / 4));
  return `${side(width)}x${side(height)}`;
}
