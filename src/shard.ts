/** Contiguous parts of a list, for work that several machines divide. */

/** One of several parts. */
export interface Shard {
  /** Number of the part, from 1. */
  readonly index: number;
  /** Number of parts. */
  readonly of: number;
}

/** Positions in a list, from 0. */
export interface Span {
  /** The first position. */
  readonly from: number;
  /** The position after the last. */
  readonly to: number;
}

/**
 * The positions of a part: the parts in order are the whole list, and their sizes differ by 1 at most.
 *
 * @param shard The part.
 * @param total Length of the list.
 * @returns Its positions; none where there are more parts than positions.
 *
 * @example
 * ```ts
 * import { spanOf } from "./shard.ts";
 *
 * const spans = [1, 2, 3].map((index) => spanOf({ index, of: 3 }, 8));
 * const words = spans.map(({ from, to }) => `${from}-${to}`).join(" ");
 * if (words !== "0-2 2-5 5-8") throw new Error("unexpected parts");
 * ```
 */
export function spanOf({ index, of }: Shard, total: number): Span {
  return { from: Math.floor((index - 1) * total / of), to: Math.floor(index * total / of) };
}
