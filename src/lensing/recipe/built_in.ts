/** Built-in recipes. */

import { fluxOfMagnitude, instrument } from "../observation/mod.ts";
import {
  completeRecipe,
  type Distributions,
  extendRecipe,
  type Recipe,
  type RecipeChanges,
} from "./recipe.ts";

/** The name of a built-in recipe. */
export type RecipeName =
  | "model-a"
  | "model-b"
  | "deeplense-1"
  | "deeplense-2"
  | "deeplense-3"
  | "deeplense-4"
  | "realistic";

const TURN = "uniform(0, 6.283185307179586)";
const HALF_TURN = "uniform(0, 3.141592653589793)";

/**
 * Common parameters of model A and model B.
 *
 * Published intensities are per pixel of 0.05", 400 of them per arcsec^2. The published simulators
 * draw masses with a slope of -0.9, although the papers state the -1.9 of subhalos in simulations
 * of cold dark matter (Springel et al. 2008, MNRAS 391, 1685): with -0.9 the heaviest have nearly
 * all the mass.
 */
const PYLENSING: RecipeChanges = {
  "lens.redshift": 0.5,
  "source.redshift": 1,
  "halo.einstein_radius": 1.2,
  "lens_light.intensity": 480,
  "lens_light.radius": 0.5,
  "lens_light.index": 2.5,
  "source.radius": 0.5,
  "source.index": 1.5,
  "subhalo.number": 25,
  "subhalo.mass": "powerlaw(1e6, 1e10, -0.9)",
  "subhalo.distance": "uniform(0, 1)",
  "subhalo.direction": TURN,
  "vortex.profile": "chain",
  "vortex.length": 1,
  "vortex.points": 25,
  "vortex.angle": TURN,
  "psf.fwhm": 0.235482, // sigma 0.1"
  "observation.exposure": 300,
  "observation.sky": 40,
  "image.white": 6000,
};

const MODEL_A: RecipeChanges = {
  ...PYLENSING,
  "lens_light.axis_ratio": 0.75,
  "lens_light.angle": 0,
  "shear.magnitude": 0.15,
  "shear.angle": 0,
  "source.distance": 0.6,
  "source.direction": 0,
  "source.axis_ratio": 0.85,
  "source.angle": 0,
  "source.intensity": 320,
};

const MODEL_B: RecipeChanges = {
  ...PYLENSING,
  "lens_light.axis_ratio": "uniform(0.5, 1)",
  "lens_light.angle": TURN,
  "shear.magnitude": "uniform(0, 0.3)",
  "shear.angle": TURN,
  "source.distance": "uniform(0, 1.2)",
  "source.direction": TURN,
  "source.axis_ratio": "uniform(0.7, 1)",
  "source.angle": TURN,
  "source.intensity": "uniform(280, 360)",
};

/** Axis ratios and angles of e1 = 0.1 of the halo, and of e1 = -0.1, e2 = 0.1 of the source. */
const DEEPLENSE: RecipeChanges = {
  "lens.redshift": 0.5,
  "source.redshift": 1,
  "halo.mass": 1e12,
  "halo.axis_ratio": 0.8181818181818182,
  "halo.angle": 0,
  "shear.magnitude": 0.05,
  "shear.angle": 0,
  "lens_light.intensity": 0,
  "source.radius": 0.25,
  "source.index": 1,
  "source.axis_ratio": 0.7522015033418953,
  "source.angle": 1.1780972450961724,
  "source.x": "uniform(-0.35, 0.35)",
  "source.y": "uniform(-0.35, 0.35)",
  "source.intensity": 40,
  "subhalo.masses": "drawn",
  "subhalo.number": "poisson(25)",
  "subhalo.mass": "powerlaw(1e6, 1e10, -1.9)",
  "subhalo.distance": "uniform(0.25, 2)",
  "subhalo.direction": TURN,
  "vortex.profile": "chain",
  "vortex.fraction": 0.03,
  "vortex.axion_mass": "loguniform(1e-24, 1e-22)",
  "vortex.points": 100,
  "vortex.angle": TURN,
  "psf.fwhm": 0.087,
  "observation.exposure": "loguniform(1000, 3162.2776601683795)",
  "observation.background": 0.2,
  "image.white": 250,
};

/** A source magnitude instead of an intensity in arbitrary units. */
const BY_MAGNITUDE: RecipeChanges = { "source.magnitude": 22.5, "image.white_magnitude": 20.5 };

const REALISTIC: RecipeChanges = {
  "lens.redshift": "normal(0.5, 0.15, 0.2, 0.8)",
  "source.redshift": "normal(1.8, 0.5, 1, 3.5)",
  "halo.velocity_dispersion": "normal(250, 35, 190, 350)",
  "halo.x": "normal(0, 0.05)",
  "halo.y": "normal(0, 0.05)",
  "halo.axis_ratio": "normal(0.78, 0.12, 0.4, 1)",
  "halo.angle": HALF_TURN,
  "shear.magnitude": "lognormal(0.05, 0.5, 0, 0.25)",
  "shear.angle": HALF_TURN,
  "lens_light.magnitude": "normal(19.8, 0.6, 18, 21.5)",
  "lens_light.radius": "lognormal(0.7, 0.3, 0.3, 2)",
  "lens_light.index": "uniform(3, 5)",
  "lens_light.axis_ratio": "normal(0.8, 0.1, 0.5, 1)",
  "lens_light.angle": HALF_TURN,
  "source.profile": "choice(sersic, spiral)",
  "source.distance": "uniform(0, 0.4)",
  "source.direction": TURN,
  "source.magnitude": "normal(23.5, 0.7, 21.5, 25)",
  "source.radius": "lognormal(0.22, 0.35, 0.08, 0.6)",
  "source.index": "uniform(0.7, 2)",
  "source.axis_ratio": "uniform(0.4, 1)",
  "source.angle": HALF_TURN,
  "subhalo.profile": "pseudo-jaffe",
  "subhalo.number": "poisson(25)",
  "subhalo.fraction": "loguniform(0.005, 0.02)",
  "subhalo.mass": "powerlaw(1e7, 1e10, -1.9)",
  "subhalo.distance": "powerlaw(0.01, 2, 1)", // uniform per area
  "subhalo.direction": TURN,
  "vortex.profile": "line",
  "vortex.fraction": "loguniform(0.005, 0.02)",
  "vortex.length": "loguniform(0.5, 3)",
  "vortex.angle": HALF_TURN,
  "vortex.x": "normal(0, 0.2)",
  "vortex.y": "normal(0, 0.2)",
  "image.stretch": "asinh", // arcs are much fainter than the lens
  "image.white_magnitude": 17.2,
};

/**
 * The parameters of a camera: pixels, PSF, sky, exposure and noise.
 *
 * @param name Name of the camera.
 * @returns Values by parameter.
 * @throws {RangeError} If the name is unknown.
 */
export function instrumentChanges(name: string): RecipeChanges {
  const camera = instrument(name);
  return {
    "psf.kind": "gaussian",
    "psf.fwhm": camera.psfFwhm,
    "observation.zero_point": camera.zeroPoint,
    "observation.exposure": camera.exposureTime,
    "observation.frames": camera.exposures,
    "observation.sky": fluxOfMagnitude(camera.skyMagnitude, camera.zeroPoint),
    "observation.background": 0,
    "observation.read_noise": camera.readNoise,
    "image.pixel_scale": camera.pixelScale,
  };
}

const SMALL: RecipeChanges = { "image.width": 64, "image.height": 64 };

const euclid = { ...instrumentChanges("euclid-vis"), ...SMALL };
const hst = { ...instrumentChanges("hst"), ...SMALL };

/**
 * The built-in recipes, by name.
 *
 * - `model-a`, `model-b`, after PyLensing (arXiv 2008.12731): `model-b` has the published
 *   distributions; in `model-a` lens and source are always the same, at their means. A vortex has
 *   the requested mass; in PyLensing it has 1/25 of it, because Einstein radii instead of masses
 *   are divided by the number of points
 * - `deeplense-1` to `-4`, after DeepLenseSim with its errors corrected: Einstein radii from
 *   angular-diameter distances, Poisson numbers of subhalos that are used, vortices through the
 *   centre at any angle, and noise in all images
 * - `realistic`: a Euclid-like survey in which all parameters vary
 */
export const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  "model-a": built(
    "model-a",
    "After model A of arXiv 2008.12731: lens and source are always the same, at the means of the " +
      "distributions of model-b (angles 0); substructure and noise vary. The published simulator " +
      "varies lens and source at fixed redshifts, as model-b does. Flux in units of PyAutoLens.",
    MODEL_A,
  ),
  "model-b": built(
    "model-b",
    "After model B of arXiv 2008.12731 (PyLensing): an isothermal sphere; shear, lens light and " +
      "source vary; substructure with 1 % of the mass of the halo, 25 points or a chain of 25. Flux " +
      "in units of PyAutoLens.",
    MODEL_B,
  ),
  "deeplense-1": built(
    "deeplense-1",
    "After model I of DeepLenseSim: an isothermal ellipsoid of 1e12 Msun, a source at varying " +
      "positions, no lens light. Our own source brightness; angular-diameter distances.",
    DEEPLENSE,
  ),
  "deeplense-2": built(
    "deeplense-2",
    "After model II of DeepLenseSim: as deeplense-1, observed by Euclid VIS, with noise.",
    { ...DEEPLENSE, ...euclid, ...BY_MAGNITUDE },
  ),
  "deeplense-3": built(
    "deeplense-3",
    "After model III of DeepLenseSim: as deeplense-1, observed by HST ACS, with noise.",
    { ...DEEPLENSE, ...hst, "image.pixel_scale": 0.08, ...BY_MAGNITUDE },
  ),
  "deeplense-4": built(
    "deeplense-4",
    "After model IV of DeepLenseSim: as deeplense-3 in three colours, with clumpy spirals as " +
      "sources; --source takes real galaxies.",
    {
      ...DEEPLENSE,
      ...hst,
      "image.pixel_scale": 0.08,
      ...BY_MAGNITUDE,
      "image.colour": "rgb",
      "image.white_magnitude": 19.2,
      "source.profile": "spiral",
      "source.colour": "normal(0.3, 0.4, -1, 1.5)",
      "source.axis_ratio": "uniform(0.4, 1)",
      "source.angle": HALF_TURN,
    },
  ),
  realistic: built(
    "realistic",
    "Galaxy-scale lenses observed by Euclid VIS: ellipticity, shear, lens light and source vary; a " +
      "mass function of truncated subhalos, or a vortex, with 0.5 to 2 % of the mass of the halo.",
    { ...euclid, ...REALISTIC },
  ),
};

/** The names of the built-in recipes. */
export const RECIPE_NAMES = Object.keys(RECIPES) as readonly RecipeName[];

function built(name: RecipeName, about: string, changes: RecipeChanges): Recipe {
  // One change at a time, as later alternatives replace earlier ones.
  let distributions: Distributions = {};
  for (const [key, value] of Object.entries(changes)) {
    distributions = extendRecipe(distributions, { [key]: value }, `the recipe "${name}"`);
  }
  return completeRecipe(name, about, distributions);
}
