/**
 * Recipes: tables of distributions, the parameters drawn from them, and the images of these lenses.
 *
 * @module
 */

export { bandsOf, mergeBands } from "./bands.ts";
export { instrumentChanges, RECIPE_NAMES, type RecipeName, RECIPES } from "./built_in.ts";
export { type Distribution, parseDistribution, writeDistribution } from "./distribution.ts";
export { drawParameters, type ImageKey, type LensParameters } from "./draw_parameters.ts";
export { LENS_CLASSES, type LensClass } from "./lens_class.ts";
export {
  lensLightOf,
  type SourceImage,
  sourceLightOf,
  type SourceLightOptions,
} from "./lens_light.ts";
export {
  haloOf,
  type HaloProperties,
  haloPropertiesOf,
  massOf,
  type Subhalos,
  subhalosOf,
  substructureOf,
  vortexLineOf,
} from "./lens_mass.ts";
export {
  backgroundVariance,
  cameraOf,
  gridOf,
  type LensImage,
  makeImage,
  type MakeImageOptions,
  rangeOf,
  type Residual,
} from "./make_image.ts";
export { namedRandom } from "./named_random.ts";
export {
  PARAMETER_NAMES,
  type ParameterEntry,
  parameterEntry,
  type ParameterName,
  PARAMETERS,
} from "./parameters.ts";
export { builtInRecipe, parseRecipe } from "./parse_recipe.ts";
export {
  changeRecipe,
  type Distributions,
  type Recipe,
  type RecipeChanges,
  type RecipeJson,
  resizeRecipe,
  writeRecipe,
} from "./recipe.ts";
export { type Stretch, stretchImage, unstretch } from "./stretch.ts";
