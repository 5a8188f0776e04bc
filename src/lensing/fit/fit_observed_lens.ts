/** One observed lens, of no population: its fit, its source and the mass that it lacks. */

import { estimateLens } from "./estimate_lens.ts";
import type { GridSourceFit } from "./grid_source.ts";
import { type LensFit, LensFitter } from "./lens_fitter.ts";
import { AT, LENS_NUMBERS, type LensNumberName } from "./lens_vector.ts";
import { SMOOTH_GRID } from "./mass_grids.ts";
import { type MassMap, massMap } from "./mass_map.ts";
import type { MatrixMultiplier } from "./matrix_multiplier.ts";
import { searchLens, type SearchLensOptions } from "./search_lens.ts";
import { type LensCamera, SmoothLens } from "./smooth_lens.ts";
import type { ObservedLens } from "./stabilised_image.ts";
import { estimateMasses, project } from "./substructure_statistics.ts";

/** Options of {@linkcode fitObservedLens}. */
export interface FitObservedLensOptions
  extends Pick<SearchLensOptions, "free" | "signal" | "onFit" | "nodes"> {
  /** Multiplies matrices. */
  readonly products: MatrixMultiplier;
  /** Cubic splines on a grid, or a Sersic profile alone. @default {"grid"} */
  readonly source?: "grid" | "sersic" | undefined;
  /**
   * Numbers to start from; they stay as they are where they are not free. Other Einstein radii than a given one are
   * only tried near it.
   *
   * @default {those of `estimateLens`; no shear, and round ellipses, where these are not free}
   */
  readonly start?: Readonly<Partial<Record<LensNumberName, number>>> | undefined;
}

/** A fitted lens. Images are on the pixels of the camera, row-major with y down. */
export interface FittedObservedLens {
  /** The fit. */
  readonly fit: LensFit | GridSourceFit;
  /** Brightness of the fit, counts/s per pixel. */
  readonly image: Float64Array;
  /** The part of it that is light of the lens. */
  readonly lensLight: Float64Array;
  /** The mass that the smooth lens lacks. */
  readonly massMap: MassMap;
}

/** Einstein radii to start from, over that of the estimate, for a Sersic source. */
const FACTORS = [1, 0.85, 1.15, 0.7];
/** A log amplitude that is dark. */
const DARK = -700;
/** The same near an Einstein radius that is given. */
const NEAR = [1, 0.92, 1.1];
/** Numbers that are 0 unless they are free or given: those of shear and ellipses. */
const SYMMETRIC = [1, 2, 5, 6, 10, 11, 17, 18];

/**
 * Fits a lens of which only the image is known.
 *
 * With a source on a grid, `searchLens` finds the lens: numbers of the source's shape are those of the profile that the
 * grid starts from. With a Sersic source, fits start from `estimateLens` and other Einstein radii.
 *
 * @param observed The image with its noise.
 * @param camera The camera.
 * @param options Source, starts and free numbers.
 * @returns The fit.
 * @throws {Error} The reason of the signal.
 */
export async function fitObservedLens(
  observed: ObservedLens,
  camera: LensCamera,
  options: FitObservedLensOptions,
): Promise<FittedObservedLens> {
  const { source = "grid", start: given = {}, free = LENS_NUMBERS.map((_, at) => at) } = options;
  const start = estimateLens(observed, camera);
  for (const at of SYMMETRIC) if (!free.includes(at)) start[at] = 0;
  for (const [name, value] of Object.entries(given)) start[AT[name as LensNumberName]] = value;
  const factors = !free.includes(AT.einstein_radius)
    ? [1]
    : given.einstein_radius === undefined
    ? undefined
    : NEAR;
  const { fitter, fit } = source === "grid"
    ? await searchLens(observed, camera, { ...options, start, factors })
    : fitSersic(observed, camera, start, { free, factors });
  const image = fitter.lens.image.slice(), galaxy = new SmoothLens(camera, []);
  galaxy.evaluate(fit.vector.with(AT.ln_source_amplitude, DARK));
  const masses = estimateMasses(project(fitter, fit, SMOOTH_GRID.masses, options.products));
  return {
    ...{ fit, image, lensLight: galaxy.image.slice() },
    massMap: massMap(masses, fit.vector, camera.grid),
  };
}

function fitSersic(
  observed: ObservedLens,
  camera: LensCamera,
  mean: Float64Array,
  { free, factors = FACTORS }: {
    readonly free: readonly number[];
    readonly factors: readonly number[] | undefined;
  },
): { readonly fitter: LensFitter; readonly fit: LensFit } {
  const ring = mean[AT.einstein_radius]!;
  const [first, ...starts] = factors.map((factor) => mean.with(AT.einstein_radius, factor * ring));
  const fitter = new LensFitter({ camera, mean: first!, starts, free });
  return { fitter, fit: fitter.fit(observed) };
}
