/** Damage that changes the values of pixels, everywhere or in a part. */

import type { ImageShape } from "../../../shape.ts";
import type { Damage } from "./_kind.ts";
import { between, length, oneOf, painted, patch, wholeOrPatch } from "./_regions.ts";

/** Normal or uniform noise. */
export const noise: Damage = (image, shape, random) => {
  const strength = between(random, 0.08, 0.5), uniform = random.uniform() < 0.3;
  const region = wholeOrPatch(shape, random);
  return painted(
    image,
    shape,
    region,
    (_x, _y, _c, at) =>
      uniform
        ? image[at]! + strength * 1.5 * (random.uniform() - image[at]!)
        : image[at]! + strength * random.normal(),
  );
};

/** Salt and pepper: pixels, or squares of pixels, in black or white. */
export const saltAndPepper: Damage = (image, shape, random) => {
  const rate = between(random, 0.01, 0.2), cell = Math.max(1, length(shape, random, 0, 0.07));
  const columns = Math.ceil(shape[1] / cell), rows = Math.ceil(shape[0] / cell);
  const values = Float32Array.from(
    { length: columns * rows },
    () => random.uniform() < rate ? random.integer(2) : -1,
  );
  const region = wholeOrPatch(shape, random);
  return painted(image, shape, region, (x, y, _c, at) => {
    const value = values[Math.floor(y / cell) * columns + Math.floor(x / cell)]!;
    return value < 0 ? image[at]! : value;
  });
};

/** A blur: the mean over a square, or along a line. */
export const blurred: Damage = (image, shape, random) => {
  const reach = Math.max(1, Math.round(length(shape, random, 0.03, 0.12)));
  const [dx, dy] = oneOf(random, [[1, 0], [0, 1], [1, 1]] as const);
  const region = wholeOrPatch(shape, random);
  const across = averaged(image, shape, dx * reach, 0);
  const soft = averaged(across, shape, 0, dy * reach);
  return painted(image, shape, region, (_x, _y, _c, at) => soft[at]!);
};

/** The mean of the pixels up to `reachX` or `reachY` away along one axis. */
function averaged(image: Float32Array, shape: ImageShape, reachX: number, reachY: number) {
  return neighbourhood(image, shape, reachX, reachY, (sum, value) => sum + value, true);
}

/** Strokes that are thicker or thinner: the largest or smallest value of a square. */
export const thickness: Damage = (image, shape, random) => {
  const reach = Math.max(1, Math.round(length(shape, random, 0.02, 0.07)));
  const extreme = oneOf(random, [Math.max, Math.min] as const);
  const region = wholeOrPatch(shape, random);
  const along = neighbourhood(image, shape, reach, 0, (a, b) => extreme(a, b));
  const all = neighbourhood(along, shape, 0, reach, (a, b) => extreme(a, b));
  return painted(image, shape, region, (_x, _y, _c, at) => all[at]!);
};

/** Reduces the values around each pixel; beyond the edge there are none. */
function neighbourhood(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  reachX: number,
  reachY: number,
  reduce: (a: number, b: number) => number,
  mean = false,
): Float32Array {
  const out = new Float32Array(image.length);
  for (let y = 0, at = 0; y < height; y++) {
    const top = Math.max(0, y - reachY), bottom = Math.min(height - 1, y + reachY);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reachX), right = Math.min(width - 1, x + reachX);
      for (let c = 0; c < channels; c++, at++) {
        let result = image[(top * width + left) * channels + c]!;
        for (let v = top; v <= bottom; v++) {
          for (let u = v === top ? left + 1 : left; u <= right; u++) {
            result = reduce(result, image[(v * width + u) * channels + c]!);
          }
        }
        out[at] = mean ? result / ((bottom - top + 1) * (right - left + 1)) : result;
      }
    }
  }
  return out;
}

/** Squares of one value, as of a picture with too few pixels. */
export const pixelated: Damage = (image, shape, random) => {
  const [height, width, channels] = shape;
  const cell = Math.max(2, Math.round(length(shape, random, 0.08, 0.2)));
  const columns = Math.ceil(width / cell), cells = columns * Math.ceil(height / cell);
  const sums = new Float64Array(cells * channels), counts = new Uint32Array(cells);
  const cellOf = (x: number, y: number) => Math.floor(y / cell) * columns + Math.floor(x / cell);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      counts[cellOf(x, y)]!++;
      for (let c = 0; c < channels; c++, at++) sums[cellOf(x, y) * channels + c]! += image[at]!;
    }
  }
  return painted(
    image,
    shape,
    wholeOrPatch(shape, random),
    (x, y, c) => sums[cellOf(x, y) * channels + c]! / counts[cellOf(x, y)]!,
  );
};

/** Two to four levels of brightness in place of all. */
export const quantised: Damage = (image, shape, random) => {
  const levels = 2 + random.integer(3), offset = levels === 2 ? between(random, -0.3, 0.3) : 0;
  const region = wholeOrPatch(shape, random);
  return painted(
    image,
    shape,
    region,
    (_x, _y, _c, at) =>
      Math.round(Math.max(0, Math.min(1, image[at]! + offset)) * (levels - 1)) / (levels - 1),
  );
};

/** Black for white. */
export const inverted: Damage = (image, shape, random) => {
  const region = wholeOrPatch(shape, random);
  return painted(image, shape, region, (_x, _y, _c, at) => 1 - image[at]!);
};

/** Another brightness and contrast of a part, or of the whole along a slope. */
export const faded: Damage = (image, shape, random) => {
  const target = random.uniform(), strength = between(random, 0.3, 0.85);
  const local = random.uniform() < 0.5, region = local ? patch(shape, random) : () => 1;
  const angle = between(random, 0, 2 * Math.PI), [height, width] = shape;
  const cos = Math.cos(angle) / width, sin = Math.sin(angle) / height;
  return painted(image, shape, region, (x, y, _c, at) => {
    const slope = local ? 1 : 0.5 + cos * (x - width / 2) + sin * (y - height / 2);
    const part = strength * Math.max(0, Math.min(1, slope));
    return image[at]! + part * (target - image[at]!);
  });
};
