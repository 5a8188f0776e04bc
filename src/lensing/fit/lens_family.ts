/** The lenses that a recipe makes, as a fit needs them. */

import { StrayError } from "../../errors.ts";
import { didYouMean } from "../../suggest.ts";
import { drawParameters, type LensParameters } from "../recipe/draw_parameters.ts";
import { rangeOf } from "../recipe/make_image.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { AT, LENS_LIGHT, LENS_NUMBERS, lensVectorOf, placesOf } from "./lens_vector.ts";
import { type SubstructurePrior, substructurePriorOf } from "./substructure_prior.ts";

/** An image of a star: a square with odd sides, row-major. Plain data. */
export interface FamilyPsf {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Samples; normalised on use. */
  readonly data: readonly number[];
}

/** Options of {@linkcode lensFamilyOf}. */
export interface LensFamilyOptions {
  /**
   * Numbers to fit although the recipe keeps them constant, by names that `placesOf` takes, or `all`.
   * @default {none}
   */
  readonly free?: readonly string[] | undefined;
  /** The PSF, if `psf.kind` is `image`. @default {none} */
  readonly psf?: FamilyPsf | undefined;
}

/** Lenses that differ by 19 numbers, seen by one camera. Plain data. */
export interface LensFamily {
  /** The parameters of the camera, `image.`, `psf.` and `observation.`: those that all images share. */
  readonly camera: LensParameters;
  /** The PSF on the pixels of the images, where `psf.kind` is `image`. @default {none} */
  readonly psf?: FamilyPsf | undefined;
  /** Whether the exposure differs from image to image, so that it is estimated. */
  readonly exposureVaries: boolean;
  /** Means of the numbers, as `LENS_NUMBERS`; null for the amplitude of a lens without light. */
  readonly mean: readonly (number | null)[];
  /** Their standard deviations. */
  readonly spread: readonly number[];
  /** Names of the numbers that are fitted. */
  readonly free: readonly string[];
  /** The expected substructure. */
  readonly substructure: SubstructurePrior;
}

/** Number of lenses that are drawn to measure a family. */
const DRAWS = 1000;
/** Standard deviation up to which a number counts as constant. */
const CONSTANT = 1e-9;
/** The parameter of the camera that may vary. */
const EXPOSURE = "observation.exposure";

/**
 * The family of the lenses of a recipe.
 *
 * @param recipe A recipe of one band, whose camera does not vary but for the exposure.
 * @param options Numbers to fit besides, and the PSF.
 * @returns The family; numbers that vary are fitted.
 * @throws {StrayError} `usage` If the camera varies, there are several bands, or a name is unknown.
 *
 * @example
 * ```ts
 * import { lensFamilyOf, RECIPES } from "../mod.ts";
 *
 * const { free } = lensFamilyOf(RECIPES["model-b"], { free: ["halo.einstein_radius"] });
 * if (free.length !== 10 || free[0] !== "einstein_radius") throw new Error("unexpected numbers");
 * ```
 */
export function lensFamilyOf(
  recipe: Recipe,
  { free = [], psf }: LensFamilyOptions = {},
): LensFamily {
  const draws = Array.from(
    { length: DRAWS },
    (_, index) => drawParameters(recipe, { seed: 0, lensClass: "no_sub", index }),
  );
  const { camera, exposureVaries } = commonCamera(draws);
  if (camera["psf.kind"] === "image" && !psf) {
    throw refusal(
      "the PSF must be an image: it is missing",
      "add --psf IMAGE, or --set psf.kind=gaussian",
    );
  }
  const vectors = draws.map(lensVectorOf);
  const mean = LENS_NUMBERS.map((_, i) => meanOf(vectors.map((vector) => vector[i]!)));
  const spread = mean.map((middle, i) =>
    Number.isFinite(middle) ? Math.sqrt(meanOf(vectors.map((v) => (v[i]! - middle) ** 2))) : 0
  );
  const fitted = new Set([
    ...spread.flatMap((value, i) => value > CONSTANT ? [i] : []),
    ...placesToFree(free),
  ]);
  if (mean[AT.ln_lens_amplitude] === -Infinity) LENS_LIGHT.forEach((at) => fitted.delete(at));
  return {
    camera,
    ...camera["psf.kind"] === "image" && { psf },
    exposureVaries,
    mean: mean.map((value) => Number.isFinite(value) ? value : null),
    spread,
    free: LENS_NUMBERS.filter((_, i) => fitted.has(i)),
    substructure: substructurePriorOf(recipe),
  };
}

/** The camera that all images share. */
function commonCamera(
  draws: readonly LensParameters[],
): Pick<LensFamily, "camera" | "exposureVaries"> {
  const first = draws[0]!;
  const names = Object.keys(first).filter((name) => /^(image|psf|observation)\./.test(name));
  const varies = (name: string) => {
    const key = name as keyof LensParameters;
    return draws.some((parameters) => parameters[key] !== first[key]);
  };
  for (const name of names) {
    if (name !== EXPOSURE && varies(name)) throw refusal(`${name} must be the same for all images`);
  }
  if (first["image.colour"] !== "grey") {
    throw refusal("image.colour must be grey: one band at a time");
  }
  const exposureVaries = varies(EXPOSURE);
  const camera: Record<string, LensParameters[keyof LensParameters]> = {};
  for (const name of names) camera[name] = first[name as keyof LensParameters];
  if (exposureVaries) {
    if (first["image.stretch"] !== "none") {
      const blacks = draws.map((parameters) => rangeOf(parameters)[0]);
      if (Math.max(...blacks) - Math.min(...blacks) > 1e-9 * Math.abs(blacks[0]!)) {
        throw refusal("image.black depends on an exposure that varies", "set image.stretch=none");
      }
    }
    camera[EXPOSURE] = Math.exp(meanOf(draws.map((draw) => Math.log(Number(draw[EXPOSURE])))));
  }
  return { camera, exposureVaries };
}

function refusal(reason: string, hint?: string): StrayError {
  return new StrayError("usage", `Cannot fit lenses of this recipe as ${reason}`, { hint });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Names that free several numbers. */
const GROUPS = ["halo", "shear", "lens_light", "source"];

/**
 * The places of numbers by name.
 *
 * @param names Names that `placesOf` takes, or `all`.
 * @returns The places, in order.
 * @throws {StrayError} `usage` If a name is unknown.
 */
export function placesToFree(names: readonly string[]): number[] {
  return [...new Set(names.flatMap(placesFreedBy))].sort((a, b) => a - b);
}

function placesFreedBy(name: string): readonly number[] {
  if (name === "all") return LENS_NUMBERS.map((_, i) => i);
  const places = placesOf(name);
  if (places.length > 0) return places;
  throw new StrayError("usage", `Cannot free "${name}" as there is no such number of a lens`, {
    hint: didYouMean(
      name,
      [...GROUPS, ...LENS_NUMBERS],
      `all, ${GROUPS.join(", ")}, parameters of recipes such as halo.einstein_radius, and ` +
        LENS_NUMBERS.join(", "),
    ),
  });
}
