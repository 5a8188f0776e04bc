/** Entries made in memory. */

import type { Entry, FailedSample } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import type { Image } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";

/** A square of 4 x 4 at a random place of an 8 x 8 image, or a cross, of random brightness. */
export function drawing(random: Random, kind: "square" | "cross"): Image {
  const data = new Uint8Array(64);
  const left = random.integer(5), top = random.integer(5), bright = 200 + random.integer(56);
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 4; x++) {
      if (kind === "square" || x === y || x + y === 3) data[(top + y) * 8 + left + x] = bright;
    }
  }
  return { width: 8, height: 8, channels: 1, data, white: 255 };
}

/** Squares, named and labelled. */
export function squares(count: number, seed = 3): Entry[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => ({
    path: `square${i}.png`,
    label: "square",
    image: drawing(random, "square"),
  }));
}

/** Crosses, named and labelled. */
export function crosses(count: number, seed = 4): Entry[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => ({
    path: `cross${i}.png`,
    label: "cross",
    image: drawing(random, "cross"),
  }));
}

/** An entry that could not be read. */
export function failure(path: string): FailedSample {
  return { path, error: new StrayError("decode", `Cannot decode "${path}" as it is damaged`) };
}

/** Entries one after the other, with a turn of the event loop between them where asked for. */
export async function* stream(entries: Iterable<Entry>, pauseMs = 0): AsyncGenerator<Entry> {
  for (const entry of entries) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    yield entry;
  }
}
