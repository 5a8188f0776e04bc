/** Division of a pass over the images into batches, and of a batch into the shares of a group. */

import type { ProcessGroup } from "./process_group.ts";

/** A smaller last batch, as a fraction of a batch, joins the one before. */
const MIN_FRACTION = 1 / 8;

/** Minimum number of images per batch: one image has no variance to normalise by. */
const MIN_BATCH = 2;

/**
 * Divides a pass into batches. They do not depend on the number of threads.
 *
 * @param count Images per pass.
 * @param batch Images per batch.
 * @returns Start of each batch, and last the end of the pass.
 */
export function batchBounds(count: number, batch: number): number[] {
  const bounds = [0];
  while (bounds.at(-1)! < count) bounds.push(Math.min(bounds.at(-1)! + batch, count));
  const rest = count % batch;
  const joins = rest > 0 && rest < Math.max(MIN_BATCH, batch * MIN_FRACTION);
  if (joins && bounds.length > 2) bounds.splice(-2, 1);
  return bounds;
}

/**
 * Largest group whose members all have images in every batch.
 *
 * @param count Images per pass.
 * @param batch Images per batch.
 * @returns Number of members, at least 1.
 */
export function largestGroup(count: number, batch: number): number {
  const bounds = batchBounds(count, batch);
  return Math.min(batch, bounds.at(-1)! - bounds.at(-2)!);
}

/**
 * Bounds of a member's share: contiguous, and as large as the others' to within one.
 *
 * @param count Number of things to share, such as images or weights.
 * @param member Rank of the member and size of its group.
 * @returns Start and end of the share.
 */
export function shareBounds(
  count: number,
  { rank, size }: Pick<ProcessGroup, "rank" | "size">,
): { readonly from: number; readonly to: number } {
  const start = (rank: number) => Math.floor(count * rank / size);
  return { from: start(rank), to: start(rank + 1) };
}

/** Rows or columns that the products take at once. */
const PANEL = 16;
/** Fewest panels of a share for which shares consist of whole panels. */
const MIN_PANELS = 4;

/**
 * Bounds of a member's share of the rows or columns of a matrix: like {@linkcode shareBounds}, but many rows or
 * columns are shared in units of 16, as products compute a part of such a panel as long as a whole one.
 *
 * @param count Number of rows or columns.
 * @param member Rank of the member and size of its group.
 * @returns Start and end of the share.
 */
export function panelBounds(
  count: number,
  member: Pick<ProcessGroup, "rank" | "size">,
): { readonly from: number; readonly to: number } {
  const panels = Math.floor(count / PANEL);
  if (panels < MIN_PANELS * member.size) return shareBounds(count, member);
  const { from, to } = shareBounds(panels, member), isLast = member.rank === member.size - 1;
  return { from: from * PANEL, to: isLast ? count : to * PANEL };
}

/**
 * A member's share of an array, by {@linkcode shareBounds}.
 *
 * @param all Images of a batch, or something that comes with each of them.
 * @param member Rank of the member and size of its group.
 * @returns The member's elements; a copy.
 */
export function shareOf<T extends { length: number; slice(from: number, to: number): T }>(
  all: T,
  member: Pick<ProcessGroup, "rank" | "size">,
): T {
  const { from, to } = shareBounds(all.length, member);
  return all.slice(from, to);
}
