/** Damage that puts something else in the place of a part of the image. */

import type { Damage } from "./_kind.ts";
import {
  between,
  disc,
  length,
  moved,
  oneOf,
  painted,
  patch,
  place,
  rectangle,
  type Region,
} from "./_regions.ts";

/** A part of the image in another place (CutPaste: Li et al. 2021, arXiv 2104.04015, section 2.1). */
export const cutPaste: Damage = (image, shape, random) => {
  const to = place(shape, random), from = place(shape, random);
  const sides = [length(shape, random, 0.15, 0.5), length(shape, random, 0.15, 0.5)] as const;
  const region = rectangle(to, sides, 0);
  const dx = Math.round(from.x - to.x), dy = Math.round(from.y - to.y);
  return moved(image, shape, region, (x, y) => ({ x: x + dx, y: y + dy }));
};

/** A thin turned strip with another part of the image, turned too (the scar of CutPaste, section 2.2). */
export const scar: Damage = (image, shape, random) => {
  const to = place(shape, random), from = place(shape, random);
  const sides = [length(shape, random, 0.3, 0.8), length(shape, random, 0.08, 0.2)] as const;
  const region = rectangle(to, sides, between(random, 0, Math.PI));
  return moved(image, shape, region, turnAbout(to, from, between(random, 0, 2 * Math.PI), 1));
};

/** A rectangle or disc in black, white, the mean or any grey. */
export const erased: Damage = (image, shape, random) => {
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
  const colour = oneOf(random, [0, 1, mean, random.uniform()]);
  return painted(image, shape, patch(shape, random), () => colour);
};

/** A part with its pixels, or squares of them, in random order. */
export const shuffled: Damage = (image, shape, random) => {
  const [height, width] = shape;
  const cell = Math.max(1, Math.round(length(shape, random, 0, 0.12)));
  const [high, wide] = [height, width].map((side) =>
    Math.min(side, Math.max(2 * cell, Math.round(length(shape, random, 0.25, 0.6))))
  ) as [number, number];
  const left = random.integer(width - wide + 1), top = random.integer(height - high + 1);
  const rows = Math.floor(high / cell), columns = Math.floor(wide / cell);
  const order = random.permutation(rows * columns);
  const region: Region = (x, y) =>
    x >= left && x < left + columns * cell && y >= top && y < top + rows * cell ? 1 : 0;
  return moved(image, shape, region, (x, y) => {
    const column = Math.floor((x - left) / cell), row = Math.floor((y - top) / cell);
    const from = order[row * columns + column]!, fromRow = Math.floor(from / columns);
    return {
      x: x + (from % columns - column) * cell,
      y: y + (fromRow - row) * cell,
    };
  });
};

/** A disc that is turned by 40 to 320 degrees, or mirrored as well. */
export const turned: Damage = (image, shape, random) => {
  const centre = place(shape, random), radius = length(shape, random, 0.15, 0.35);
  const angle = between(random, 40, 320) * Math.PI / 180, mirror = oneOf(random, [1, -1]);
  return moved(image, shape, disc(centre, radius), turnAbout(centre, centre, angle, mirror));
};

/** The map of a turn about a place, and of that place to another one. */
function turnAbout(
  to: { readonly x: number; readonly y: number },
  from: { readonly x: number; readonly y: number },
  angle: number,
  mirror: number,
) {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  return (x: number, y: number) => {
    const dx = mirror * (x - to.x), dy = y - to.y;
    return { x: from.x + cos * dx - sin * dy, y: from.y + sin * dx + cos * dy };
  };
}
