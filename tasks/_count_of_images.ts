/** A number of images, in words. */

/** `1 image`, `2 images`, `1,000 images`. */
export function countOfImages(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}`;
}
