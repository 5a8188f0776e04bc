/** Fits of lenses that no recipe describes: survey images, with sources of any shape. */

import { EventLoopYielder } from "../../yield_to_event_loop.ts";
import { estimateLens } from "./estimate_lens.ts";
import { fitWithGridSource, type GridSourceFit, type GridSourceOptions } from "./grid_source.ts";
import { type LensFit, LensFitter } from "./lens_fitter.ts";
import { AT, LENS_NUMBERS } from "./lens_vector.ts";
import type { LensCamera } from "./smooth_lens.ts";
import { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";

/** Options of {@linkcode searchLens}. */
export interface SearchLensOptions extends GridSourceOptions {
  /** The 19 numbers at the start. @default {those of `estimateLens`} */
  readonly start?: Float64Array | undefined;
  /** Factors of the Einstein radius that are tried. @default {[0.7, 0.78, 0.85, 0.92, 1, 1.1, 1.2]} */
  readonly factors?: readonly number[] | undefined;
  /** Effective radii of the source that are tried, arcsec. @default {[0.25, 0.12, 0.5]} */
  readonly sourceRadii?: readonly number[] | undefined;
  /** Places of the numbers that are free at the end; the shape of the disk never is. @default {all} */
  readonly free?: readonly number[] | undefined;
  /** Ends the search between two fits. @default {never} */
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit. @default {nothing} */
  readonly onFit?: ((done: number, all: number) => void) | undefined;
}

/** A lens that was found. */
export interface FoundLens {
  /** The fitter, at the fit. */
  readonly fitter: LensFitter;
  /** The fit with a source on a grid. */
  readonly fit: GridSourceFit;
}

const FACTORS = [0.7, 0.78, 0.85, 0.92, 1, 1.1, 1.2], RADII = [0.25, 0.12, 0.5];
/** Places of the numbers that are fitted while the lens is held: light of the galaxy, flux and place of the source. */
const HELD = [3, 4, 7, 8, 9, 10, 11, 12, 13, 14] as const;
/** Steps of a fit while the lens is held: it is nearly linear. */
const HELD_STEPS = 6;
/** How many held lenses are released, and the ratio by which their Einstein radii differ at least. */
const RELEASED = 3, APART = 1.13;
const ALL = LENS_NUMBERS.map((_, at) => at);
/** Places of the numbers of the shear. */
const SHEAR: readonly number[] = [AT.shear_1, AT.shear_2];
/** Places of the numbers that describe the shape of the source, which the grid takes over. */
const SHAPE: readonly number[] = [15, 16, 17, 18];

/**
 * Finds a lens by its source: the right one makes the source simple.
 *
 * A fit from one start ends at the next optimum, and irregular sources have many. Here the lens is held at each of
 * some Einstein radii, with a round halo and a disk as the source; its source on a grid is fitted, and the lens of the
 * greatest evidence wins (Suyu et al. 2006, MNRAS 371, 983), with the shear of the start, or none where it is free. A
 * lens that is too small, before a source that looks like the ring, can win while the lens is held: the best three are
 * released but for the shear and the shape of the disk, and compared again. The evidence chooses the size of the source,
 * too. Last, the shear is free. Cost: some fifteen fits with a grid; the event loop runs between them.
 *
 * @param observed The image.
 * @param camera The camera.
 * @param options Starts, and the grid.
 * @returns The lens.
 * @throws {Error} The reason of the signal.
 */
export async function searchLens(
  observed: ObservedLens,
  camera: LensCamera,
  { start, factors = FACTORS, sourceRadii = RADII, free = ALL, signal, onFit, ...grid }:
    SearchLensOptions,
): Promise<FoundLens> {
  const image = new StabilisedImage(observed), [first, ...more] = sourceRadii;
  const mean = start ?? estimateLens(observed, camera), ring = mean[AT.einstein_radius]!;
  const freesShear = SHEAR.some((at) => free.includes(at)), yielder = new EventLoopYielder();
  const tries = freesShear && SHEAR.some((at) => mean[at] !== 0);
  const lenses = tries ? [mean, mean.with(AT.shear_1, 0).with(AT.shear_2, 0)] : [mean];
  let all = lenses.length * factors.length + RELEASED + more.length + 1, done = 0;
  const fitted = async (fitter: LensFitter, fit: LensFit, mostSteps?: number) => {
    const found = fitWithGridSource(fitter, fit, image, { ...grid, ...mostSteps && { mostSteps } });
    onFit?.(++done, all);
    await yielder.yield();
    signal?.throwIfAborted();
    return found;
  };
  const holding = async (from: Float64Array, sourceRadius: number) => {
    const vector = from.slice();
    for (const at of SHAPE) vector[at] = 0;
    vector[AT.ln_source_radius] = Math.log(sourceRadius);
    const fitter = new LensFitter({ camera, mean: vector, free: HELD });
    return await fitted(fitter, fitter.fit(image), HELD_STEPS);
  };
  const released = async (from: GridSourceFit, places: readonly number[]): Promise<FoundLens> => {
    const fitter = new LensFitter({
      ...{ camera, mean: from.vector, free: places.filter((at) => !SHAPE.includes(at)) },
    });
    return { fitter, fit: await fitted(fitter, from) };
  };
  const held: GridSourceFit[] = [];
  for (const lens of lenses) {
    for (const factor of factors) {
      held.push(await holding(lens.with(AT.einstein_radius, factor * ring), first!));
    }
  }
  // Shear and ellipse can grow against each other: the ellipse comes first.
  const withoutShear = free.filter((at) => !SHEAR.includes(at));
  const starts = apart(held);
  all += starts.length - RELEASED;
  let best: GridSourceFit | undefined;
  for (const start of starts) best = better(best, (await released(start, withoutShear)).fit);
  for (const other of more) best = better(best, await holding(best!.vector, other));
  return await released(best!, free);
}

/** The fits of the greatest evidence whose Einstein radii differ. */
function apart(fits: readonly GridSourceFit[]): GridSourceFit[] {
  const chosen: GridSourceFit[] = [];
  for (const fit of fits.toSorted((a, b) => b.logEvidence - a.logEvidence)) {
    const isApart = (other: GridSourceFit) =>
      Math.abs(Math.log(fit.vector[0]! / other.vector[0]!)) > Math.log(APART);
    if (chosen.length < RELEASED && chosen.every(isApart)) chosen.push(fit);
  }
  return chosen;
}

function better(a: GridSourceFit | undefined, b: GridSourceFit): GridSourceFit {
  return !a || b.logEvidence > a.logEvidence ? b : a;
}
