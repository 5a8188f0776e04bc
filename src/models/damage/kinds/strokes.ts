/** Damage that draws on the image. */

import type { Damage } from "./_kind.ts";
import {
  between,
  coloursOf,
  curve,
  length,
  oneOf,
  painted,
  patch,
  place,
  type Region,
  wholeOrPatch,
} from "./_regions.ts";

/** A nearly straight line of one brightness. */
export const scratch: Damage = (image, shape, random) => {
  const long = length(shape, random, 0.3, 1.2), thick = length(shape, random, 0.04, 0.1);
  const colour = oneOf(random, [0, 1, random.uniform()]);
  const region = curve(shape, random, { long, thick, bend: 0.1 });
  return painted(image, shape, region, () => colour);
};

/** A bent line of the image's own ink: an occlusion that looks like a part of it. */
export const stroke: Damage = (image, shape, random) => {
  const long = length(shape, random, 0.2, 0.7), thick = length(shape, random, 0.06, 0.15);
  const { ink } = coloursOf(image, shape[2]);
  const region = curve(shape, random, { long, thick, bend: 0.4 });
  return painted(image, shape, region, (_x, _y, c) => ink[c]!);
};

/** A part of the image's ink that is missing: a bent line, or a patch, of its ground. */
export const gap: Damage = (image, shape, random) => {
  const long = length(shape, random, 0.2, 0.7), thick = length(shape, random, 0.06, 0.2);
  const { ground } = coloursOf(image, shape[2]);
  const region = random.uniform() < 0.6
    ? curve(shape, random, { long, thick, bend: 0.4 })
    : patch(shape, random);
  return painted(image, shape, region, (_x, _y, c) => ground[c]!);
};

/** One to four soft spots, brighter or darker. */
export const spots: Damage = (image, shape, random) => {
  const all = Array.from({ length: 1 + random.integer(4) }, () => ({
    ...place(shape, random),
    radius: length(shape, random, 0.05, 0.2),
    change: between(random, 0.3, 1) * oneOf(random, [-1, 1]),
  }));
  return painted(image, shape, () => 1, (x, y, _c, at) => {
    let value = image[at]!;
    for (const { x: atX, y: atY, radius, change } of all) {
      const distance = ((x - atX) ** 2 + (y - atY) ** 2) / radius ** 2;
      value += change * Math.exp(-distance * distance);
    }
    return value;
  });
};

/** Rows or columns of one brightness, or repeated, from one edge to the other. */
export const stuckLines: Damage = (image, shape, random) => {
  const [height, width, channels] = shape, rows = random.uniform() < 0.5;
  const side = rows ? height : width;
  const lines = Array.from({ length: 1 + random.integer(4) }, () => {
    const from = random.integer(side);
    return { from, to: from + Math.max(1, length(shape, random, 0.02, 0.1)) };
  });
  const lineOf = (at: number) => lines.find(({ from, to }) => at >= from && at < to);
  const colour = oneOf(random, [undefined, 0, 1, random.uniform()]);
  const region: Region = (x, y) => lineOf(rows ? y : x) ? 1 : 0;
  return painted(image, shape, region, (x, y, c) => {
    if (colour !== undefined) return colour;
    const { from } = lineOf(rows ? y : x)!;
    // The line beside those that are stuck.
    const before = from > 0 ? from - 1 : 0;
    return image[(rows ? before * width + x : y * width + before) * channels + c]!;
  });
};

/** Parallel stripes, brighter or darker. */
export const stripes: Damage = (image, shape, random) => {
  const angle = oneOf(random, [0, Math.PI / 2, between(random, 0, Math.PI)]);
  const period = Math.max(2, length(shape, random, 0.08, 0.35)), phase = random.uniform();
  const change = between(random, 0.2, 0.8) * oneOf(random, [-1, 1]);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  return painted(image, shape, wholeOrPatch(shape, random), (x, y, _c, at) => {
    const wave = Math.cos(2 * Math.PI * ((cos * x + sin * y) / period + phase));
    return image[at]! + change * Math.max(0, wave);
  });
};
