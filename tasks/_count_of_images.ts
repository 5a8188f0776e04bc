/** Numbers of images and records, in words. */

/** `1 image`, `2 images`, `1,000 images`. */
export function countOfImages(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}`;
}

/** A warning of records with an error. */
export function recordsLeftOut(count: number): string {
  return `${count} ${
    count === 1 ? "record has" : "records have"
  } an error in place of a score: left out`;
}
