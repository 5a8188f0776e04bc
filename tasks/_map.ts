/** Maps latents to a plane, and reports how far the map can be trusted. */

import type { CommandContext, FlagValues } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";

/** Coordinates of points. */
export interface PlaneMap {
  /** x and y, point by point. */
  readonly xy: Float64Array;
}

/** Maximum number of points for the trustworthiness, whose cost is quadratic. */
const MAX_JUDGED = 5000;
/** Neighbours for the trustworthiness. */
const NEIGHBOURS = 10;
/** Number of points from which a map takes minutes. */
const MANY = 20_000;

/**
 * Maps latents to a plane, and reports its trustworthiness on stderr.
 *
 * @throws {StrayError} `empty` If there are too few.
 */
export async function makeMap(
  method: NonNullable<FlagValues<"map">["map"]>,
  latents: Float32Array,
  count: number,
  { flags, stderr, signal }: Pick<CommandContext<"seed">, "flags" | "stderr" | "signal">,
): Promise<PlaneMap> {
  const least = method === "pca" ? 2 : 4;
  if (count < least) {
    throw new StrayError(
      "empty",
      `Cannot map the images as there must be at least ${least}: current number is ${count}`,
    );
  }
  if (method !== "pca" && count > MANY) {
    stderr.warn(`a map of ${count} images takes long: --limit 5000 shows much of it`);
  }
  const { pcaMap, tsneMap, umapMap } = await import("../src/maps/mod.ts");
  const options = {
    count,
    seed: flags.seed,
    signal,
    onRound: (round: number, of: number) => stderr.progress(`${method}: step ${round} of ${of}`),
  };
  const began = performance.now();
  if (method !== "pca") stderr.progress(`${method}: neighbours of ${count} images`);
  let map: PlaneMap, note = "";
  if (method === "pca") {
    const { xy, explained: [x, y] } = pcaMap(latents, count);
    map = { xy };
    note = `, ${(100 * x).toFixed(1)} % and ${(100 * y).toFixed(1)} % of the variance`;
  } else map = await (method === "tsne" ? tsneMap : umapMap)(latents, options);
  const seconds = (performance.now() - began) / 1000;
  stderr.progress(undefined);
  if (count > 2 * NEIGHBOURS && count <= MAX_JUDGED) {
    const { trustworthiness } = await import("../src/metrics/mod.ts");
    const trust = trustworthiness(latents, map.xy, { count, neighbours: NEIGHBOURS });
    note += `, trustworthiness at ${NEIGHBOURS} neighbours ${trust.toFixed(3)}`;
  }
  stderr.info(`${method} of ${count} images in ${seconds.toFixed(1)} s${note}`);
  return map;
}
