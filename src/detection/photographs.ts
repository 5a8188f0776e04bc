/** Whether images are photographs, for which there is a model of their own. */

import type { Sample } from "../datasets/mod.ts";
import { hasImageExtension } from "../images/mod.ts";

/** Most pixels along the shorter side of an image that is too small to be called a photograph. */
const SMALL = 64;

/**
 * Whether images are photographs: files of their own in a format of cameras and screens, of more than 64 pixels along
 * each side, in 8 or 16 bits. Arrays, measured floats and parts of containers are none.
 *
 * @param samples Images, at least one.
 */
export function arePhotographs(samples: readonly Sample[]): boolean {
  return samples.every(({ path, image: { width, height, data, vector } }) =>
    !vector && Math.min(width, height) > SMALL && !(data instanceof Float32Array) &&
    hasImageExtension(path)
  );
}
