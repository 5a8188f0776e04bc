/** How a pass over the images is cut into batches, and a batch into the shares of a group. */

import type { ProcessGroup } from "./process_group.ts";

/** A last batch of less than this part of a batch joins the one before. */
const LEAST_PART = 1 / 8;

/** Fewest images of a batch: one has no variance to normalise by. */
const LEAST_BATCH = 2;

/**
 * Cuts a pass into batches.
 *
 * Batches are the same however many threads share them.
 *
 * @param count Images of a pass.
 * @param batch Images of a batch.
 * @returns Where batches begin, and last where the pass ends.
 */
export function batchBounds(count: number, batch: number): number[] {
  const bounds = [0];
  while (bounds.at(-1)! < count) bounds.push(Math.min(bounds.at(-1)! + batch, count));
  const rest = count % batch;
  const joins = rest > 0 && rest < Math.max(LEAST_BATCH, batch * LEAST_PART);
  if (joins && bounds.length > 2) bounds.splice(-2, 1);
  return bounds;
}

/**
 * The most members that a group may have so that each has images in every batch.
 *
 * @param count Images of a pass.
 * @param batch Images of a batch.
 * @returns At least 1.
 */
export function largestGroup(count: number, batch: number): number {
  const bounds = batchBounds(count, batch);
  return Math.min(batch, bounds.at(-1)! - bounds.at(-2)!);
}

/**
 * A member's share of some images, contiguous.
 *
 * @param indices The images of all.
 * @param group The member.
 * @returns Those of the member; shares differ by one image at most.
 */
export function shareOf(
  indices: Uint32Array,
  { rank, size }: Pick<ProcessGroup, "rank" | "size">,
): Uint32Array {
  const { length } = indices;
  return indices.subarray(shareStart(length, rank, size), shareStart(length, rank + 1, size));
}

/** A member's share of things that come with the images, as {@linkcode shareOf} is of these. */
export function ownPart<T>(
  things: readonly T[],
  { rank, size }: Pick<ProcessGroup, "rank" | "size">,
): T[] {
  const { length } = things;
  return things.slice(shareStart(length, rank, size), shareStart(length, rank + 1, size));
}

/** Where a member's share of a number of things begins. */
export function shareStart(count: number, rank: number, size: number): number {
  return Math.floor(count * rank / size);
}
