/** How much a memory of patches holds. */

/** Patches of each image, before those that represent little are dropped. */
export const PATCHES_PER_IMAGE = 100;
/** Maximum number of patches of all images; where there are more images, each keeps one. */
export const MAX_PATCHES = 10_000;

/** Numbers that the members of a group exchange for each image. */
export function exchangedNumbers(size: number): number {
  return PATCHES_PER_IMAGE * (size + 1) + size;
}
