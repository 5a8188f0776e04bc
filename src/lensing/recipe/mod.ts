/**
 * Recipes: tables of distributions, the parameters drawn from them, and the images made of those.
 *
 * @module
 */

export { bandsOf, mergeBands } from "./bands.ts";
export { instrumentChanges, RECIPE_NAMES, type RecipeName, RECIPES } from "./built_in.ts";
export { checkParameter } from "./check_parameter.ts";
export {
  type Distribution,
  DISTRIBUTION_FORMS,
  parseDistribution,
  writeDistribution,
} from "./distribution.ts";
export { draw, limitsOf } from "./draw.ts";
export { drawParameters, type ImageName, type Parameters } from "./draw_parameters.ts";
export { LENS_CLASSES, type LensClass } from "./lens_class.ts";
export { lensLightOf, type SourceImage, sourceLightOf, type SourceOptions } from "./lens_light.ts";
export { type Derived, derivedOf, haloOf, massOf, substructureOf } from "./lens_mass.ts";
export {
  gridOf,
  type MadeImage,
  makeImage,
  type MakeImageOptions,
  type Residual,
} from "./make_image.ts";
export {
  ALTERNATIVES,
  PARAMETER_NAMES,
  type ParameterEntry,
  parameterEntry,
  type ParameterName,
  PARAMETERS,
} from "./parameters.ts";
export { builtInRecipe, parseRecipe } from "./parse_recipe.ts";
export {
  changeRecipe,
  completeRecipe,
  type Distributions,
  extendRecipe,
  type Recipe,
  type RecipeChanges,
  type RecipeSource,
  resizeRecipe,
  writeRecipe,
} from "./recipe.ts";
export { stream } from "./stream.ts";
export { type Stretch, stretchImage } from "./stretch.ts";
