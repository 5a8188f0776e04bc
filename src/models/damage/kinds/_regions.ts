/** Random regions of images, and painting in them. Lengths are in pixels, x to the right and y down. */

import type { Random } from "../../../random.ts";
import type { ImageShape } from "../../../shape.ts";

/** The share of a pixel that lies in a region, from 0 to 1. */
export type Region = (x: number, y: number) => number;

/** A random place of an image. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A uniform deviate from `low` to less than `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** One of some values, each as likely. */
export function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}

/** A length from `low` to `high` times the shorter side. */
export function length([height, width]: ImageShape, random: Random, low: number, high: number) {
  return Math.min(height, width) * between(random, low, high);
}

/** A random place, uniform over the image. */
export function place([height, width]: ImageShape, random: Random): Point {
  return { x: random.uniform() * (width - 1), y: random.uniform() * (height - 1) };
}

/** The whole image. */
export const WHOLE: Region = () => 1;

/** A share from the distance inside of an edge: half of a pixel whose centre is on the edge. */
function share(inside: number): number {
  return inside >= 0.5 ? 1 : inside <= -0.5 ? 0 : inside + 0.5;
}

/**
 * A rectangle.
 *
 * @param centre Its centre.
 * @param sides Lengths of its sides.
 * @param angle Direction of the first side, radians.
 */
export function rectangle(centre: Point, sides: readonly [number, number], angle: number): Region {
  const cos = Math.cos(angle), sin = Math.sin(angle), [along, across] = sides;
  return (x, y) => {
    const dx = x - centre.x, dy = y - centre.y;
    const u = Math.abs(cos * dx + sin * dy), v = Math.abs(cos * dy - sin * dx);
    return share(Math.min(along / 2 - u, across / 2 - v));
  };
}

/** A disc. */
export function disc(centre: Point, radius: number): Region {
  return (x, y) => share(radius - Math.hypot(x - centre.x, y - centre.y));
}

/** A part of the image: a rectangle, upright or turned, or a disc, 0.2 to 0.6 shorter sides wide. */
export function patch(shape: ImageShape, random: Random): Region {
  const centre = place(shape, random), side = () => length(shape, random, 0.2, 0.6);
  switch (random.integer(3)) {
    case 0:
      return rectangle(centre, [side(), side()], 0);
    case 1:
      return rectangle(centre, [side(), side()], between(random, 0, Math.PI));
    default:
      return disc(centre, side() / 2);
  }
}

/** The whole image or a part, each as likely. */
export function wholeOrPatch(shape: ImageShape, random: Random): Region {
  return random.uniform() < 0.5 ? WHOLE : patch(shape, random);
}

/** Segments of a curve. */
const SEGMENTS = 8;

/**
 * A bent line: a quadratic Bézier curve around a random place.
 *
 * @param shape Shape of the image.
 * @param random Source of place, direction and bend.
 * @param line Its length, its thickness, and its most deviation from straight as a share of its length.
 */
export function curve(
  shape: ImageShape,
  random: Random,
  { long, thick, bend }: { readonly long: number; readonly thick: number; readonly bend: number },
): Region {
  const centre = place(shape, random), angle = between(random, 0, Math.PI);
  const dx = Math.cos(angle) * long / 2, dy = Math.sin(angle) * long / 2;
  const bent = 2 * bend * between(random, -1, 1);
  const points = Array.from({ length: SEGMENTS + 1 }, (_, i) => {
    const t = 2 * i / SEGMENTS - 1, off = (1 - t * t) * bent;
    return { x: centre.x + t * dx - off * dy, y: centre.y + t * dy + off * dx };
  });
  const reach = Math.hypot(long / 2, bent * Math.hypot(dx, dy)) + thick;
  return (x, y) => {
    if ((x - centre.x) ** 2 + (y - centre.y) ** 2 > reach * reach) return 0;
    let nearest = Infinity;
    for (let i = 0; i < SEGMENTS; i++) {
      nearest = Math.min(nearest, distance(x, y, points[i]!, points[i + 1]!));
    }
    return share(thick / 2 - nearest);
  };
}

/** The distance of a place from a segment. */
function distance(x: number, y: number, from: Point, to: Point): number {
  const dx = to.x - from.x, dy = to.y - from.y;
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.max(0, Math.min(1, along));
  return Math.sqrt((x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2);
}

/** The new value of a sample. */
export type Paint = (x: number, y: number, channel: number, at: number) => number;

/**
 * Paints a region.
 *
 * @param image Samples in [0, 1], row-major, channels last.
 * @param shape Shape of the image.
 * @param region Where; pixels that it covers in part are blended.
 * @param paint Values, which are clipped to [0, 1].
 * @returns New samples.
 */
export function painted(
  image: Float32Array,
  shape: ImageShape,
  region: Region,
  paint: Paint,
): Float32Array {
  const [height, width, channels] = shape, out = image.slice();
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = region(x, y);
      for (let c = 0; c < channels; c++, at++) {
        if (part === 0) continue;
        const value = Math.max(0, Math.min(1, paint(x, y, c, at)));
        out[at] = image[at]! + part * (value - image[at]!);
      }
    }
  }
  return out;
}

/**
 * Resamples a region bilinearly; places outside the image take its nearest pixel.
 *
 * @param image Samples, row-major, channels last.
 * @param shape Shape of the image.
 * @param region Where.
 * @param source From a pixel of the result to its source.
 * @returns New samples.
 */
export function moved(
  image: Float32Array,
  shape: ImageShape,
  region: Region,
  source: (x: number, y: number) => Point,
): Float32Array {
  const [height, width, channels] = shape;
  let from: Point = { x: 0, y: 0 };
  return painted(image, shape, region, (x, y, c) => {
    if (c === 0) from = source(x, y);
    const fromX = Math.max(0, Math.min(width - 1, from.x));
    const fromY = Math.max(0, Math.min(height - 1, from.y));
    const left = Math.floor(fromX), top = Math.floor(fromY);
    const partX = fromX - left, partY = fromY - top;
    const first = (top * width + left) * channels + c;
    const right = partX > 0 ? channels : 0, down = partY > 0 ? width * channels : 0;
    const above = image[first]! + partX * (image[first + right]! - image[first]!);
    const below = image[first + down]! +
      partX * (image[first + down + right]! - image[first + down]!);
    return above + partY * (below - above);
  });
}

/**
 * The colours of ground and ink of each channel: its median, and the extreme farthest from it.
 *
 * @param image Samples, channels last.
 * @param channels Number of channels.
 */
export function coloursOf(
  image: Float32Array,
  channels: number,
): { readonly ground: readonly number[]; readonly ink: readonly number[] } {
  const ground: number[] = [], ink: number[] = [];
  for (let c = 0; c < channels; c++) {
    const sorted = image.filter((_, at) => at % channels === c).sort();
    const median = sorted[sorted.length >> 1]!, low = sorted[0]!, high = sorted.at(-1)!;
    ground.push(median);
    ink.push(high - median >= median - low ? high : low);
  }
  return { ground, ink };
}
