/** The models that are trained where the user names none; a new one is one line here. */

/** The aim of a search: images of a class never seen, or damage to images of the known ones. */
export type Sought = "novelty" | "damage";

/** A model that is trained where the user names none. */
export interface DefaultModel {
  /** Its name. */
  readonly model: string;
  /** The aim that it is for. @default {anything} */
  readonly seek?: Sought;
  /** Its score. @default {the model's own} */
  readonly score?: string;
  /** Whether it is for photographs alone. @default {false} */
  readonly photographs?: boolean;
  /** Whether it is left out where settings of a training in steps are given. @default {false} */
  readonly plain?: boolean;
  /** When it is taken, in words. */
  readonly when: string;
}

/** Models in order of preference: the first is taken that the options and the images allow. */
export const DEFAULT_MODELS: readonly DefaultModel[] = [
  {
    seek: "damage",
    model: "patchcore",
    photographs: true,
    when: "damage to photographs is sought",
  },
  { model: "patchcore", photographs: true, when: "images are photographs" },
  { seek: "damage", model: "damage", when: "damage is sought" },
  {
    ...{ seek: "damage", model: "knn", score: "whole" },
    when: "damage is sought in images of few pixels",
  },
  { seek: "novelty", model: "open-set", when: "images have labels of several classes" },
  { model: "open-set", plain: true, when: "images have labels of several classes" },
  { seek: "novelty", model: "knn", score: "plane", when: "classes never seen are sought" },
  { model: "knn", score: "plane+whole", when: "nothing is said of what is sought" },
  { model: "knn", when: "vectors, latents or features of your choice are compared" },
  { model: "lens-fit", when: "a recipe of lenses is given" },
  { model: "vae", when: "settings of a training are given" },
];
