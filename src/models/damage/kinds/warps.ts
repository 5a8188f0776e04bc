/** Damage that moves pixels. */

import type { Damage } from "./_kind.ts";
import { between, length, moved, oneOf, painted, place, WHOLE, wholeOrPatch } from "./_regions.ts";

/** A whirl around a place. */
export const swirl: Damage = (image, shape, random) => {
  const centre = place(shape, random), radius = length(shape, random, 0.25, 0.6);
  const angle = between(random, 1.6, 6) * oneOf(random, [-1, 1]);
  return moved(image, shape, WHOLE, (x, y) => {
    const dx = x - centre.x, dy = y - centre.y;
    const turn = angle * Math.max(0, 1 - Math.hypot(dx, dy) / radius) ** 2;
    const cos = Math.cos(turn), sin = Math.sin(turn);
    return { x: centre.x + cos * dx - sin * dy, y: centre.y + sin * dx + cos * dy };
  });
};

/** A bump or a pinch, or a push to one side, around a place. */
export const bulge: Damage = (image, shape, random) => {
  const centre = place(shape, random), radius = length(shape, random, 0.15, 0.35);
  const zoom = oneOf(random, [0, between(random, 0.4, 0.8), between(random, -1.2, -0.5)]);
  const push = zoom === 0 ? length(shape, random, 0.1, 0.25) : 0;
  const angle = between(random, 0, 2 * Math.PI);
  return moved(image, shape, WHOLE, (x, y) => {
    const dx = x - centre.x, dy = y - centre.y;
    const part = Math.exp(-(dx * dx + dy * dy) / (radius * radius));
    return {
      x: x - part * (zoom * dx + push * Math.cos(angle)),
      y: y - part * (zoom * dy + push * Math.sin(angle)),
    };
  });
};

/** A tear: all on one side of a line is shifted along it, or away from it. */
export const torn: Damage = (image, shape, random) => {
  const on = place(shape, random), angle = between(random, 0, 2 * Math.PI);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const shift = length(shape, random, 0.08, 0.35) * oneOf(random, [-1, 1]);
  const away = random.uniform() < 0.3, across = length(shape, random, 0.08, 0.25);
  return moved(image, shape, WHOLE, (x, y) => {
    if (cos * (y - on.y) - sin * (x - on.x) < 0) return { x, y };
    return away ? { x: x + sin * across, y: y - cos * across } : {
      x: x + cos * shift,
      y: y + sin * shift,
    };
  });
};

/** Pixels in place of others nearby, as through frosted glass. */
export const jittered: Damage = (image, shape, random) => {
  const reach = Math.max(1, length(shape, random, 0.04, 0.12));
  const offset = () => Math.round(between(random, -reach, reach));
  const region = wholeOrPatch(shape, random);
  return moved(image, shape, region, (x, y) => ({ x: x + offset(), y: y + offset() }));
};

/** Rows or columns that are shifted along a wave. */
export const rippled: Damage = (image, shape, random) => {
  const period = length(shape, random, 0.15, 0.6), phase = between(random, 0, 2 * Math.PI);
  const height = length(shape, random, 0.04, 0.1), rows = random.uniform() < 0.5;
  const wave = (at: number) => height * Math.sin(2 * Math.PI * at / period + phase);
  return moved(image, shape, WHOLE, (x, y) => rows ? { x: x + wave(y), y } : { x, y: y + wave(x) });
};

/** The image once more, shifted and fainter, on top of itself. */
export const doubled: Damage = (image, shape, random) => {
  const angle = between(random, 0, 2 * Math.PI), far = length(shape, random, 0.1, 0.4);
  const dx = far * Math.cos(angle), dy = far * Math.sin(angle);
  const strength = between(random, 0.3, 1), brighter = random.uniform() < 0.5;
  const ghost = moved(image, shape, WHOLE, (x, y) => ({ x: x + dx, y: y + dy }));
  return painted(image, shape, WHOLE, (_x, _y, _c, at) => {
    const own = image[at]!, other = own + strength * (ghost[at]! - own);
    return brighter ? Math.max(own, other) : other;
  });
};
